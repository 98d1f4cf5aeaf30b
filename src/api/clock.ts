/** Time as the client sees it; a parameter, so that waits can be tested without waiting. */
export interface Clock {
  /** Wall clock, milliseconds since 1970. Used only to read an HTTP date when the answer carries no date of its own. */
  now(): number;
  /** Milliseconds of a clock that never jumps. Deadlines are readings of this clock. */
  monotonic(): number;
  /** Ends after `ms`, or rejects with the signal's reason as soon as it is aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** The real clock. Its timers keep the process alive: a command that waits for a retry must not end half-way. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep(ms, signal) {
    return new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(signal.reason);
        return;
      }
      const giveUp = () => {
        clearTimeout(timer);
        reject(signal.reason);
      };
      const timer = setTimeout(() => {
        signal.removeEventListener("abort", giveUp);
        resolve();
      }, ms);
      signal.addEventListener("abort", giveUp, { once: true });
    });
  },
};
