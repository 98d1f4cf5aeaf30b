/** The closed list of codes that a failed request can carry. */
export type ApiErrorCode =
  | "AUTH"
  | "FORBIDDEN"
  | "NOT_FOUND"
  | "RATE_LIMITED"
  | "REJECTED"
  | "CONFLICT"
  | "UPSTREAM_ERROR"
  | "UNREACHABLE"
  | "CONNECTION_LOST"
  | "PROXY_AUTH"
  | "DNS"
  | "TLS"
  | "TIMEOUT"
  | "REDIRECT"
  | "BAD_DATA"
  | "BAD_RESPONSE"
  | "TOO_LARGE"
  | "BUSY"
  | "INVALID_ARGUMENT"
  | "CANCELLED";

/**
 * What became of the request, which decides what a failed write may have done.
 * `not_sent`: it never left. `rejected`: the service refused it; nothing was changed. `unknown`: it may have been applied.
 */
export type Outcome = "not_sent" | "rejected" | "unknown";

export interface ErrorFacts {
  /** The path asked, without the query; "" when there was none. */
  path?: string;
  outcome?: Outcome;
  status?: number;
  /** How long the service asks to wait. */
  retryAfterSeconds?: number;
  /** The five-digit code of the service's error body. */
  serviceCode?: number;
  /** The service's own sentence: cleaned, redacted, at most 300 characters. To be quoted, never spliced. */
  serviceText?: string;
  /** The system's code for a network failure, such as ECONNRESET. */
  reason?: string;
  /** True when the same read may succeed if asked again. @default false */
  isRetryable?: boolean;
  /** The method of the request, for the record. */
  method?: string;
}

/**
 * A request that gave no usable answer. `message` is one finished sentence of our own words: no credential, no upstream text,
 * no library text. A foreign error is never kept as `cause`, because its message may quote the request.
 */
export abstract class ApiError extends Error {
  abstract readonly code: ApiErrorCode;
  #path: string;
  #method: string | undefined;
  readonly outcome: Outcome;
  readonly status: number | undefined;
  readonly retryAfterSeconds: number | undefined;
  readonly serviceCode: number | undefined;
  readonly serviceText: string | undefined;
  readonly reason: string | undefined;
  readonly isRetryable: boolean;

  constructor(message: string, facts: ErrorFacts = {}) {
    super(message);
    this.name = new.target.name;
    this.#path = facts.path ?? "";
    this.outcome = facts.outcome ?? "unknown";
    this.status = facts.status;
    this.retryAfterSeconds = facts.retryAfterSeconds;
    this.serviceCode = facts.serviceCode;
    this.serviceText = facts.serviceText;
    this.reason = facts.reason;
    this.isRetryable = facts.isRetryable ?? false;
    this.#method = facts.method;
  }

  /** The path asked, without the query; "" when nothing was asked. */
  get path(): string {
    return this.#path;
  }

  get method(): string | undefined {
    return this.#method;
  }

  /** Says to which request the error belongs, for code that made it without knowing. */
  locate(method: string, path: string): this {
    this.#method ??= method;
    if (this.#path === "") this.#path = path;
    return this;
  }
}

/** 401: the credential was refused. Ends a tool at once. */
export class AuthError extends ApiError {
  readonly code = "AUTH";
}

/** 403: scope too small, wrong workspace, or a plan limit. */
export class ForbiddenError extends ApiError {
  readonly code = "FORBIDDEN";
  /** Named by the service's text, matched exactly. */
  readonly requiredScope: "read" | "write" | "admin" | undefined;

  constructor(message: string, facts: ErrorFacts & { requiredScope?: "read" | "write" | "admin" } = {}) {
    super(message, facts);
    this.requiredScope = facts.requiredScope;
  }
}

/** 404. */
export class NotFoundError extends ApiError {
  readonly code = "NOT_FOUND";
}

/** 429, or our own limit on calls per minute (`isOwnLimit`). */
export class RateLimitedError extends ApiError {
  readonly code = "RATE_LIMITED";
  readonly isOwnLimit: boolean;

  constructor(message: string, facts: ErrorFacts & { isOwnLimit?: boolean } = {}) {
    super(message, facts);
    this.isOwnLimit = facts.isOwnLimit ?? false;
  }
}

/** 400, 402, 405, 413, 415, 422: the service refused the request as it was. */
export class RejectedError extends ApiError {
  readonly code = "REJECTED";
}

/** 409, 412. */
export class ConflictError extends ApiError {
  readonly code = "CONFLICT";
}

/** 408, 421, 425, 5xx, other unexpected statuses, and HTTP 200 with another `code`. */
export class UpstreamError extends ApiError {
  readonly code = "UPSTREAM_ERROR";
}

/** No connection, or a connection that broke. */
export class ConnectionError extends ApiError {
  readonly code: "UNREACHABLE" | "CONNECTION_LOST" | "PROXY_AUTH";

  constructor(code: "UNREACHABLE" | "CONNECTION_LOST" | "PROXY_AUTH", message: string, facts: ErrorFacts = {}) {
    super(message, facts);
    this.code = code;
  }
}

export class DnsError extends ApiError {
  readonly code = "DNS";
}

export class TlsError extends ApiError {
  readonly code = "TLS";
}

/** No connection, no answer or no end of the answer in time. */
export class DeadlineError extends ApiError {
  readonly code = "TIMEOUT";
}

/** Any 3xx: never followed. */
export class RedirectError extends ApiError {
  readonly code = "REDIRECT";
  /** Origin the service pointed to; null when its header was unreadable. */
  readonly targetOrigin: string | null;

  constructor(message: string, facts: ErrorFacts & { targetOrigin: string | null }) {
    super(message, facts);
    this.targetOrigin = facts.targetOrigin;
  }
}

/** The answer is JSON, but not of a shape that can be read; nothing is computed from it. */
export class ShapeError extends ApiError {
  readonly code = "BAD_DATA";
}

/** The answer is not usable JSON at all. */
export class BadResponseError extends ApiError {
  readonly code = "BAD_RESPONSE";
}

export class TooLargeError extends ApiError {
  readonly code = "TOO_LARGE";
}

/** Too many requests are waiting in this process already. */
export class BusyError extends ApiError {
  readonly code = "BUSY";
}

/** Refused before sending. */
export class ArgumentError extends ApiError {
  readonly code = "INVALID_ARGUMENT";

  constructor(message: string, facts: ErrorFacts = {}) {
    super(message, { ...facts, outcome: "not_sent" });
  }
}

/** A virtual key cannot be asked for this window. */
export class UnsupportedWindowError extends ArgumentError {}

/** The caller gave up. Nobody is waiting for a text. */
export class CancelledError extends ApiError {
  readonly code = "CANCELLED";
}
