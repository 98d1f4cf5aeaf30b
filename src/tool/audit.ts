/** One step of a change, as it is recorded. Never a credential, a token, or a new key's secret. */
export interface AuditEntry {
  readonly event: "plan" | "confirm" | "intent" | "result" | "denied";
  readonly tool: string;
  /** Ties the steps of one change together. */
  readonly planId: string;
  readonly targetId: string | null;
  /** As given, redacted, without a confirmation token. */
  readonly args: Readonly<Record<string, unknown>>;
  readonly before?: unknown;
  readonly after?: unknown;
  readonly approval?: "elicit" | "token";
  /** First digits of the token's hash. */
  readonly tokenHash?: string;
  readonly outcome?: "applied" | "not_applied" | "unknown" | "rejected";
  readonly code?: string;
  readonly ms?: number;
  readonly status?: number;
}

/** Where changes are recorded. */
export interface Audit {
  /**
   * Resolves when the entry is written; an `intent` only when it is on disk.
   * @throws AuditUnavailable
   */
  record(entry: AuditEntry): Promise<void>;
}

/** The record cannot be written, so nothing may be changed. */
export class AuditUnavailable extends Error {
  override readonly name = "AuditUnavailable";
}

/** A change that was sent and never answered for, because the process ended in between. */
export interface UnknownWrite {
  readonly tool: string;
  readonly targetId: string | null;
  /** When it was about to be sent. */
  readonly at: Date;
}

/** One sentence on such changes; null when there are none. */
export function unknownWritesText(writes: readonly UnknownWrite[]): string | null {
  if (writes.length === 0) return null;
  const shown = writes.slice(-MOST_NAMED).map(({ tool, at }) => `${tool}, ${at.toISOString().slice(0, 16)}Z`);
  const newest = writes.length > MOST_NAMED ? "the newest: " : "";
  const count = `${writes.length} ${writes.length === 1 ? "write" : "writes"} with unknown outcome`;
  return `${count} (${newest}${shown.join("; ")})`;
}

const MOST_NAMED = 3;
