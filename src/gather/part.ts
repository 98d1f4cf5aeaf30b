import { ApiError, AuthError } from "../api/errors.ts";
import type { Note } from "../finops/basis.ts";
import { failedNote } from "../finops/basis.ts";
import type { FailureReason, Part } from "../finops/part.ts";
import { ToolError } from "../tool/errors.ts";

/** What a read tells about itself, besides its data. */
interface Degradable {
  readonly degraded: boolean;
}

const REASONS: Readonly<Record<string, FailureReason>> = {
  AUTH: "auth",
  FORBIDDEN: "permission",
  NOT_FOUND: "not_found",
  RATE_LIMITED: "rate_limited",
  BUSY: "rate_limited",
  REJECTED: "invalid",
  CONFLICT: "invalid",
  INVALID_ARGUMENT: "invalid",
  TIMEOUT: "timeout",
  BAD_DATA: "bad_shape",
  BAD_RESPONSE: "bad_shape",
  TOO_LARGE: "bad_shape",
  CANCELLED: "cancelled",
};

/** A part that was asked for, with the name under which it is missed when it failed. */
export type NamedPart<T> = Part<T> & { readonly name: string; readonly error: ApiError | null };

/**
 * Turns one request of several into a part: a failure is named, never zero. A refused credential ends the whole tool,
 * and so does anything that is not an answer of the service.
 */
export async function part<T extends Degradable>(name: string, request: Promise<T>): Promise<NamedPart<T>> {
  try {
    const data = await request;
    return { name, status: "ok", data, degraded: data.degraded, error: null };
  } catch (error) {
    if (!(error instanceof ApiError) || error instanceof AuthError) throw error;
    return { name, status: "failed", reason: REASONS[error.code] ?? "upstream", error };
  }
}

/** The same for a read that does not speak of degradation, such as a list. */
export async function plainPart<T>(name: string, request: Promise<T>): Promise<NamedPart<T>> {
  const wrapped = await part(
    name,
    request.then((value) => ({ value, degraded: false })),
  );
  return wrapped.status === "ok" ? { ...wrapped, data: wrapped.data.value } : wrapped;
}

/** The notes that failed parts owe the reader. */
export function notesOnFailures(parts: readonly NamedPart<unknown>[]): Note[] {
  return parts.flatMap((each) => (each.status === "failed" ? [failedNote(each.name, each.reason)] : []));
}

/** When nothing at all could be read, the answer is an error, not a page of nulls. */
export function requireAny(parts: readonly NamedPart<unknown>[]): void {
  if (parts.length === 0 || parts.some(({ status }) => status === "ok")) return;
  const first = parts.find(({ error }) => error !== null)?.error;
  if (parts.length === 1 && first) throw first;
  const names = parts.map((each) => (each.status === "failed" ? `${each.name} (${each.reason})` : each.name));
  throw new ToolError(
    first?.code ?? "UPSTREAM_ERROR",
    `None of the needed parts could be read: ${names.join(", ")}. ${first?.message ?? ""}`.trim(),
    "Try again shortly, or check the connection with check_alephant_connection.",
  );
}

/** A part without which the tool has no answer. */
export function requirePart<T>(wanted: NamedPart<T>): T {
  if (wanted.status === "failed")
    throw wanted.error ?? new ToolError("UPSTREAM_ERROR", `${wanted.name} could not be read.`);
  return wanted.data;
}

/** Sends a second look only for what the first could not give. */
export function isFailedWith(wanted: NamedPart<unknown>, reason: FailureReason): boolean {
  return wanted.status === "failed" && wanted.reason === reason;
}
