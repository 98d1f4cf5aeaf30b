import type { Clock } from "./clock.ts";
import {
  ApiError,
  CancelledError,
  ConnectionError,
  DeadlineError,
  DnsError,
  TlsError,
  UpstreamError,
} from "./errors.ts";

/** Failed requests, one after the other, that open the breaker. */
const MOST_FAILURES = 5;
const OPEN_MS = 10_000;

/** Leave to send one request. */
export interface Ticket {
  /** Tells how the request ended, over all its attempts: `undefined` when it was answered. To be called once. */
  settle(failure: unknown): void;
}

/** Stops asking a service that only fails, and finds out by one request whether it is back. */
export interface Breaker {
  /** @throws UpstreamError at once while the breaker is open */
  check(): void;
  /**
   * Waits for a probe that is under way, so that the requests of one composite go on together once the service is back.
   * @throws UpstreamError while the breaker is open; the signal's reason when it is aborted while waiting
   */
  enter(signal: AbortSignal): Promise<Ticket>;
}

/**
 * Counts requests, not attempts. A failure counts only when its request began after the last one that was counted: reads
 * that fail side by side are one event, so one bad moment of a composite never locks out the next call. Any answer below
 * 500 closes the count; what ended on our side (a cancel, our own deadline) says nothing.
 */
export function createBreaker(clock: Clock): Breaker {
  let failures = 0;
  let countedAt = Number.NEGATIVE_INFINITY;
  let opensAgainAt: number | null = null;
  let probe: Promise<void> | null = null;

  function check(): void {
    if (opensAgainAt === null) return;
    const left = opensAgainAt - clock.monotonic();
    if (left > 0) throw keepsFailing(left);
  }

  function regular(): Ticket {
    const startedAt = clock.monotonic();
    return {
      settle(failure) {
        if (opensAgainAt !== null) return;
        const verdict = verdictOn(failure);
        if (verdict === "answered") failures = 0;
        if (verdict !== "failed" || startedAt < countedAt) return;
        failures += 1;
        countedAt = clock.monotonic();
        if (failures >= MOST_FAILURES) opensAgainAt = countedAt + OPEN_MS;
      },
    };
  }

  function probing(): Ticket {
    let end = () => {};
    probe = new Promise((resolve) => {
      end = resolve;
    });
    return {
      settle(failure) {
        const verdict = verdictOn(failure);
        if (verdict === "failed") opensAgainAt = clock.monotonic() + OPEN_MS;
        if (verdict === "answered") {
          opensAgainAt = null;
          failures = 0;
        }
        probe = null;
        end();
      },
    };
  }

  return {
    check,
    async enter(signal) {
      for (;;) {
        signal.throwIfAborted();
        if (opensAgainAt === null) return regular();
        check();
        if (probe === null) return probing();
        await untilAborted(probe, signal);
      }
    },
  };
}

function keepsFailing(ms: number): UpstreamError {
  const seconds = Math.ceil(ms / 1000);
  return new UpstreamError(`The service keeps failing; next try in ${seconds} s.`, { outcome: "not_sent" });
}

function verdictOn(failure: unknown): "answered" | "failed" | "unknown" {
  if (failure === undefined) return "answered";
  if (!(failure instanceof ApiError) || failure instanceof CancelledError) return "unknown";
  if (failure.status !== undefined) return failure.status >= 500 ? "failed" : "answered";
  if (failure instanceof DeadlineError) return failure.reason === undefined ? "unknown" : "failed";
  const isBroken = failure instanceof ConnectionError || failure instanceof DnsError || failure instanceof TlsError;
  if (isBroken) return "failed";
  return failure.outcome === "not_sent" ? "unknown" : "answered";
}

function untilAborted(work: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const giveUp = () => reject(signal.reason);
    signal.addEventListener("abort", giveUp, { once: true });
    work.then(() => {
      signal.removeEventListener("abort", giveUp);
      resolve();
    });
  });
}
