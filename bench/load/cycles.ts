import { INITIALIZE, OURS, startChild } from "../stdio.ts";
import type { Row } from "../table.ts";

const CYCLES = 200;

/** Starts the program, lets it answer and closes its stdin, again and again. */
export async function benchCycles(env: Readonly<Record<string, string>>): Promise<Row[]> {
  const exits: (number | null)[] = [];
  const pids: number[] = [];
  let slowest = 0;
  for (let i = 0; i < CYCLES; i += 1) {
    const child = startChild({ ...OURS, env });
    child.send(INITIALIZE);
    await child.answer(INITIALIZE.id);
    pids.push(child.process.pid ?? 0);
    const ended = performance.now();
    await child.stop();
    slowest = Math.max(slowest, performance.now() - ended);
    exits.push(child.process.exitCode);
  }
  const clean = exits.filter((code) => code === 0).length;
  const orphans = pids.filter(isAlive).length;
  return [
    {
      what: `${CYCLES} starts and stops: exit code 0`,
      value: String(clean),
      bar: String(CYCLES),
      ok: clean === CYCLES,
    },
    { what: "  slowest end after its stdin", value: `${slowest.toFixed(0)} ms`, bar: "<= 500 ms", ok: slowest <= 500 },
    { what: "  processes left", value: String(orphans), bar: "0", ok: orphans === 0 },
  ];
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
