import { type Sandbox, startSandbox } from "../../src/sandbox/serve.ts";
import { type Measured, startMeasured } from "../load/measured.ts";
import { isGood, textOf } from "../load/parallel.ts";
import { printTable, type Row } from "../table.ts";

// npm run bench:scale: the built program on workspaces of 120, 10,000 and 100,000 keys; the service runs in this process.
const SIZES = [120, 10_000, 100_000] as const;
const OTHERS = { agents: 20_000, members: 5_000 };

interface Size {
  readonly keys: number;
  readonly rows: Row[];
  readonly scanMs: number;
  /** Resident memory after the scan and a collection, MB. */
  readonly rssMb: number;
}

async function measure(keys: number): Promise<Size> {
  const sandbox = await startSandbox({ scale: keys === SIZES[0] ? { keys } : { keys, ...OTHERS } });
  const program = await startMeasured(settings(sandbox, 600_000));
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
  const scan = await program.call("find_idle_resources", { include: "keys" });
  const scanMs = performance.now() - started;
  const pages = sandbox.hits().filter(({ path }) => path === "/api/v1/virtual-keys").length;
  const { rssMb } = await program.figures();
  const counts = JSON.stringify(scan.result?.structuredContent?.keys ?? {});
  const isWhole = isGood(scan) && counts.includes(`"scanned":${keys}`);
  rows.push({
    what: `${keys} keys: find_idle_resources (${pages} pages)`,
    value: `${scanMs.toFixed(0)} ms, peak ${(await program.peakMb()).toFixed(0)} MB`,
    bar: "all keys judged",
    ok: isWhole,
  });
  await program.stop();
  await sandbox.close();
  return { keys, rows, scanMs, rssMb };
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

/** A cancel in the middle of a scan, and a deadline that is too short for it. */
async function measureEndings(): Promise<Row[]> {
  const sandbox = await startSandbox({ scale: { keys: 10_000 }, switches: { latencyMs: 100 } });
  const program = await startMeasured(settings(sandbox, 3_000));
  // The service computes its sums on first use, in this process, and would take note of requests too late.
  await program.call("find_idle_resources", { include: "keys" });
  program.notify({
    jsonrpc: "2.0",
    id: 9_999,
    method: "tools/call",
    params: { name: "find_idle_resources", arguments: { include: "keys" } },
  });
  await new Promise((resolve) => setTimeout(resolve, 700));
  program.notify({ jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: 9_999 } });
  await new Promise((resolve) => setTimeout(resolve, 100));
  const atCancel = sandbox.hits().length;
  await new Promise((resolve) => setTimeout(resolve, 500));
  const later = sandbox.hits().length - atCancel;
  const started = performance.now();
  const cut = await program.call("find_idle_resources", { include: "keys" });
  const ms = performance.now() - started;
  await program.stop();
  await sandbox.close();
  const says = /(\d+) (?:read )?of 10000|Keys: (\d+) were read/.exec(textOf(cut))?.[0] ?? textOf(cut).slice(0, 80);
  return [
    { what: "requests later than 100 ms after a cancel", value: String(later), bar: "0", ok: later === 0 },
    {
      what: "a deadline of 3 s: answer in part, coverage told",
      value: `${ms.toFixed(0)} ms, "${says}"`,
      bar: "<= 3,500 ms",
      ok: isGood(cut) && ms <= 3_500 && textOf(cut).includes("truncated_rows"),
    },
  ];
}

function settings({ url, credentials }: Sandbox, timeoutMs: number): Record<string, string> {
  return {
    ALEPHANT_API_BASE_URL: url,
    ALEPHANT_PAT: credentials.pats.admin,
    ALEPHANT_WORKSPACE_ID: credentials.workspaceId,
    ALEPHANT_RATE_LIMIT_RPM: "0",
    ALEPHANT_TIMEOUT_MS: String(timeoutMs),
  };
}

const sizes: Size[] = [];
for (const keys of SIZES) sizes.push(await measure(keys));
const [, middle, large] = sizes;
const rows = [...sizes.flatMap((size) => size.rows), ...(await measureEndings())];
if (middle !== undefined && large !== undefined) {
  const ratio = large.scanMs / middle.scanMs;
  const growth = large.rssMb - middle.rssMb;
  rows.push(
    { what: "time for 10 times the keys", value: `${ratio.toFixed(1)} x`, bar: "<= 13 x", ok: ratio <= 13 },
    { what: "memory for 90,000 keys more", value: `${growth.toFixed(0)} MB`, bar: "<= 20 MB", ok: growth <= 20 },
  );
}
printTable("Scale", rows);
process.exitCode = rows.every(({ ok }) => ok) ? 0 : 1;
