import { assumedUnits } from "./assumed-units.ts";
import type { Noted } from "./basis.ts";
import type { SeriesPoint } from "./buckets.ts";
import type { Day } from "./day.ts";
import { isAdditive, type TimeseriesMetric } from "./metric.ts";
import { addKnown, toUsdOrNull } from "./money.ts";
import { textSparkline } from "./text-sparkline.ts";
import { type ThinSeries, thinSeries } from "./thin-series.ts";
import type { Timeseries } from "./timeseries.ts";
import { reportTrend, type TrendReport } from "./trend-report.ts";
import type { UsageSeries } from "./usage.ts";
import { costPerRequestUsd, exactly, sumSpan } from "./usage-sum.ts";

/** Ready to return from a tool. */
export interface TimeseriesView extends Omit<Timeseries, "granularity" | "points" | "source"> {
  /** What one shown bucket spans. */
  granularity: ThinSeries["step"];
  trend: TrendReport | null;
  sparkline: string;
  /** `open`: the bucket that is not over yet. */
  points: { buckets: string[]; values: (number | null)[]; open: string | null };
}

/**
 * A series as an answer: short enough to show, with its trend over complete days and a row of bars.
 *
 * @param degraded - the figures come from an answer without its data store: its gaps would bend a trend, so none is made
 */
export function viewTimeseries(series: Timeseries, usage: UsageSeries | null, degraded = false): Noted<TimeseriesView> {
  const { metric } = series;
  const thin = thinSeries(series, usage);
  const { points, step } = thin.result;
  const daily = dailyValues(series, usage);
  const trended = daily && !degraded ? withDaysBefore(metric, daily, usage) : [];
  const trend = daily && reportTrend(trended.map(({ value }) => value));
  const { granularity: _asked, points: _all, source: _source, ...head } = withRatioTotal(series, usage);
  const result: TimeseriesView = {
    ...head,
    granularity: step,
    trend: trend?.result ?? null,
    sparkline: textSparkline(
      points.flatMap(({ complete, value }) => (complete ? [value] : [])),
      { from: isAdditive(metric) ? "zero" : "lowest" },
    ),
    points: {
      buckets: points.map(({ bucket }) => bucket),
      values: points.map(({ value }) => value),
      open: points.find(({ complete }) => !complete)?.bucket ?? null,
    },
  };
  const assumed = assumedUnits({ success: metric === "success_rate", latency: metric === "latency" });
  return { result, notes: [...thin.notes, ...(trend?.notes ?? []), ...assumed] };
}

/** Cost per request of a whole window needs no hourly weights: it is recorded cost over recorded requests. */
function withRatioTotal(series: Timeseries, usage: UsageSeries | null): Timeseries {
  const days = series.points.map(({ bucket }) => bucket.slice(0, 10));
  const [from, to] = [days[0], days.at(-1)];
  if (series.metric !== "avg_cost_per_req" || series.total !== null || !usage || !from || !to) return series;
  const sums = sumSpan(usage, { from, to });
  const total = costPerRequestUsd(exactly(sums.cost), exactly(sums.requests));
  return total === null ? series : { ...series, total, total_is: "cost_over_requests" };
}

interface DayValue {
  bucket: Day;
  value: number | null;
}

/** Complete days; `null` when hours cannot be made into days. */
function dailyValues({ metric, granularity, points }: Timeseries, usage: UsageSeries | null): DayValue[] | null {
  if (granularity === "day") return points.filter(({ complete }) => complete);
  if (isAdditive(metric)) return daySums(points);
  const shown = new Set(points.map(({ bucket }) => bucket.slice(0, 10)));
  const days = usage && metric === "avg_cost_per_req" ? completeDays(metric, usage) : null;
  return days?.filter(({ bucket }) => shown.has(bucket)) ?? null;
}

const HOURS = 24;

function daySums(points: readonly SeriesPoint[]): DayValue[] {
  const days = new Map<Day, (number | null)[]>();
  for (const { bucket, value, complete } of points) {
    const day = bucket.slice(0, 10);
    if (complete) days.set(day, [...(days.get(day) ?? []), value]);
  }
  return [...days]
    .filter(([, values]) => values.length === HOURS)
    .map(([bucket, values]) => ({ bucket, value: values.reduce(addKnown, 0) }));
}

/** What a trend against the same weekdays takes. */
const TWO_WEEKS = 14;
const TOLERANCE = 0.02;

/** A shorter window borrows the days before it from the usage series, as long as both agree on the days they share. */
function withDaysBefore(
  metric: TimeseriesMetric,
  own: readonly DayValue[],
  usage: UsageSeries | null,
): readonly DayValue[] {
  const wide =
    usage && !usage.degraded && own.length < TWO_WEEKS ? completeDays(metric, usage)?.slice(-TWO_WEEKS) : null;
  if (!wide || wide.length < TWO_WEEKS || wide.at(-1)?.bucket !== own.at(-1)?.bucket) return own;
  const used = new Map(wide.map(({ bucket, value }) => [bucket, value]));
  let [ours, theirs] = [0, 0];
  for (const { bucket, value } of own) {
    const other = used.get(bucket) ?? null;
    if (value === null || other === null) continue;
    ours += value;
    theirs += other;
  }
  return Math.abs(ours - theirs) <= TOLERANCE * Math.abs(theirs) ? wide : own;
}

function completeDays(metric: TimeseriesMetric, usage: UsageSeries): DayValue[] | null {
  const today = usage.today;
  return pointsOfUsage(metric, usage)?.filter(({ bucket }) => bucket < today) ?? null;
}

/** The same metric out of the daily usage series, where the series route cannot answer; `null` for what usage does not hold. */
export function pointsOfUsage(metric: TimeseriesMetric, usage: UsageSeries): DayValue[] | null {
  const { days } = usage;
  switch (metric) {
    case "cost":
      return days.map(({ date, costMicro }) => ({ bucket: date, value: toUsdOrNull(costMicro) }));
    case "requests":
      return days.map(({ date, requests }) => ({ bucket: date, value: requests }));
    case "tokens":
      return days.map(({ date, tokens }) => ({ bucket: date, value: tokens }));
    case "avg_cost_per_req":
      return days.map(({ date, costMicro, requests }) => ({
        bucket: date,
        value: costPerRequestUsd(costMicro, requests),
      }));
    default:
      return null;
  }
}
