import type { Clock } from "./clock.ts";
import { ApiError, CancelledError, DeadlineError } from "./errors.ts";
import type { Call } from "./http.ts";
import type { Request } from "./send.ts";

export interface Bounds {
  call: Call;
  request: Request;
  /** A reading of the clock's `monotonic()`. */
  until: number;
  clock: Clock;
  /** True when the step sends the request, so that a failure in it may have reached the service. @default false */
  isSending?: boolean;
}

/** The longest delay that a timer takes. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * Runs a step that ends with the caller or the deadline, whichever comes first, and says which of the two it was.
 *
 * @throws CancelledError when the caller gave up; DeadlineError when the time ran out; what the step throws otherwise
 */
export async function withDeadline<T>(bounds: Bounds, step: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const { call, request, until, clock, isSending = false } = bounds;
  const facts = { method: request.method, path: request.path.toString() };
  const startedAt = clock.monotonic();
  if (call.signal.aborted) throw cancelled("not_sent", facts);
  if (startedAt >= until) throw new DeadlineError("The time for this call ran out.", { ...facts, outcome: "not_sent" });
  const timeout = new AbortController();
  const timer = setTimeout(() => timeout.abort(), Math.min(LONGEST_TIMER_MS, Math.ceil(until - startedAt)));
  timer.unref();
  const signal = AbortSignal.any([call.signal, timeout.signal]);
  try {
    return await step(signal);
  } catch (error) {
    if (error instanceof ApiError) throw error.locate(facts.method, facts.path);
    if (!signal.aborted) throw error;
    const outcome = isSending ? "unknown" : "not_sent";
    if (call.signal.aborted) throw cancelled(outcome, facts);
    const seconds = Math.max(1, Math.round((clock.monotonic() - startedAt) / 1000));
    const text = isSending ? `The answer took longer than ${seconds} s.` : "The time for this call ran out.";
    throw new DeadlineError(text, { ...facts, outcome });
  } finally {
    clearTimeout(timer);
  }
}

function cancelled(outcome: "not_sent" | "unknown", facts: { method: string; path: string }): CancelledError {
  return new CancelledError("The call was cancelled.", { ...facts, outcome });
}
