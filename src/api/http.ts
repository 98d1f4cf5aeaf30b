import { setMaxListeners } from "node:events";
import type { Secret } from "../secret.ts";
import { createBreaker } from "./breaker.ts";
import { type Clock, systemClock } from "./clock.ts";
import type { FetchLike } from "./fetch.ts";
import { createGate } from "./gate.ts";
import type { ApiPath } from "./path.ts";
import type { Payload } from "./payload.ts";
import { perform, type Shared } from "./perform.ts";
import { createRateLimit } from "./rate-limit.ts";
import { createRetryBudget } from "./retry-budget.ts";
import type { Query, Request } from "./send.ts";
import { createSharedReads, type SharedReads } from "./shared-reads.ts";

/** Requests of this process that may be under way at once, and that may wait for their turn. */
const CONCURRENT = 4;
const LONGEST_QUEUE = 32;
/** What is kept of a call's time for everything after a long reading. */
const RESERVE = 0.15;
const LONGEST_RESERVE_MS = 3_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

export interface HttpOptions {
  /** Scheme, host, port and an optional path prefix; `/api/v1` is not part of it. */
  baseUrl: URL;
  credential: Secret;
  /** Sent as `x-workspace-id`; given in manager mode only. */
  workspaceId?: string;
  fetch: FetchLike;
  /** Calls per minute; 0 = off. @default 60 */
  rateLimit?: number;
  /** Least time between two writes, and most writes per hour. @default { spacingMs: 2000, perHour: 20 } */
  writePace?: { spacingMs: number; perHour: number };
  timeouts?: Partial<Timeouts>;
  /** @default the real one */
  clock?: Clock;
  /** Uniform in [0, 1), for the spread of retry waits. @default Math.random */
  random?: () => number;
  log?: (event: HttpEvent) => void;
  /** Told the service's own time (milliseconds since 1970) with every answer that carries it. */
  onServerDate?: (milliseconds: number) => void;
  userAgent: string;
}

export interface Timeouts {
  /** One call over all its attempts, without the waits of our own limit. @default 25000 */
  callMs: number;
  /** The health check. @default 15000 */
  healthMs: number;
}

/** One request that left, for the log: no query, no headers, no body. */
export interface HttpEvent {
  method: string;
  path: string;
  /** From 1. */
  attempt: number;
  /** Null when no answer came. */
  status: number | null;
  /** The error code, or null when the answer was good. */
  code: string | null;
  durationMs: number;
}

/** What one tool call brings along. */
export interface Call {
  signal: AbortSignal;
  /** A reading of the clock's `monotonic()` (`performance.now()` by default) after which nothing more is tried. */
  deadline: number;
  /** Told before a wait begins, so that the caller can report it. */
  onWait?: (wait: Wait) => void;
}

export interface Wait {
  reason: "rate_limit" | "retry";
  ms: number;
}

/** One process's way to the service. */
export interface HttpClient {
  bind(call: Call): Http;
}

export interface GetOptions {
  query?: Query;
  /** Asked without the credential, with the shorter deadline. */
  isHealthCheck?: boolean;
}

/** Requests bound to one call's signal and deadline. Reads are retried, writes leave once. */
export interface Http {
  get(path: ApiPath, options?: GetOptions): Promise<Payload>;
  post(path: ApiPath, body?: object): Promise<Payload>;
  patch(path: ApiPath, body: object): Promise<Payload>;
  put(path: ApiPath, body: object): Promise<Payload>;
  /** The same with an earlier deadline: for long readings that are worth telling of when they are cut short. */
  endingEarly(): Http;
}

export function createHttp(options: HttpOptions): HttpClient {
  const { clock = systemClock, rateLimit = 60, writePace = { spacingMs: 2_000, perHour: 20 } } = options;
  const perMinute = createRateLimit({ permits: rateLimit, windowMs: MINUTE_MS, clock });
  const shared: Shared = {
    sender: {
      baseUrl: options.baseUrl,
      credential: options.credential,
      workspaceId: options.workspaceId,
      userAgent: options.userAgent,
      fetch: options.fetch,
      now: () => clock.now(),
      onServerDate: options.onServerDate,
    },
    clock,
    random: options.random ?? Math.random,
    timeouts: { callMs: 25_000, healthMs: 15_000, ...options.timeouts },
    enter: createGate(CONCURRENT, LONGEST_QUEUE).enter,
    breaker: createBreaker(clock),
    retries: createRetryBudget(),
    limits: {
      every: [perMinute],
      write: [
        createRateLimit({ permits: 1, windowMs: writePace.spacingMs, clock }),
        createRateLimit({ permits: writePace.perHour, windowMs: HOUR_MS, clock }),
        perMinute,
      ],
    },
    log: options.log,
  };
  const reads = createSharedReads(clock);
  return { bind: (call) => bind(shared, reads, call) };
}

function bind(shared: Shared, reads: SharedReads, call: Call): Http {
  const { callMs, healthMs } = shared.timeouts;
  // One signal ends all requests of a call, however many there are.
  setMaxListeners(0, call.signal);
  const write = async (method: "POST" | "PATCH" | "PUT", path: ApiPath, body: object | undefined) => {
    reads.forget();
    try {
      return await perform(shared, call, { method, path, ...(body === undefined ? {} : { body }) }, callMs);
    } finally {
      reads.forget();
    }
  };
  return {
    get(path, { query = {}, isHealthCheck = false } = {}) {
      const request: Request = { method: "GET", path, query, withoutCredential: isHealthCheck };
      const budgetMs = isHealthCheck ? healthMs : callMs;
      return reads.join(keyOf(request), call, (each) => perform(shared, each, request, budgetMs));
    },
    post: (path, body) => write("POST", path, body),
    patch: (path, body) => write("PATCH", path, body),
    put: (path, body) => write("PUT", path, body),
    endingEarly() {
      const left = call.deadline - shared.clock.monotonic();
      return bind(shared, reads, { ...call, deadline: call.deadline - Math.min(LONGEST_RESERVE_MS, left * RESERVE) });
    },
  };
}

/** Equal for two reads exactly when they send the same request. */
function keyOf({ path, query = {}, withoutCredential }: Request): string {
  const named = Object.entries(query).filter(([, value]) => value !== undefined);
  return JSON.stringify([path.toString(), withoutCredential, named]);
}
