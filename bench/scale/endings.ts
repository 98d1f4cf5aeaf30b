import { setPriority } from "node:os";
import { type Sandbox, startSandbox } from "../../src/sandbox/serve.ts";
import { type Answer, type Measured, startMeasured } from "../load/measured.ts";
import { isGood, textOf } from "../load/parallel.ts";
import type { Row } from "../table.ts";
import { settings } from "./settings.ts";

const KEYS = 10_000;
const SCAN = { name: "find_idle_resources", arguments: { include: "keys" } } as const;
const CANCELS = 10;
const DEADLINE_MS = 3_000;
/** A service so slow that no machine reads all keys before the deadline; and a quicker one, for cancels in the middle of work. */
const [SLOW_MS, QUICK_MS] = [250, 50];

/** Cancels in the middle of a scan, a deadline that is too short for one, and a limit that allows too few calls. */
export async function measureEndings(): Promise<Row[]> {
  const sandbox = await startSandbox({ scale: { keys: KEYS }, switches: { latencyMs: SLOW_MS } });
  const cut = await measureCut(sandbox, `a deadline of ${DEADLINE_MS / 1000} s`, DEADLINE_MS, {});
  // The default limit: the pages of the first minute are answered, the rest would take longer than the call may.
  const limited = await measureCut(sandbox, "10 calls a minute", 10_000, { ALEPHANT_RATE_LIMIT_RPM: "10" });
  sandbox.setSwitch("latencyMs", QUICK_MS);
  const cancelled = await measureCancels(sandbox);
  await sandbox.close();
  return [...cut, ...limited, ...cancelled];
}

/** The program itself is watched: the service, in this process, would take note of requests too late. */
async function measureCancels(sandbox: Sandbox): Promise<Row[]> {
  const program = await startMeasured(settings(sandbox, 60_000));
  await program.call(SCAN.name, SCAN.arguments);
  // The service would be another machine; here it must not take the processor from the program it is answering.
  setPriority(10);
  let latestStart = 0;
  let latestEnd = 0;
  for (let i = 0; i < CANCELS; i += 1) {
    const id = 9_000 + i;
    program.notify({ jsonrpc: "2.0", id, method: "tools/call", params: SCAN });
    await pause(200 + 37 * i);
    const cancelledAt = Date.now();
    program.notify({ jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: id } });
    await pause(500);
    const { lastBegunAt, lastEndedAt } = await program.requests();
    latestStart = Math.max(latestStart, lastBegunAt - cancelledAt);
    latestEnd = Math.max(latestEnd, lastEndedAt - cancelledAt);
  }
  await program.stop();
  return [
    {
      what: `${CANCELS} cancels in a scan: last request left after`,
      value: `${latestStart} ms`,
      bar: "<= 100 ms",
      ok: latestStart <= 100,
    },
    { what: "  last request ended after", value: `${latestEnd} ms`, bar: "<= 100 ms", ok: latestEnd <= 100 },
  ];
}

/** A call that cannot see everything says how far it came, and the call it names goes on from there. */
async function measureCut(
  sandbox: Sandbox,
  what: string,
  timeoutMs: number,
  more: Readonly<Record<string, string>>,
): Promise<Row[]> {
  const program = await startMeasured(settings(sandbox, timeoutMs, more));
  const started = performance.now();
  const answer = await program.call(SCAN.name, SCAN.arguments);
  const ms = performance.now() - started;
  await program.stop();
  const [said = textOf(answer).slice(0, 80), read = "?"] =
    /Keys: (\d+) were read, there are \d+/.exec(textOf(answer)) ?? [];
  const isPartial = isGood(answer) && textOf(answer).includes("truncated_rows") && Number(read) < KEYS;
  const next = await goOn(await startMeasured(settings(sandbox, 30_000)), answer);
  const first = Number(/Virtual keys (\d+) to/.exec(next)?.[1]);
  return [
    {
      what: `${what}: answer in part, coverage told`,
      value: `${ms.toFixed(0)} ms, "${said}"`,
      bar: `<= ${timeoutMs + 500} ms`,
      ok: isPartial && ms <= timeoutMs + 500,
    },
    {
      what: "  the call it names goes on",
      value: next.slice(0, 60),
      bar: "at the next key, or up to a page before",
      ok: first <= Number(read) + 1 && first > Number(read) - 20,
    },
  ];
}

async function goOn(program: Measured, answer: Answer): Promise<string> {
  const [, tool = "", page = "", size = ""] =
    /begins with (\w+), page (\d+) of page_size (\d+)/.exec(textOf(answer)) ?? [];
  const next = await program.call(tool, { page: Number(page), page_size: Number(size) });
  await program.stop();
  return String(next.result?.structuredContent?.headline ?? textOf(next));
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
