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
  readonly upstreamRequestId?: string;
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
