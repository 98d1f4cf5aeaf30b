export type Status = "ok" | "warn" | "fail";

/** One line of the report. No text ever holds a value that could be a credential. */
export interface Finding {
  /** What was looked at: a short name. */
  readonly check: string;
  readonly status: Status;
  readonly text: string;
  /** What to do about it; null when there is nothing to do. */
  readonly fix: string | null;
}

export function ok(check: string, text: string): Finding {
  return { check, status: "ok", text, fix: null };
}

export function warn(check: string, text: string, fix: string): Finding {
  return { check, status: "warn", text, fix };
}

export function fail(check: string, text: string, fix: string): Finding {
  return { check, status: "fail", text, fix };
}
