import type { Clock } from "../../src/api/clock.ts";

/** A clock that stands still until it is moved. */
export interface FakeClock extends Clock {
  /** Moves on, ending the sleeps that fall due, in order. */
  advance(ms: number): Promise<void>;
}

export function fakeClock(): FakeClock {
  let time = 0;
  let sleepers: { at: number; wake: () => void }[] = [];
  return {
    now: () => time,
    monotonic: () => time,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        const giveUp = () => {
          sleepers = sleepers.filter((each) => each !== sleeper);
          reject(signal.reason);
        };
        const wake = () => {
          signal.removeEventListener("abort", giveUp);
          resolve();
        };
        const sleeper = { at: time + ms, wake };
        sleepers.push(sleeper);
        signal.addEventListener("abort", giveUp);
      }),
    async advance(ms) {
      const end = time + ms;
      for (;;) {
        const next = sleepers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
        if (next === undefined) break;
        time = Math.max(time, next.at);
        sleepers = sleepers.filter((each) => each !== next);
        next.wake();
        await new Promise((resolve) => setImmediate(resolve));
      }
      time = end;
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}
