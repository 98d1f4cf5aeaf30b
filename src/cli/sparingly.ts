const EVERY_MS = 5_000;

/**
 * Tells of an event at once the first time, then at most every five seconds, with how often it happened since: what a client
 * can cause at will must not fill the log.
 * @param now milliseconds that never jump
 */
export function sparingly(tell: (times: number) => void, now: () => number = () => performance.now()): () => void {
  let times = 0;
  let toldAt = Number.NEGATIVE_INFINITY;
  return () => {
    times += 1;
    if (now() - toldAt < EVERY_MS) return;
    tell(times);
    toldAt = now();
    times = 0;
  };
}
