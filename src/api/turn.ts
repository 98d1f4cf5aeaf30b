/** Lets everything else that waits go first: input, timers, other calls. For work that comes in many pieces. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
