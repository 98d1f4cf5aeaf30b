import type { Note, Noted } from "./basis.ts";
import type { Day } from "./day.ts";
import { type Micro, toUsd, toUsdOrNull } from "./money.ts";
import type { UsageSeries } from "./usage.ts";
import { daysIn, sumSpan } from "./usage-sum.ts";
import type { Span } from "./window.ts";

/** The daily costs of one entity as parallel arrays, oldest first. Ready to return from a tool. */
export interface EntityDays {
  dates: Day[];
  cost_usd: (number | null)[];
  requests: (number | null)[];
  /** Older days of the window that are not shown; the total covers them too. */
  omitted_days: number;
  total_cost_usd: number | null;
  /** The entity's cost in the breakdown less the sum of its days; `null` when a side is unknown. */
  unattributed_usd: number | null;
}

/**
 * One entity day by day inside a window, against its cost there.
 *
 * @param parentCost micro-USD by the cost breakdown; `null` when unknown
 * @param most days shown at most, the newest ones
 */
export function entityDays(
  series: UsageSeries,
  window: Span,
  parentCost: Micro | null,
  most: number,
): Noted<EntityDays> {
  const days = daysIn(series, window);
  const shown = days.slice(-most);
  const { value, lowerBound } = sumSpan(series, window).cost;
  const isKnown = value !== null && !lowerBound && parentCost !== null;
  const result: EntityDays = {
    dates: shown.map(({ date }) => date),
    cost_usd: shown.map(({ costMicro }) => toUsdOrNull(costMicro)),
    requests: shown.map(({ requests }) => requests),
    omitted_days: days.length - shown.length,
    total_cost_usd: toUsdOrNull(value),
    unattributed_usd: isKnown ? toUsd(parentCost - value) : null,
  };
  const text = "The daily sum of the second level is at least the figure shown: days are missing.";
  const notes: Note[] = lowerBound && value !== null ? [{ code: "lower_bound", text }] : [];
  return { result, notes };
}
