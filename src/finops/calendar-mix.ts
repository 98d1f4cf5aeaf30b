import type { Note } from "./basis.ts";
import { type Change, changeBetween, changeText } from "./change.ts";
import { eachDay, isWeekend } from "./day.ts";
import type { UsageSeries } from "./usage.ts";
import { daysIn, exactly, sumSpan } from "./usage-sum.ts";
import type { Span } from "./window.ts";

/**
 * The percent change of cost had both windows held the same mix of weekdays and weekend days: the current means per kind of day
 * times the previous counts, against the previous total. `null` when the mix is the same or a day is unknown.
 */
export function calendarAdjustedPct(series: UsageSeries, current: Span, previous: Span): number | null {
  const before = countKinds(previous);
  const now = countKinds(current);
  if (before.weekend === now.weekend && before.weekday === now.weekday) return null;
  const previousTotal = exactly(sumSpan(series, previous).cost);
  const weekday = kindTotal(series, current, false, before.weekday, now.weekday);
  const weekend = kindTotal(series, current, true, before.weekend, now.weekend);
  if (previousTotal === null || weekday === null || weekend === null) return null;
  const adjusted: Change = changeBetween(weekday + weekend, previousTotal);
  return adjusted.pct;
}

function kindTotal(series: UsageSeries, span: Span, weekend: boolean, target: number, held: number): number | null {
  if (target === 0) return 0;
  const costs = daysIn(series, span)
    .filter((day) => isWeekend(day.date) === weekend && day.costMicro !== null)
    .map((day) => day.costMicro ?? 0);
  if (held === 0 || costs.length < held) return null;
  return (costs.reduce((acc, cost) => acc + cost, 0) / held) * target;
}

function countKinds(span: Span): { weekday: number; weekend: number } {
  const days = eachDay(span.from, span.to);
  const weekend = days.filter(isWeekend).length;
  return { weekday: days.length - weekend, weekend };
}

/** The note owed when two windows hold different numbers of weekend days. @param pct from `calendarAdjustedPct` */
export function calendarMixNote(pct: number): Note {
  const change = changeText({ pct, word: pct === 0 ? "unchanged" : pct > 0 ? "up" : "down" });
  const text = `The two windows hold different numbers of weekend days; at equal numbers spend would be ${change}.`;
  return { code: "calendar_mix", text };
}
