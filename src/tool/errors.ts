import { ApiError, type ApiErrorCode, ForbiddenError } from "../api/errors.ts";
import type { Effect, Subject } from "./define.ts";

/** The closed list of codes that stand in front of an error text. */
export type ToolErrorCode = ApiErrorCode | "INTERNAL";

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
  const { code, message, next } = explain(error, circumstances);
  const sentences = [message, stateOfChange(error, circumstances), next].filter((sentence) => sentence !== null);
  return { code, text: `[${code}] ${sentences.join(" ")}` };
}

interface Explanation {
  readonly code: ToolErrorCode;
  readonly message: string;
  readonly next: string | null;
}

function explain(error: unknown, { ending, subject, timeoutMs }: Circumstances): Explanation {
  if (ending === "cancelled") return { code: "CANCELLED", message: "The call was cancelled.", next: null };
  if (error instanceof ToolError) return error;
  if (error instanceof ApiError) {
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

const UNKNOWN_CHANGE =
  "It is unknown whether the change was applied; check with list_virtual_keys or get_workspace_budget_status before asking again.";

/** A read changes nothing, so it says nothing; a write always says what became of it. */
function stateOfChange(error: unknown, { effect, hasSent }: Circumstances): string | null {
  if (effect === "read") return null;
  if (!hasSent) return "Nothing was changed.";
  const isRefused = error instanceof ApiError && error.method !== "GET" && error.outcome !== "unknown";
  return isRefused ? "Nothing was changed." : UNKNOWN_CHANGE;
}
