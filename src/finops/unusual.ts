import type { Note, Noted } from "./basis.ts";
import { weekday } from "./day.ts";
import { sinceFirstUse } from "./first-use.ts";
import { forecastNote } from "./forecast-note.ts";
import { forecastRange } from "./interval.ts";
import { estimatedUsd, type Micro, toUsd, toUsdOrNull } from "./money.ts";
import { prepareSeries } from "./series.ts";
import type { SeriesDay, UsageSeries } from "./usage.ts";
import { type Span, spanDays } from "./window.ts";

/** How spend stands to what the days before it let expect. */
export interface Unusual {
  /** `unknown` under 14 days of history or when the spend itself is not known */
  unusual: "high" | "low" | "no" | "unknown";
  /** 80 % range of the window's total; `null` without enough history, or when all of it is zero */
  usual_range_usd: { low: number; expected: number; high: number } | null;
}

const MIN_HISTORY_DAYS = 14;

/**
 * Is the spend of a window unusual for its scope? The window is forecast from the days before it alone; outside the 80 % range
 * it is high or low.
 *
 * @param actual micro-USD of the window; `null` when unknown
 */
export function unusualSpend(series: UsageSeries, window: Span, actual: Micro | null): Noted<Unusual> {
  const isBefore = (day: SeriesDay): boolean => day.date < window.from && day.complete;
  const recorded = series.days.filter(isBefore);
  const isUnused = recorded.every((day) => day.costMicro === 0 || day.origin === "before_scope");
  if (isUnused && recorded.length >= MIN_HISTORY_DAYS) {
    return { result: { unusual: afterNothing(actual), usual_range_usd: null }, notes: [] };
  }
  const before = sinceFirstUse(series).days.filter(isBefore);
  const usd = before.map((day) => toUsdOrNull(day.costMicro));
  const known = usd.filter((value) => value !== null).length;
  const prepared = prepareSeries(
    usd,
    before.map((day) => weekday(day.date)),
  );
  const range = known < MIN_HISTORY_DAYS ? null : forecastRange(prepared, spanDays(window));
  if (range === null) {
    const text = `Only ${known} days before ${window.from} are known; what is usual needs ${MIN_HISTORY_DAYS}.`;
    return { result: { unusual: "unknown", usual_range_usd: null }, notes: [{ code: "short_history", text }] };
  }
  const { lowUsd: low, highUsd: high, forecast } = range;
  if (low === null || high === null)
    return { result: { unusual: afterNothing(actual), usual_range_usd: null }, notes: [] };
  const usual = { low: estimatedUsd(low), expected: estimatedUsd(forecast.totalUsd), high: estimatedUsd(high) };
  const dates = before.map((day) => day.date);
  const notes: Note[] = [forecastNote("The usual range (80%)", forecast, dates)];
  return { result: { unusual: verdict(actual, low, high), usual_range_usd: usual }, notes };
}

function verdict(actual: Micro | null, low: number, high: number): Unusual["unusual"] {
  if (actual === null) return "unknown";
  if (toUsd(actual) > high) return "high";
  return toUsd(actual) < low ? "low" : "no";
}

/** A history of zeros has no range; any spend after it is high. */
function afterNothing(actual: Micro | null): Unusual["unusual"] {
  if (actual === null) return "unknown";
  return actual > 0 ? "high" : "no";
}
