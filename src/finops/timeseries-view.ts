import { assumedUnits } from "./assumed-units.ts";
import type { Noted } from "./basis.ts";
import type { SeriesPoint } from "./buckets.ts";
import type { Day } from "./day.ts";
import { isAdditive, type TimeseriesMetric } from "./metric.ts";
import { toUsdOrNull } from "./money.ts";
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
  points: { buckets: string[]; values: (number | null)[] };
  /** The bucket that is not over yet. */
  open_bucket: string | null;
  omitted: number;
}

/** A series as an answer: short enough to show, with its trend over complete days and a row of bars. */
export function viewTimeseries(series: Timeseries, usage: UsageSeries | null): Noted<TimeseriesView> {
  const { metric } = series;
  const thin = thinSeries(series, usage);
  const { points, step, omitted } = thin.result;
  const daily = dailyValues(series, usage);
  const trend = daily === null ? null : reportTrend(daily);
  const { granularity: _asked, points: _all, source: _source, ...head } = withRatioTotal(series, usage);
  const values = points.map(({ value }) => value);
  const result: TimeseriesView = {
    ...head,
    granularity: step,
    trend: trend?.result ?? null,
    sparkline: textSparkline(
      points.flatMap(({ complete, value }) => (complete ? [value] : [])),
      { from: isAdditive(metric) ? "zero" : "lowest" },
    ),
    points: { buckets: points.map(({ bucket }) => bucket), values },
    open_bucket: points.find(({ complete }) => !complete)?.bucket ?? null,
    omitted,
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

/** One value per complete day; `null` when hours cannot be made into days. */
function dailyValues({ metric, granularity, points }: Timeseries, usage: UsageSeries | null): (number | null)[] | null {
  if (granularity === "day") return points.flatMap(({ complete, value }) => (complete ? [value] : []));
  if (isAdditive(metric)) return daySums(points);
  return metric === "avg_cost_per_req" && usage ? dayRatios(points, usage) : null;
}

const HOURS = 24;

function daySums(points: readonly SeriesPoint[]): (number | null)[] {
  const days = new Map<Day, (number | null)[]>();
  for (const { bucket, value, complete } of points) {
    const day = bucket.slice(0, 10);
    if (complete) days.set(day, [...(days.get(day) ?? []), value]);
  }
  return [...days.values()]
    .filter((values) => values.length === HOURS)
    .map((values) => values.reduce((sum, value) => (sum === null || value === null ? null : sum + value), 0));
}

function dayRatios(points: readonly SeriesPoint[], usage: UsageSeries): (number | null)[] {
  const shown = new Set(points.map(({ bucket }) => bucket.slice(0, 10)));
  return usage.days
    .filter(({ date, complete }) => complete && shown.has(date))
    .map(({ costMicro, requests }) => costPerRequestUsd(costMicro, requests));
}

/** The same metric out of the daily usage series, where the series route cannot answer; `null` for what usage does not hold. */
export function pointsOfUsage(
  metric: TimeseriesMetric,
  usage: UsageSeries,
): { bucket: Day; value: number | null }[] | null {
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
