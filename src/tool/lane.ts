/** Runs work given to it one piece at a time, in order of arrival. Work whose signal is aborted before its turn never starts. */
export type Lane = <T>(work: () => Promise<T>, signal: AbortSignal) => Promise<T>;

export function createLane(): Lane {
  let last: Promise<unknown> = Promise.resolve();
  return (work, signal) => {
    const turn = last.then(() => {
      signal.throwIfAborted();
      return work();
    });
    last = turn.catch(() => {});
    return turn;
  };
}
