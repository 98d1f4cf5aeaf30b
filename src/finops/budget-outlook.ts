import type { Note, Noted } from "./basis.ts";
import type { BudgetWindow } from "./budget-window.ts";
import { addDays, type Day, dayOf, daysBetween } from "./day.ts";
import { sinceFirstUse } from "./first-use.ts";
import { forecast, MIN_PROBABILITY_DAYS } from "./forecast.ts";
import { forecastNote } from "./forecast-note.ts";
import { estimatedUsd, type Micro, toUsd } from "./money.ts";
import { seedOf } from "./random.ts";
import { roundTo } from "./rounding.ts";
import { runOut } from "./run-out.ts";
import { prepareSeries } from "./series.ts";
import { simulateSpend, totalQuantile } from "./spend-paths.ts";
import { budgetVarianceUsd, crossedOn, neededChangePct } from "./thresholds.ts";
import type { UsageSeries } from "./usage.ts";
import { completeDaysUsd, exactly, type Sum, sumSpan } from "./usage-sum.ts";

/** When a budget is reached inside its own window: 80 % of the simulated ways lie between p10 and p90. */
export interface RunOutDates {
  prob: number;
  /** `null` = not before the reset */
  p10: Day | null;
  p50: Day | null;
  p90: Day | null;
}

/** Where spend lands at the end of the budget window. Estimated USD. */
export interface LandingRange {
  p10: number;
  p50: number;
  p90: number;
}

export interface BudgetOutlook {
  run_out: RunOutDates | null;
  landing_usd: LandingRange | null;
  /** landing p50 less the budget: positive is over */
  budget_variance_usd: number | null;
  needed_change_pct: number | null;
  /** The median date on which a line in USD is reached; `null` when not before the reset or not known. */
  expectedOn: (lineUsd: number) => Day | null;
}

export interface OutlookInput {
  /** Daily rows that reach back before the budget window, for the forecast. */
  series: UsageSeries | null;
  window: BudgetWindow;
  /** micro-USD; `null` when there is no budget to run out of */
  budget: Micro | null;
  /** Since the start of the budget window, today included. */
  spent: Sum;
  now: Date;
  /** Whose money it is: the same scope draws the same random paths all day. */
  scopeId: string;
}

const DAY_MS = 86_400_000;

/** The outlook of a budget about whose future nothing can be told. */
export const NO_OUTLOOK: BudgetOutlook = {
  run_out: null,
  landing_usd: null,
  budget_variance_usd: null,
  needed_change_pct: null,
  expectedOn: () => null,
};

/** Run-out dates, their probability and the landing range of one budget, all from the same simulated paths. */
export function budgetOutlook({ series, window, budget, spent, now, scopeId }: OutlookInput): Noted<BudgetOutlook> {
  const today = dayOf(now);
  const spentMicro = exactly(spent);
  const todayMicro = series && exactly(sumSpan(series, { from: today, to: today }).cost);
  if (series === null || spentMicro === null || todayMicro === null) {
    return { result: NO_OUTLOOK, notes: [noOutlook("spend since the start of the budget window is not fully known")] };
  }
  const lastDay = dayOf(new Date(window.end.getTime() - 1));
  const horizonDays = daysBetween(today, lastDay) + 1;
  const { dates, usd, dow } = completeDaysUsd(sinceFirstUse(series));
  const prepared = prepareSeries(usd, dow);
  const remainder = window.end.getTime() % DAY_MS;
  const paths = simulateSpend(prepared, {
    spentBeforeTodayUsd: toUsd(spentMicro - todayMicro),
    todaySoFarUsd: toUsd(todayMicro),
    horizonDays,
    lastDayFraction: remainder === 0 ? 1 : remainder / DAY_MS,
    seed: seedOf(scopeId, lastDay, today),
  });
  const point = forecast(prepared, horizonDays);
  if (paths === null || point === null) {
    const known = usd.filter((value) => value !== null).length;
    const text = `only ${known} complete days are known, a forecast needs ${MIN_PROBABILITY_DAYS}`;
    return { result: NO_OUTLOOK, notes: [{ ...noOutlook(text), code: "short_history" }] };
  }
  const landing = { p10: totalQuantile(paths, 0.1), p50: totalQuantile(paths, 0.5), p90: totalQuantile(paths, 0.9) };
  const dayAt = (position: number | null): Day | null => (position === null ? null : addDays(today, position));
  const variance = budget === null ? null : budgetVarianceUsd(landing.p50, budget);
  const rest = point.totalUsd - toUsd(todayMicro);
  const when = budget === null ? null : runOut(paths, toUsd(budget));
  const reachedOn = budget === null || !when?.isOver ? null : crossedOn(series, window, now, budget);
  const result: BudgetOutlook = {
    run_out: when && {
      prob: roundTo(when.probability, 2),
      p10: reachedOn ?? dayAt(when.p10Day),
      p50: reachedOn ?? dayAt(when.p50Day),
      p90: reachedOn ?? dayAt(when.p90Day),
    },
    landing_usd: { p10: estimatedUsd(landing.p10), p50: estimatedUsd(landing.p50), p90: estimatedUsd(landing.p90) },
    budget_variance_usd: variance,
    needed_change_pct:
      budget === null || variance === null ? null : neededChangePct(variance, Math.max(0, budget - spentMicro), rest),
    expectedOn: (lineUsd) => dayAt(runOut(paths, lineUsd).p50Day),
  };
  return { result, notes: [forecastNote("The outlook", point, dates)] };
}

function noOutlook(why: string): Note {
  return { code: "lower_bound", text: `No forecast and no run-out date: ${why}.` };
}
