import { degradedNote, type Note, type Noted } from "./basis.ts";
import type { Granularity, SeriesPoint } from "./buckets.ts";
import { findCostUnit } from "./cost-unit.ts";
import { METRIC_UNIT, type MetricUnit, type TimeseriesMetric } from "./metric.ts";
import { toUsd } from "./money.ts";
import { roundTo } from "./rounding.ts";
import { checkCounts } from "./timeseries-check.ts";
import { type ReadPoints, readPoints } from "./timeseries-points.ts";
import { totalOf, weightOf } from "./timeseries-total.ts";
import type { UsageSeries } from "./usage.ts";
import type { Span } from "./window.ts";

export interface TimeseriesInput {
  metric: TimeseriesMetric;
  granularity: Granularity;
  points: readonly { bucket: string; value: number | null; requests?: number | null }[];
  degraded?: boolean;
  now: Date;
  /** The days asked for, so that gaps at the ends show; absent: first to last point. */
  span?: Span | null;
  /** The usage series over the same days: checks the unit of costs and weighs ratios. */
  usage: UsageSeries | null;
}

/** Ready to return from a tool. */
export interface Timeseries {
  metric: TimeseriesMetric;
  unit: MetricUnit;
  granularity: Granularity;
  points: SeriesPoint[];
  /** How `total` is made; `none`: this metric has no total, or what it needs is unknown. */
  total_is: "sum" | "cost_over_requests" | "mean_weighted_by_requests" | "none";
  total: number | null;
  complete_total: number | null;
  /** Values are missing: a sum is "at least". */
  lower_bound: boolean;
  source: "timeseries" | "usage_series";
}

/** One metric over time: sorted, gaps marked, totals only where a total means something, costs in a unit that was checked. */
export function readTimeseries(input: TimeseriesInput): Noted<Timeseries> {
  const { metric, granularity, degraded = false, usage } = input;
  const notes: Note[] = degraded ? [degradedNote("The time series")] : [];
  const read = readPoints(input, notes);
  const scaled = inKnownUnit(metric, read, usage, notes);
  if (scaled) {
    notes.push(...checkCounts(metric, read.points, usage));
    const unit = scaled.isKnown ? METRIC_UNIT[metric] : "unknown";
    return finish(
      { metric, unit, granularity, points: scaled.points, source: "timeseries" },
      read.requests,
      usage,
      notes,
    );
  }
  const text = "The unit of this series could not be recognised; the answer is made from the daily usage series.";
  notes.push({ code: "unit_unknown", text });
  const days = new Set(read.points.map((point) => point.bucket.slice(0, 10)));
  const points = (usage?.days ?? [])
    .filter((day) => days.has(day.date))
    .map((day) => {
      const usd = day.costMicro === null ? null : toUsd(day.costMicro);
      const perRequest = usd !== null && day.requests ? roundTo(usd / day.requests, 6) : null;
      return { bucket: day.date, value: metric === "cost" ? usd : perRequest, complete: day.complete };
    });
  const head = {
    metric,
    unit: METRIC_UNIT[metric],
    granularity: "day" as const,
    points,
    source: "usage_series" as const,
  };
  return finish(head, new Map(), usage, notes);
}

/** Points as parallel arrays, the short form for long series. */
export function pointColumns(points: readonly SeriesPoint[]) {
  return {
    buckets: points.map((point) => point.bucket),
    values: points.map((point) => point.value),
    complete: points.map((point) => point.complete),
  };
}

/** Values in the unit of the metric; `null` when the usage series has to answer instead. */
function inKnownUnit(
  metric: TimeseriesMetric,
  { points, requests }: ReadPoints,
  usage: UsageSeries | null,
  notes: Note[],
): { points: SeriesPoint[]; isKnown: boolean } | null {
  const known = points.flatMap((point) => point.value ?? []);
  if (metric !== "cost" && metric !== "avg_cost_per_req") return { points, isKnown: true };
  const { sum, usd } = overlap(metric, points, requests, usage);
  const unit = findCostUnit(known, sum, usd);
  if (!unit && usage) return null;
  if (!unit) {
    const text =
      "Whole numbers that cannot be checked against the usage series may be raw storage units; they are left out.";
    notes.push({ code: "unit_unknown", text });
    return { points: mapValues(points, () => null), isKnown: false };
  }
  if (unit.unit === "usd_assumed") {
    notes.push({
      code: "unit_unknown",
      text: "The unit could not be checked against the usage series; USD is assumed.",
    });
  }
  return { points: mapValues(points, (value) => roundTo(value / unit.perUsd, 6)), isKnown: true };
}

/** The same complete days summed on both sides; for a cost per request, weighted back to cost. */
function overlap(
  metric: "cost" | "avg_cost_per_req",
  points: readonly SeriesPoint[],
  requests: ReadonlyMap<string, number>,
  usage: UsageSeries | null,
): { sum: number; usd: number | null } {
  const byDay = new Map<string, number | null>();
  for (const { bucket, value, complete } of points) {
    const day = bucket.slice(0, 10);
    const weight = metric === "cost" ? 1 : weightOf(bucket, requests, usage);
    const sum = byDay.has(day) ? (byDay.get(day) ?? null) : 0;
    const isZero = metric === "avg_cost_per_req" && weight === 0;
    const figure = isZero ? 0 : value === null || weight === null ? null : value * weight;
    byDay.set(day, sum === null || figure === null || !complete ? null : sum + figure);
  }
  let [sum, usd, days] = [0, 0, 0];
  for (const day of usage?.days ?? []) {
    const own = byDay.get(day.date) ?? null;
    if (!day.complete || day.costMicro === null || own === null) continue;
    sum += own;
    usd += toUsd(day.costMicro);
    days += 1;
  }
  return { sum, usd: days > 0 ? usd : null };
}

function finish(
  head: Pick<Timeseries, "metric" | "unit" | "granularity" | "points" | "source">,
  requests: ReadonlyMap<string, number>,
  usage: UsageSeries | null,
  notes: Note[],
): Noted<Timeseries> {
  const complete = head.points.filter((point) => point.complete);
  const whole = totalOf(head.metric, head.points, requests, usage);
  const done = totalOf(head.metric, complete, requests, usage);
  const isLowerBound = whole.is === "sum" && head.points.some((point) => point.value === null);
  if (isLowerBound && whole.value !== null) {
    notes.push({ code: "lower_bound", text: "Values are missing, so the total is at least the figure shown." });
  }
  const result: Timeseries = {
    ...head,
    total_is: whole.value === null ? "none" : whole.is,
    total: whole.value,
    complete_total: done.value,
    lower_bound: isLowerBound,
  };
  return { result, notes };
}

function mapValues(points: readonly SeriesPoint[], change: (value: number) => number | null): SeriesPoint[] {
  return points.map((point) => ({ ...point, value: point.value === null ? null : change(point.value) }));
}
