import type { GuardClock } from "../../src/tool/guard.ts";

/** A clock that stands still until it is moved; sleeping moves it. */
export interface ManualClock extends GuardClock {
  advance(ms: number): void;
  /** How long was slept, each time. */
  readonly sleeps: number[];
}

export function manualClock(): ManualClock {
  let at = 1_000;
  const sleeps: number[] = [];
  return {
    sleeps,
    monotonic: () => at,
    advance: (ms) => {
      at += ms;
    },
    sleep: async (ms) => {
      sleeps.push(ms);
      at += ms;
    },
  };
}
