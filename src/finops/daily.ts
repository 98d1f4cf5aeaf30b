import type { Note, Noted } from "./basis.ts";
import { type Day, isWeekend } from "./day.ts";
import { type Micro, toUsd, toUsdOrNull } from "./money.ts";
import { mean, median } from "./quantile.ts";
import { roundHalfAway } from "./rounding.ts";
import type { SeriesDay, UsageSeries } from "./usage.ts";
import { seriesNotes } from "./usage-notes.ts";
import { daysIn, sumSpan } from "./usage-sum.ts";
import { creditFields, dayUsd, lowerBoundNote } from "./usage-summary.ts";
import type { Windows } from "./window.ts";

export interface DailyCost {
  date: Day;
  cost_usd: number | null;
  requests: number | null;
  tokens: number | null;
  complete: boolean;
}

/** Ready to return from a tool. */
export interface DailyStats {
  /** One row per date of the total window, ascending. */
  days: DailyCost[];
  complete_total_usd: number | null;
  window_total_usd: number | null;
  /** Days are missing: the sums are "at least". */
  lower_bound: boolean;
  gross_cost_usd?: number;
  credits_usd?: number;
  today_so_far_usd: number | null;
  /** Present for `24h`, where yesterday and today are two separate figures. */
  yesterday_usd?: number | null;
  /** Complete days with a known cost: what the means rest on. */
  known_days: number;
  mean_usd: number | null;
  median_usd: number | null;
  weekday_mean_usd: number | null;
  weekend_mean_usd: number | null;
  max: { date: Day; cost_usd: number } | null;
}

/** What each day cost, and what a usual complete day costs. */
export function dailyStats({ windows, series }: { windows: Windows; series: UsageSeries }): Noted<DailyStats> {
  const days = daysIn(series, windows.total);
  const known = days.flatMap((day) =>
    day.complete && day.costMicro !== null ? [{ ...day, costMicro: day.costMicro }] : [],
  );
  const costs = known.map((day) => day.costMicro);
  const sums = sumSpan(series, windows.total);
  const isLowerBound = sums.cost.lowerBound && sums.cost.value !== null;
  const notes = seriesNotes(series, [windows.total]);
  if (isLowerBound) notes.push(lowerBoundNote("Every sum"));
  notes.push(...historyNotes(days, known.length));
  const result: DailyStats = {
    days: days.map(toDailyCost),
    complete_total_usd: known.length > 0 ? toUsd(costs.reduce((acc, cost) => acc + cost, 0)) : null,
    window_total_usd: toUsdOrNull(sums.cost.value),
    lower_bound: isLowerBound,
    ...creditFields(sums),
    today_so_far_usd: windows.includesToday ? dayUsd(series, windows.today) : null,
    ...(windows.period === "24h" && { yesterday_usd: windows.current && dayUsd(series, windows.current.to) }),
    known_days: known.length,
    mean_usd: meanUsd(costs),
    median_usd: costs.length > 0 ? microUsd(median(costs)) : null,
    weekday_mean_usd: meanUsd(known.filter((day) => !isWeekend(day.date)).map((day) => day.costMicro)),
    weekend_mean_usd: meanUsd(known.filter((day) => isWeekend(day.date)).map((day) => day.costMicro)),
    max: largest(known),
  };
  return { result, notes };
}

/** Daily rows as parallel arrays, the short form for long windows. */
export function dayColumns(days: readonly DailyCost[]) {
  return {
    dates: days.map((day) => day.date),
    cost_usd: days.map((day) => day.cost_usd),
    requests: days.map((day) => day.requests),
    tokens: days.map((day) => day.tokens),
    complete: days.map((day) => day.complete),
  };
}

function toDailyCost(day: SeriesDay): DailyCost {
  const { date, requests, tokens, complete } = day;
  return { date, cost_usd: toUsdOrNull(day.costMicro), requests, tokens, complete };
}

function historyNotes(days: readonly SeriesDay[], known: number): Note[] {
  const complete = days.filter((day) => day.complete).length;
  if (complete === 0)
    return [{ code: "short_history", text: "No complete day in this window yet: no mean, no median." }];
  if (known === complete) return [];
  return [{ code: "short_history", text: `Means and median rest on ${known} of ${complete} complete days.` }];
}

function largest(days: readonly { date: Day; costMicro: Micro }[]): DailyStats["max"] {
  const [first, ...rest] = days;
  if (!first) return null;
  const max = rest.reduce((best, day) => (day.costMicro > best.costMicro ? day : best), first);
  return { date: max.date, cost_usd: toUsd(max.costMicro) };
}

function meanUsd(costs: readonly Micro[]): number | null {
  return costs.length > 0 ? microUsd(mean(costs)) : null;
}

function microUsd(micro: number): number {
  return toUsd(roundHalfAway(micro));
}
