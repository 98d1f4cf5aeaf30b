import type { Note, Noted } from "./basis.ts";
import type { SeriesPoint } from "./buckets.ts";
import { addDays, type Day, daysBetween, weekday } from "./day.ts";
import { isAdditive, type TimeseriesMetric } from "./metric.ts";
import { totalOf } from "./timeseries-total.ts";
import type { UsageSeries } from "./usage.ts";

/** The points of a series that fit into one answer. */
export interface ThinSeries {
  step: "hour" | "day" | "week";
  points: SeriesPoint[];
}

/** Three months of days, and one week of hours. */
const MAX_DAYS = 95;
const MAX_HOURS = 168;

/**
 * Shortens a long series without bending it. Many days become weeks from Monday: sums for what adds up, ratios of sums or
 * means weighted by requests for the rest. What cannot be made into weeks, and hours, is cut to the newest points.
 */
export function thinSeries(
  series: { metric: TimeseriesMetric; granularity: "hour" | "day"; points: readonly SeriesPoint[] },
  usage: UsageSeries | null,
): Noted<ThinSeries> {
  const { metric, granularity, points } = series;
  const most = granularity === "hour" ? MAX_HOURS : MAX_DAYS;
  if (points.length <= most) return { result: { step: granularity, points: [...points] }, notes: [] };
  const weeks = granularity === "day" ? weekly(metric, points, usage) : [];
  if (weeks.some(({ value }) => value !== null))
    return { result: { step: "week", points: weeks }, notes: [weekNote(points)] };
  const text = `Of ${points.length} ${granularity}s only the newest ${most} are shown; all other figures cover all of them.`;
  return {
    result: { step: granularity, points: points.slice(-most) },
    notes: [{ code: "truncated_rows", text }],
  };
}

/** A week holds a value only when all its days are known. */
function weekly(metric: TimeseriesMetric, points: readonly SeriesPoint[], usage: UsageSeries | null): SeriesPoint[] {
  const weeks = new Map<Day, SeriesPoint[]>();
  for (const point of points) {
    const monday = mondayOf(point.bucket);
    const week = weeks.get(monday);
    if (week) week.push(point);
    else weeks.set(monday, [point]);
  }
  return [...weeks].map(([monday, days]) => {
    const isKnown = !isAdditive(metric) || days.every(({ value }) => value !== null);
    const isOver = days.every(({ complete }) => complete);
    return { bucket: monday, value: isKnown ? totalOf(metric, days, new Map(), usage).value : null, complete: isOver };
  });
}

function mondayOf(day: Day): Day {
  return addDays(day, -((weekday(day) + 6) % 7));
}

function weekNote(points: readonly SeriesPoint[]): Note {
  const first = points[0]?.bucket ?? "";
  const held = 7 - daysBetween(mondayOf(first), first);
  const short = held < 7 ? `; the first week holds ${held} of its days` : "";
  const text = `${points.length} days are shown as weeks from Monday${short}. Trend and totals are made from the days.`;
  return { code: "truncated_rows", text };
}
