import { ApiError, type ApiErrorCode, CancelledError, ForbiddenError } from "../api/errors.ts";
import type { Effect, Subject } from "./define.ts";

/** What only a change can fail with. Nothing was sent when one of these stands in front of a text. */
export type ChangeErrorCode =
  | "NOT_CONFIRMED"
  | "CONFIRMATION_UNAVAILABLE"
  | "CONFIRMATION_INVALID"
  | "CONFIRMATION_USED"
  | "CONFIRMATION_EXPIRED"
  | "CONFIRMATION_MISMATCH"
  | "TARGET_CHANGED"
  | "AUDIT_UNAVAILABLE"
  | "POLICY_DENIED"
  | "ESCALATED";

/** The closed list of codes that stand in front of an error text. */
export type ToolErrorCode = ApiErrorCode | ChangeErrorCode | "INTERNAL";

/** A failure that a tool itself found out. `message` and `next` are finished sentences. */
export class ToolError extends Error {
  override readonly name = "ToolError";
  readonly code: ToolErrorCode;
  readonly next: string | null;

  constructor(code: ToolErrorCode, message: string, next: string | null = null) {
    super(message);
    this.code = code;
    this.next = next;
  }
}

/** What is known of a change whose request failed. */
export type Fate = "not_made" | "unknown" | { readonly notAppliedAsOf: Date };

/** A failure after a changing request has left, together with what became of the change. */
export class ChangeFailure extends Error {
  override readonly name = "ChangeFailure";
  readonly reason: unknown;
  readonly fate: Fate;

  constructor(reason: unknown, fate: Fate) {
    super("a change failed");
    this.reason = reason;
    this.fate = fate;
  }
}

/** Arguments that cannot be used as given; nothing was sent. */
export function invalidArgument(message: string, next: string | null = null): ToolError {
  return new ToolError("INVALID_ARGUMENT", message, next);
}

/** An id that names nothing. Upstream's own wording is not shown: ours names the kind and the tool that lists it. */
export function notFound({ kind, listedBy }: Subject, id: string): ToolError {
  return new ToolError("NOT_FOUND", `There is no ${kind} ${id} in this workspace.`, `Use ${listedBy} to find its id.`);
}

export interface Failure {
  readonly code: ToolErrorCode;
  readonly text: string;
}

export interface Circumstances {
  readonly effect: Effect;
  readonly subject: Subject | null;
  /** The tool that shows what a change is about; null for a tool that only reads. */
  readonly checkWith: string | null;
  /** How the call was ended from outside, if it was. */
  readonly ending: "cancelled" | "deadline" | null;
  readonly timeoutMs: number;
  /** True once a changing request has left in this call. */
  readonly hasSent: boolean;
}

/**
 * The only way from an error to a text: `[CODE] What happened. Whether anything was changed (writes). What to do next.`
 * An error nobody foresaw gives no text of its own, because its message may quote a credential.
 */
export function toToolError(error: unknown, circumstances: Circumstances): Failure {
  const reason = error instanceof ChangeFailure ? error.reason : error;
  const fate = fateOf(error, circumstances);
  const { code, message, next } = explain(reason, circumstances);
  const sentences = [
    message,
    stateOfChange(fate, circumstances.checkWith),
    nextAfter(fate, circumstances.checkWith, next),
  ];
  return { code, text: `[${code}] ${sentences.filter((sentence) => sentence !== null).join(" ")}` };
}

export interface Explanation {
  readonly code: ToolErrorCode;
  readonly message: string;
  readonly next: string | null;
}

/** An error in our own words, without the state of a change. */
export function explain(
  error: unknown,
  { ending, subject, timeoutMs }: Pick<Circumstances, "ending" | "subject" | "timeoutMs">,
): Explanation {
  if (ending === "cancelled") return { code: "CANCELLED", message: "The call was cancelled.", next: null };
  if (error instanceof ToolError) return error;
  // Our own deadline ends the call's signal, which a request cannot tell from the caller's.
  const isOwnEnd = ending === "deadline" && error instanceof CancelledError;
  if (error instanceof ApiError && !isOwnEnd) {
    const message = quoteService(
      subject !== null && error.code === "NOT_FOUND" ? missing(subject) : error.message,
      error,
    );
    return { code: error.code, message, next: nextStep(error, subject) };
  }
  if (ending === "deadline") {
    const message = `No complete answer within ${Math.round(timeoutMs / 1000)} s.`;
    return { code: "TIMEOUT", message, next: "Ask for a shorter window, or raise ALEPHANT_TIMEOUT_MS." };
  }
  return { code: "INTERNAL", message: "Unexpected error in alephant-mcp; no figure was computed.", next: null };
}

function missing({ kind }: Subject): string {
  return `There is no ${kind} with that id in this workspace.`;
}

function quoteService(message: string, { serviceText }: ApiError): string {
  return serviceText === undefined || message.includes(serviceText)
    ? message
    : `${message} The service says: ${JSON.stringify(serviceText)}.`;
}

/** One sentence on what a person can do; null where the message already says it. */
function nextStep(error: ApiError, subject: Subject | null): string | null {
  switch (error.code) {
    case "NOT_FOUND":
      return subject === null ? null : `Use ${subject.listedBy} to find its id.`;
    case "FORBIDDEN":
      return error instanceof ForbiddenError && error.requiredScope !== undefined
        ? `Use a PAT with the scope ${error.requiredScope}.`
        : "Check the scope of the PAT and ALEPHANT_WORKSPACE_ID.";
    case "BUSY":
      return "Try again when other calls have ended.";
    case "UPSTREAM_ERROR":
      return "Try again shortly.";
    case "BAD_DATA":
      return "The service may have changed; check for a newer alephant-mcp.";
    default:
      return null;
  }
}

/** A read changes nothing, so it has no fate; a change always has one. */
function fateOf(error: unknown, { effect, hasSent }: Circumstances): Fate | null {
  if (effect === "read") return null;
  if (error instanceof ChangeFailure) return error.fate;
  return hasSent ? "unknown" : "not_made";
}

function stateOfChange(fate: Fate | null, checkWith: string | null): string | null {
  if (fate === null) return null;
  if (fate === "not_made") return "Nothing was changed.";
  if (fate === "unknown") {
    const how = checkWith === null ? "look" : `check with ${checkWith}`;
    return `It is unknown whether the change was applied; ${how} before asking again.`;
  }
  return `Not applied as of ${fate.notAppliedAsOf.toISOString()}.`;
}

/** Once a request has left, "try again" would be the wrong advice. */
function nextAfter(fate: Fate | null, checkWith: string | null, next: string | null): string | null {
  if (fate === null || fate === "not_made") return next;
  if (fate === "unknown" || checkWith === null) return null;
  return `Look again with ${checkWith} before asking for the same change.`;
}
