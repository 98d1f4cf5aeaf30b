import { startSandbox } from "../../src/sandbox/serve.ts";
import { type Measured, startMeasured } from "../load/measured.ts";
import { isGood, textOf } from "../load/parallel.ts";
import type { Row } from "../table.ts";
import { settings } from "./settings.ts";

const SIZES = [120, 10_000, 100_000] as const;
const OTHERS = { agents: 20_000, members: 5_000 };
const TIMEOUT_MS = 600_000;
const ID = 9_999;

interface Size {
  readonly rows: Row[];
  readonly scanMs: number;
  /** Resident memory after the scan and a collection, and at its highest, MB. */
  readonly rssMb: number;
  readonly peakMb: number;
}

/** Workspaces of 120, 10,000 and 100,000 keys: pages, a look-up, and one scan over all. */
export async function measureSizes(): Promise<Row[]> {
  const sizes: Size[] = [];
  for (const keys of SIZES) sizes.push(await measure(keys));
  const [small, middle, large] = sizes;
  const rows = sizes.flatMap((size) => size.rows);
  if (small === undefined || middle === undefined || large === undefined) return rows;
  const ratio = large.scanMs / middle.scanMs;
  const held = large.rssMb - middle.rssMb;
  const growth = large.peakMb - small.peakMb;
  return [
    ...rows,
    { what: "time for 10 times the keys", value: `${ratio.toFixed(1)} x`, bar: "<= 13 x", ok: ratio <= 13 },
    { what: "memory held for 90,000 keys more", value: `${held.toFixed(0)} MB`, bar: "<= 10 MB", ok: held <= 10 },
    {
      what: "memory at its highest, 100,000 keys against 120",
      value: `${growth.toFixed(0)} MB more`,
      bar: "<= 25 MB",
      ok: growth <= 25,
    },
  ];
}

async function measure(keys: number): Promise<Size> {
  const sandbox = await startSandbox({ scale: keys === SIZES[0] ? { keys } : { keys, ...OTHERS } });
  const program = await startMeasured(settings(sandbox, TIMEOUT_MS));
  await program.call("list_virtual_keys", {});
  const lastPage = Math.ceil(keys / 50);
  const rows = [
    await timed(program, keys, "list_virtual_keys, first page", "list_virtual_keys", {}),
    await timed(program, keys, "list_virtual_keys, last page", "list_virtual_keys", { page: lastPage, page_size: 50 }),
    await timed(program, keys, "list_agents, first page", "list_agents", {}),
    await timed(program, keys, "list_members, first page", "list_members", {}),
  ];
  const oldest = sandbox.dataset.ids("keys")[0] ?? "";
  rows.push(
    await timed(program, keys, "look-up of one key (plan of revoke_virtual_key)", "revoke_virtual_key", {
      key_id: oldest,
    }),
  );
  sandbox.resetHits();
  const started = performance.now();
  const params = { name: "find_idle_resources", arguments: { include: "keys" }, _meta: { progressToken: ID } };
  const scan = await program.request({ jsonrpc: "2.0", id: ID, method: "tools/call", params });
  const scanMs = performance.now() - started;
  const pages = sandbox.hits().filter(({ path }) => path === "/api/v1/virtual-keys").length;
  const { rssMb } = await program.figures();
  const peakMb = await program.peakMb();
  const counts = JSON.stringify(scan.result?.structuredContent?.keys ?? {});
  const isWhole = isGood(scan) && counts.includes(`"scanned":${keys}`);
  const steps = program.progress(ID);
  rows.push({
    what: `${keys} keys: find_idle_resources (${pages} pages, ${steps} progress messages)`,
    value: `${scanMs.toFixed(0)} ms, peak ${peakMb.toFixed(0)} MB`,
    bar: "all keys judged, progress told",
    ok: isWhole && steps >= Math.min(3, pages),
  });
  await program.stop();
  await sandbox.close();
  return { rows, scanMs, rssMb, peakMb };
}

async function timed(program: Measured, keys: number, what: string, tool: string, args: object): Promise<Row> {
  const started = performance.now();
  const answer = await program.call(tool, args);
  const ms = performance.now() - started;
  return {
    what: `${keys} keys: ${what}`,
    value: isGood(answer) ? `${ms.toFixed(0)} ms` : textOf(answer).slice(0, 60),
    bar: "answered",
    ok: isGood(answer),
  };
}
