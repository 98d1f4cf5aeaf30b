import type { Clock } from "./clock.ts";

export interface RateLimit {
  /**
   * Takes a permit, first come first served, as soon as one is free.
   * @param announce told the wait in milliseconds when there is one
   * @throws the signal's reason when it is aborted while waiting; the place in the queue is given up
   */
  take(signal: AbortSignal, announce?: (ms: number) => void): Promise<void>;
  /** Milliseconds that a caller arriving now would wait. */
  expectedWaitMs(): number;
}

export interface RateLimitOptions {
  /** Permits per window; 0 = no limit. */
  permits: number;
  windowMs: number;
  clock: Clock;
}

/**
 * A bucket of permits, each of which returns one window after it was taken: a burst may use them all at once, yet no window
 * ever sees more than `permits`.
 */
export function createRateLimit({ permits, windowMs, clock }: RateLimitOptions): RateLimit {
  /** When the permits in use return, ascending; waiting callers hold the ones that they were promised. */
  let returns: number[] = [];

  function freeAt(now: number): number {
    returns = returns.filter((at) => at > now);
    return returns.length < permits ? now : (returns[returns.length - permits] ?? now);
  }

  return {
    expectedWaitMs() {
      const now = clock.monotonic();
      return permits === 0 ? 0 : Math.max(0, freeAt(now) - now);
    },
    async take(signal, announce) {
      signal.throwIfAborted();
      if (permits === 0) return;
      const now = clock.monotonic();
      const startsAt = freeAt(now);
      const returnsAt = startsAt + windowMs;
      returns.push(returnsAt);
      if (startsAt <= now) return;
      announce?.(startsAt - now);
      try {
        await clock.sleep(startsAt - now, signal);
      } catch (error) {
        const index = returns.indexOf(returnsAt);
        if (index >= 0) returns.splice(index, 1);
        throw error;
      }
    },
  };
}
