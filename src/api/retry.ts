/** Attempts of one read, the first included. */
export const MAX_ATTEMPTS = 3;

const BASE_MS = 250;
const LONGEST_BACKOFF_MS = 5_000;

/** What is known about a failed attempt of a read. */
export interface RetryFacts {
  isRetryable: boolean;
  /** What the service asked for, read by `retryAfterMs`. */
  retryAfterMs: number | null;
  /** The reading of the monotonic clock after which an answer is of no use. */
  deadline: number;
  /** Uniform in [0, 1): spreads the attempts of many callers. */
  random: number;
}

export type NextStep = { action: "wait"; ms: number } | { action: "stop" };

/**
 * What follows a failed attempt. Full jitter: a random share of 250 ms · 2ⁿ, at most 5 s, but never less than the service asked
 * for. A wait that does not fit before the deadline is not begun: the caller is told at once.
 *
 * @param attempt the attempt that failed, from 1
 * @param now a reading of the monotonic clock, in milliseconds
 */
export function nextStep(attempt: number, facts: RetryFacts, now: number): NextStep {
  if (!facts.isRetryable || attempt >= MAX_ATTEMPTS) return { action: "stop" };
  const backoff = facts.random * Math.min(LONGEST_BACKOFF_MS, BASE_MS * 2 ** (attempt - 1));
  const ms = Math.max(backoff, facts.retryAfterMs ?? 0);
  return now + ms < facts.deadline ? { action: "wait", ms } : { action: "stop" };
}

/**
 * Milliseconds that a `Retry-After` header asks for: whole seconds, or an HTTP date counted from the answer's own `Date`.
 * Past, negative and unreadable values are null: the header is then ignored.
 *
 * @param now wall clock, used when the answer carries no readable date
 */
export function retryAfterMs(header: string | null, date: string | null, now: number): number | null {
  const text = header?.trim() ?? "";
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  const until = httpDate(text);
  if (until === null) return null;
  const wait = until - (httpDate(date?.trim() ?? "") ?? now);
  return wait > 0 ? wait : null;
}

const HTTP_DATE = /^[A-Za-z]{3,9},? [\w -]{8,12} \d{2}:\d{2}:\d{2} GMT$/;

function httpDate(text: string): number | null {
  if (!HTTP_DATE.test(text)) return null;
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? null : ms;
}
