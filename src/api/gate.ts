import { BusyError } from "./errors.ts";

/** Lets a few callers in at once and a few more wait. */
export interface Gate {
  /**
   * Waits for a place, first come first served, and returns what gives it back.
   * @throws BusyError at once when too many wait already; the signal's reason when it is aborted while waiting
   */
  enter(signal: AbortSignal): Promise<() => void>;
}

export function createGate(places: number, longestQueue: number): Gate {
  let free = places;
  const queue: (() => void)[] = [];

  function leave(): void {
    const next = queue.shift();
    if (next === undefined) free += 1;
    else next();
  }

  function once(): () => void {
    let left = false;
    return () => {
      if (!left) leave();
      left = true;
    };
  }

  return {
    async enter(signal) {
      signal.throwIfAborted();
      if (free > 0) {
        free -= 1;
        return once();
      }
      if (queue.length >= longestQueue) {
        throw new BusyError("Too many requests are waiting already; try again in a moment.", { outcome: "not_sent" });
      }
      await new Promise<void>((resolve, reject) => {
        const giveUp = () => {
          queue.splice(queue.indexOf(proceed), 1);
          reject(signal.reason);
        };
        const proceed = () => {
          signal.removeEventListener("abort", giveUp);
          resolve();
        };
        queue.push(proceed);
        signal.addEventListener("abort", giveUp, { once: true });
      });
      return once();
    },
  };
}
