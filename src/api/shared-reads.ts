import type { Clock } from "./clock.ts";
import { CancelledError, DeadlineError, RateLimitedError } from "./errors.ts";
import type { Call, Wait } from "./http.ts";
import type { Payload } from "./payload.ts";
import { nextTurn } from "./turn.ts";

/** A read that began longer ago is not joined, so that a look at what is there now is never older than a slow network. */
const JOIN_MS = 100;
/** All who wait for one answer go on close together, so that a crowd would hold up everything else. */
const MOST_CALLERS = 16;

export interface SharedReads {
  /**
   * Runs a read, or joins the same one when it has just begun. The read ends when everybody who waits for it has left.
   * @param key the same for two reads only when they would send the same request
   */
  join(key: string, call: Call, read: (call: Call) => Promise<Payload>): Promise<Payload>;
  /** Nobody joins a read that began before this moment: something is being changed. */
  forget(): void;
}

interface Running {
  readonly startedAt: number;
  readonly waits: Set<(wait: Wait) => void>;
  readonly end: AbortController;
  readonly answer: Promise<Payload>;
  callers: number;
  /** The end of the row in which they go on, one a turn. */
  row: Promise<void>;
}

/** The reads of one credential that are under way. */
export function createSharedReads(clock: Clock): SharedReads {
  const running = new Map<string, Running>();

  function start(key: string, call: Call, read: (call: Call) => Promise<Payload>): Running {
    const end = new AbortController();
    const waits = new Set<(wait: Wait) => void>();
    const onWait = (wait: Wait) => {
      for (const tell of waits) tell(wait);
    };
    const answer = read({ signal: end.signal, deadline: call.deadline, onWait });
    const started: Running = { startedAt: clock.monotonic(), waits, end, answer, callers: 0, row: Promise.resolve() };
    const drop = () => {
      if (running.get(key) === started) running.delete(key);
    };
    answer.then(drop, drop);
    running.set(key, started);
    return started;
  }

  return {
    async join(key, call, read) {
      if (call.signal.aborted) return read(call);
      const known = running.get(key);
      const isJoined = known !== undefined && canJoin(known, clock.monotonic());
      const shared = isJoined ? known : start(key, call, read);
      try {
        return await follow(shared, call);
      } catch (error) {
        // Whoever began the read had less time, or left: the others ask for themselves.
        if (isJoined && isOfTheOther(error) && !call.signal.aborted && clock.monotonic() < call.deadline) {
          return read(call);
        }
        throw error;
      }
    },
    forget: () => running.clear(),
  };
}

function canJoin({ startedAt, callers, end }: Running, now: number): boolean {
  return now - startedAt <= JOIN_MS && callers < MOST_CALLERS && !end.signal.aborted;
}

function isOfTheOther(error: unknown): boolean {
  return (
    error instanceof DeadlineError ||
    error instanceof CancelledError ||
    (error instanceof RateLimitedError && error.isOwnLimit)
  );
}

async function follow(shared: Running, { signal, onWait }: Call): Promise<Payload> {
  shared.callers += 1;
  if (onWait !== undefined) shared.waits.add(onWait);
  let leave = () => {};
  const left = new Promise<never>((_, reject) => {
    leave = () => reject(new CancelledError("The call was cancelled.", { outcome: "unknown" }));
    signal.addEventListener("abort", leave, { once: true });
  });
  try {
    const payload = await Promise.race([shared.answer, left]);
    if (shared.callers > 1) {
      shared.row = shared.row.then(nextTurn);
      await shared.row;
    }
    return payload;
  } finally {
    signal.removeEventListener("abort", leave);
    if (onWait !== undefined) shared.waits.delete(onWait);
    shared.callers -= 1;
    if (shared.callers === 0) shared.end.abort();
  }
}
