import type { Row } from "../table.ts";
import type { Answer, Measured } from "./measured.ts";

const CALLS = 1_000;

/** 1,000 calls written at once; a full queue is answered with BUSY, and BUSY is an answer. */
export async function benchParallel(program: Measured): Promise<Row[]> {
  const rows: Row[] = [];
  // What is loaded on first use is start-up, not load.
  await program.call("get_daily_costs", { period: "7d" });
  for (const [what, argsOf] of [
    ["equal", () => ({ period: "7d" })],
    ["different", (i: number) => ({ from: dayAgo(1 + (i % 100)), to: dayAgo(Math.floor(i / 100) % 2) })],
  ] as const) {
    await program.resetDelay();
    const started = performance.now();
    const answers = await Promise.all(
      Array.from({ length: CALLS }, (_, i) => program.call("get_daily_costs", argsOf(i))),
    );
    const ms = performance.now() - started;
    const good = answers.filter(isGood).length;
    const busy = answers.filter((answer) => textOf(answer).startsWith("[BUSY]")).length;
    const { delayP99Ms, delayMaxMs } = await program.figures();
    rows.push({
      what: `1,000 ${what} calls at once: answered`,
      value: `${answers.length} (${good} with data, ${busy} BUSY) in ${ms.toFixed(0)} ms`,
      bar: "all, data or BUSY",
      ok: good + busy === CALLS,
    });
    rows.push({
      what: `  event loop delay p99 (largest)`,
      value: `${delayP99Ms.toFixed(0)} ms (${delayMaxMs.toFixed(0)} ms)`,
      bar: "< 100 ms",
      ok: delayP99Ms < 100,
    });
  }
  const next = await program.call("get_daily_costs", { period: "7d" });
  rows.push({
    what: "the call after them",
    value: isGood(next) ? "good" : textOf(next),
    bar: "good",
    ok: isGood(next),
  });
  return rows;
}

export function isGood({ result }: Answer): boolean {
  return result !== undefined && result.isError !== true;
}

export function textOf({ result, error }: Answer): string {
  return result?.content?.[0]?.text ?? `error ${error?.code}`;
}

function dayAgo(days: number): string {
  return new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);
}
