import { type Command, FLOOR, INITIALIZE, median, OURS, residentMb, startChild, timeToInitialize } from "./stdio.ts";
import type { Row } from "./table.ts";

const ROUNDS = 21;
const BASE = { ALEPHANT_API_BASE_URL: "https://alephant.io" };
const VK = { ...BASE, ALEPHANT_VIRTUAL_KEY: "vk-bench-000000000000" };
const MANAGER = {
  ...BASE,
  ALEPHANT_PAT: "pat_bench_000000000000",
  ALEPHANT_WORKSPACE_ID: "550e8400-e29b-41d4-a716-446655440000",
};
const READY = { jsonrpc: "2.0", method: "notifications/initialized" } as const;
const LIST = { jsonrpc: "2.0", id: 2, method: "tools/list" } as const;

/** Start-up against the floor; no network is touched, because nothing is called before the first tool. */
export async function benchStartUp(): Promise<Row[]> {
  const vk = { ...OURS, env: VK };
  const manager = { ...OURS, env: MANAGER };
  const [floorMs = Number.NaN, ownMs = Number.NaN] = await inTurn([FLOOR, vk]);
  const { listMs, rss } = await listTools(manager);
  const ratio = ownMs / floorMs;
  return [
    {
      what: "initialize answered, times the floor",
      value: `${ratio.toFixed(2)} x (${ownMs.toFixed(0)} / ${floorMs.toFixed(0)} ms)`,
      bar: "<= 2.8 x",
      ok: ratio <= 2.8,
    },
    { what: "first tools/list after it (Manager)", value: `${listMs.toFixed(1)} ms`, bar: "<= 5 ms", ok: listMs <= 5 },
    {
      what: "RSS after tools/list (Manager)",
      value: rss === null ? "unknown" : `${rss.toFixed(0)} MB`,
      bar: "<= 60 MB",
      ok: rss === null || rss <= 60,
    },
  ];
}

/**
 * The same figures of any other stdio server beside ours, each a ratio of ours in the same run.
 * @param command a line for the shell; the server gets the whole environment of this process
 */
export async function benchAgainst(command: string): Promise<Row[]> {
  const other = { line: command, env: ownEnvironment() };
  const manager = { ...OURS, env: MANAGER };
  const [ownMs = Number.NaN, otherMs = Number.NaN] = await inTurn([manager, other]);
  const [own, others] = [await listTools(manager), await listTools(other)];
  const row = (what: string, ours: number | null, theirs: number | null, unit: string): Row => ({
    what,
    value: ours === null || theirs === null ? "unknown" : `${theirs.toFixed(1)} against ${ours.toFixed(1)} ${unit}`,
    bar: ours === null || theirs === null ? "-" : `${(theirs / ours).toFixed(2)} x ours`,
    ok: true,
  });
  return [
    row("initialize answered", ownMs, otherMs, "ms"),
    row("first tools/list after it", own.listMs, others.listMs, "ms"),
    row("RSS after tools/list", own.rss, others.rss, "MB"),
    row("tools/list", own.bytes / 1024, others.bytes / 1024, "kB"),
  ];
}

/** Medians, all taken in turn in one run, so that a slow machine slows every one of them. */
async function inTurn(commands: readonly Command[]): Promise<number[]> {
  const times: number[][] = commands.map(() => []);
  for (const command of commands) await timeToInitialize(command);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [place, command] of commands.entries()) times[place]?.push(await timeToInitialize(command));
  }
  return times.map(median);
}

interface Listing {
  readonly listMs: number;
  /** MB */
  readonly rss: number | null;
  readonly bytes: number;
}

/** Median and least of several starts: the first list of a process, and what it holds in memory then. */
async function listTools(command: Command): Promise<Listing> {
  const runs: Listing[] = [];
  for (let round = 0; round < 5; round += 1) runs.push(await listOnce(command));
  const memory = runs.flatMap(({ rss }) => rss ?? []);
  return {
    listMs: median(runs.map(({ listMs }) => listMs)),
    rss: memory.length === 0 ? null : median(memory),
    bytes: runs[0]?.bytes ?? Number.NaN,
  };
}

async function listOnce(command: Command): Promise<Listing> {
  const child = startChild(command);
  child.send(INITIALIZE);
  await child.answer(INITIALIZE.id);
  child.send(READY);
  const started = performance.now();
  child.send(LIST);
  const text = await child.answer(LIST.id);
  const listMs = performance.now() - started;
  const rss = residentMb(child.process.pid);
  await child.stop();
  return { listMs, rss, bytes: Buffer.byteLength(text) };
}

function ownEnvironment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
