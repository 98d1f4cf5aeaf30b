import type { Breaker, Ticket } from "./breaker.ts";
import type { Clock } from "./clock.ts";
import { withDeadline } from "./deadline.ts";
import { ApiError, RateLimitedError } from "./errors.ts";
import type { Call, HttpEvent, Timeouts } from "./http.ts";
import type { Payload } from "./payload.ts";
import type { RateLimit } from "./rate-limit.ts";
import { nextStep } from "./retry.ts";
import type { RetryBudget } from "./retry-budget.ts";
import { type Request, type Sender, send } from "./send.ts";

/** What the calls of one process share. */
export interface Shared {
  sender: Sender;
  clock: Clock;
  random: () => number;
  timeouts: Timeouts;
  enter(signal: AbortSignal): Promise<() => void>;
  breaker: Breaker;
  retries: RetryBudget;
  limits: { every: RateLimit[]; write: RateLimit[] };
  log: ((event: HttpEvent) => void) | undefined;
}

/** One call with its attempts. The budget starts when the first attempt may leave: our own throttle does not eat into it. */
export async function perform(shared: Shared, call: Call, request: Request, budgetMs: number): Promise<Payload> {
  // Said at once, whatever waits in the queue.
  shared.breaker.check();
  shared.retries.earn();
  const pass: Pass = { ticket: null };
  try {
    const payload = await attempts(shared, call, request, budgetMs, pass);
    pass.ticket?.settle(undefined);
    return payload;
  } catch (error) {
    pass.ticket?.settle(error);
    throw error;
  }
}

/** The breaker's leave to send, taken once for all attempts. */
interface Pass {
  ticket: Ticket | null;
}

async function attempts(shared: Shared, call: Call, request: Request, budgetMs: number, pass: Pass): Promise<Payload> {
  const { clock } = shared;
  let until = call.deadline;
  for (let attempt = 1; ; attempt += 1) {
    const leave = await withDeadline({ call, request, until, clock }, (signal) =>
      admit(shared, call, request, pass, signal),
    );
    let failure: unknown;
    try {
      if (attempt === 1) until = Math.min(call.deadline, clock.monotonic() + budgetMs);
      return await attemptOnce(shared, call, request, attempt, until);
    } catch (error) {
      failure = error;
    } finally {
      leave();
    }
    if (!(failure instanceof ApiError) || request.method !== "GET") throw failure;
    const step = nextStep(
      attempt,
      {
        isRetryable: failure.isRetryable,
        retryAfterMs: failure.retryAfterSeconds === undefined ? null : failure.retryAfterSeconds * 1000,
        deadline: until,
        random: shared.random(),
      },
      clock.monotonic(),
    );
    if (step.action === "stop" || !shared.retries.spend()) throw failure;
    call.onWait?.({ reason: "retry", ms: step.ms });
    await withDeadline({ call, request, until, clock }, (signal) => clock.sleep(step.ms, signal));
  }
}

/** Waits for a place, the breaker and a permit, in that order, so that requests keep theirs. Nothing has left while it waits. */
async function admit(
  shared: Shared,
  call: Call,
  request: Request,
  pass: Pass,
  signal: AbortSignal,
): Promise<() => void> {
  const leave = await shared.enter(signal);
  try {
    pass.ticket ??= await shared.breaker.enter(signal);
    for (const limit of request.method === "GET" ? shared.limits.every : shared.limits.write) {
      const waitMs = limit.expectedWaitMs();
      if (waitMs >= call.deadline - shared.clock.monotonic()) throw ownLimit(waitMs);
      await limit.take(signal, (ms) => call.onWait?.({ reason: "rate_limit", ms }));
    }
    return leave;
  } catch (error) {
    leave();
    throw error;
  }
}

function ownLimit(waitMs: number): RateLimitedError {
  const seconds = Math.ceil(waitMs / 1000);
  const text = `This program's own limit on calls is used up. Try again in ${seconds} s.`;
  return new RateLimitedError(text, { retryAfterSeconds: seconds, outcome: "not_sent", isOwnLimit: true });
}

async function attemptOnce(shared: Shared, call: Call, request: Request, attempt: number, until: number) {
  const { clock, log } = shared;
  const startedAt = clock.monotonic();
  const report = (status: number | null, code: string | null) => {
    const durationMs = Math.round(clock.monotonic() - startedAt);
    log?.({ method: request.method, path: request.path.toString(), attempt, status, code, durationMs });
  };
  try {
    const payload = await withDeadline({ call, request, until, clock, isSending: true }, (signal) =>
      send(request, shared.sender, signal),
    );
    report(payload.status, null);
    return payload;
  } catch (error) {
    report(
      error instanceof ApiError ? (error.status ?? null) : null,
      error instanceof ApiError ? error.code : "INTERNAL",
    );
    throw error;
  }
}
