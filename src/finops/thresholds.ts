import { type BudgetWindow, daysToDate } from "./budget-window.ts";
import type { Day } from "./day.ts";
import { estimatedUsd, type Micro, toUsd } from "./money.ts";
import { roundHalfAway, roundTo } from "./rounding.ts";
import type { UsageSeries } from "./usage.ts";
import { daysIn } from "./usage-sum.ts";

export interface ThresholdLine {
  pct: number;
  line_usd: number;
  /** First day whose cumulative spend reached the line. */
  crossed_on: Day | null;
  /** Median forecast date of a line not yet reached; `null` when it is not before the reset. */
  expected_on: Day | null;
}

export interface ThresholdInput {
  budget: Micro;
  /** Alert lines in percent of the budget. */
  thresholds: readonly number[];
  series: UsageSeries;
  window: BudgetWindow;
  now: Date;
  /** Forecast of the day a line in USD is reached, for lines still ahead. */
  expectedOn?: (lineUsd: number) => Day | null;
}

/** The alert lines of a budget in ascending order, with the day each was reached. */
export function thresholdLines(input: ThresholdInput): ThresholdLine[] {
  const ascending = [...new Set(input.thresholds)].filter((pct) => pct > 0).sort((a, b) => a - b);
  return ascending.map((pct) => {
    const line = roundHalfAway((input.budget * pct) / 100);
    const crossed = crossedOn(input.series, input.window, input.now, line);
    const expected = crossed === null && input.expectedOn ? input.expectedOn(toUsd(line)) : null;
    return { pct, line_usd: toUsd(line), crossed_on: crossed, expected_on: expected };
  });
}

/** First day of the window whose cumulative spend reaches a line; unknown days add nothing. `null` when it is not reached. */
export function crossedOn(series: UsageSeries, window: BudgetWindow, now: Date, line: Micro): Day | null {
  let cumulative = 0;
  for (const day of daysIn(series, daysToDate(window, now))) {
    cumulative += day.costMicro ?? 0;
    if (cumulative >= line) return day.date;
  }
  return null;
}

/** Forecast at the end of the window less the budget: positive is over. Estimated USD. */
export function budgetVarianceUsd(atEndUsd: number, budget: Micro): number {
  return estimatedUsd(atEndUsd - toUsd(budget));
}

/**
 * By how many percent the rest of the window must change to end on budget: negative is less spend, never below −100. `null`
 * when the forecast stays inside the budget or nothing more is expected.
 *
 * @param restUsd - forecast of today and the remaining days, less today so far
 */
export function neededChangePct(varianceUsd: number, remaining: Micro, restUsd: number): number | null {
  if (varianceUsd <= 0 || restUsd <= 0) return null;
  return Math.max(-100, roundTo(-100 * (1 - toUsd(remaining) / restUsd), 1));
}
