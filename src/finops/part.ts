export const FAILURE_REASONS = [
  "auth",
  "permission",
  "rate_limited",
  "not_found",
  "invalid",
  "upstream",
  "timeout",
  "bad_shape",
  "other_window",
  "cancelled",
] as const;

export type FailureReason = (typeof FAILURE_REASONS)[number];

/**
 * The result of one read as an analysis sees it. A failed part never enters arithmetic: what depends on it is `null`.
 * `degraded` means the service answered without its data store, so zeros and gaps are unknown.
 */
export type Part<T> = { status: "ok"; data: T; degraded: boolean } | { status: "failed"; reason: FailureReason };

/** The data of a part, `null` when it failed. */
export function dataOf<T>(part: Part<T>): T | null {
  return part.status === "ok" ? part.data : null;
}

/**
 * True when an all-zero answer cannot be believed: the route is known to answer with placeholders and the usage series of the
 * same window is positive. Figures of such an answer are unknown.
 */
export function isPlaceholderSuspected(figures: readonly (number | null)[], usageTotal: number | null): boolean {
  return usageTotal !== null && usageTotal > 0 && figures.every((figure) => figure === null || figure === 0);
}
