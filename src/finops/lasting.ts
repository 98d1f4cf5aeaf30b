import { estimatedUsd } from "./money.ts";
import { roundTo } from "./rounding.ts";

const DAY_MS = 86_400_000;

/** How long an amount lasts at the mean of some days. */
export interface Lasting {
  perDayUsd: number;
  /** Days, with one decimal below ten. */
  days: number;
}

/**
 * Plain division by a daily mean, for a first impression of a budget that is not set yet.
 * @param overDays the days in which `spentUsd` was spent; a mean over less than one day tells nothing
 * @returns null when nothing, or nothing known, was spent
 */
export function lastingAt(amountUsd: number, spentUsd: number | null, overDays: number): Lasting | null {
  if (spentUsd === null || spentUsd <= 0 || overDays < 1) return null;
  const days = (amountUsd * overDays) / spentUsd;
  return { perDayUsd: estimatedUsd(spentUsd / overDays), days: roundTo(days, days < 10 ? 1 : 0) };
}

/** Days, with their fraction, since the latest of some instants or dates (RFC 3339); null when none of them can be read. */
export function daysSince(instants: readonly (string | null)[], now: Date): number | null {
  const times = instants.map((text) => Date.parse(text ?? "")).filter((time) => !Number.isNaN(time));
  return times.length === 0 ? null : (now.getTime() - Math.max(...times)) / DAY_MS;
}
