import {
  type ApiError,
  AuthError,
  ConflictError,
  ConnectionError,
  type ErrorFacts,
  ForbiddenError,
  NotFoundError,
  RateLimitedError,
  RejectedError,
  UpstreamError,
} from "./errors.ts";
import { isRecord, own } from "./record.ts";
import { knownSentence } from "./service-codes.ts";

/** What an error answer said about itself. */
export interface ErrorBody {
  serviceCode: number | undefined;
  /** Raw: to be cleaned before it goes anywhere. */
  text: string | undefined;
}

/** `message`, `error.message`, `error`, in that order, from a JSON body; HTML and other text say nothing. */
export function readErrorBody(body: unknown): ErrorBody {
  if (!isRecord(body)) return { serviceCode: undefined, text: undefined };
  const error = own(body, "error");
  const candidates = [own(body, "message"), isRecord(error) ? own(error, "message") : undefined, error];
  const text = candidates.find((value) => typeof value === "string" && value.trim() !== "");
  return { serviceCode: serviceCode(own(body, "code")), text: typeof text === "string" ? text : undefined };
}

/** The envelope's code as a number; undefined when it is no number. */
export function serviceCode(code: unknown): number | undefined {
  const number = typeof code === "string" && /^\d{1,9}$/.test(code) ? Number(code) : code;
  return typeof number === "number" && Number.isSafeInteger(number) ? number : undefined;
}

/** Statuses that tell a failed attempt of a read to be made again. */
const RETRYABLE: readonly number[] = [408, 429, 500, 502, 503, 504];

/** Statuses by which the service itself refuses a request, so that a write changed nothing. */
const REFUSING: readonly number[] = [400, 401, 402, 403, 404, 405, 409, 412, 413, 415, 422, 429];

/**
 * The error for a status of 400 or above.
 *
 * @param facts what is known so far; `serviceText` is cleaned already
 * @param isPlain the body was JSON or empty; another body comes from a box in between, and proves nothing about a write
 */
export function statusError(status: number, facts: ErrorFacts, isPlain: boolean, isWorkspace: boolean): ApiError {
  const full: ErrorFacts = {
    ...facts,
    status,
    outcome: REFUSING.includes(status) && isPlain ? "rejected" : "unknown",
    isRetryable: RETRYABLE.includes(status),
  };
  const sentence = knownSentence(facts.serviceCode);
  switch (status) {
    case 401:
      return new AuthError(authSentence(isWorkspace), full);
    case 403:
      return forbidden(full, isWorkspace);
    case 404:
      return new NotFoundError(sentence ?? "The service found nothing under that address or id.", full);
    case 407:
      return new ConnectionError("PROXY_AUTH", "A proxy refused the request (407). Check HTTPS_PROXY.", full);
    case 409:
    case 412:
      return new ConflictError(`The service reported a conflict (${status}).`, full);
    case 429:
      return new RateLimitedError(rateSentence(facts.retryAfterSeconds), full);
    case 400:
    case 402:
    case 405:
    case 413:
    case 415:
    case 422:
      return new RejectedError(sentence ?? `The service refused the request (${status}).`, full);
    default:
      return new UpstreamError(`The service failed (${status}).`, full);
  }
}

function authSentence(isWorkspace: boolean): string {
  return isWorkspace
    ? "The credential was refused. The access token may be unknown, revoked or expired; create a new one and restart."
    : "The credential was refused. The virtual key may be unknown, disabled, expired, revoked or deleted; the API does not tell which.";
}

function forbidden(facts: ErrorFacts, isWorkspace: boolean): ForbiddenError {
  const scope = requiredScope(facts.serviceText);
  if (scope !== undefined) {
    return new ForbiddenError(`This credential may not do that; scope ${scope} is needed.`, {
      ...facts,
      requiredScope: scope,
    });
  }
  const reason = isWorkspace
    ? "Its scope may be too small, or the workspace id may belong to another workspace."
    : "This kind of credential may not open this address.";
  return new ForbiddenError(`The service refused access. ${reason}`, facts);
}

function requiredScope(text: string | undefined): "read" | "write" | "admin" | undefined {
  const scope = /Required scope: (read|write|admin)\b/.exec(text ?? "")?.[1];
  return scope === "read" || scope === "write" || scope === "admin" ? scope : undefined;
}

function rateSentence(seconds: number | undefined): string {
  if (seconds === undefined) return "The service limits the number of calls. Try again in about a minute.";
  return `The service limits the number of calls. Try again in ${seconds < 90 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`}.`;
}
