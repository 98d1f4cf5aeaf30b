import type { SeriesPoint } from "./buckets.ts";
import { isAdditive, type TimeseriesMetric } from "./metric.ts";
import { toUsd } from "./money.ts";
import { roundTo } from "./rounding.ts";
import type { Timeseries } from "./timeseries.ts";
import type { UsageSeries } from "./usage.ts";

/** The total of a metric: a sum, a ratio of sums, a weighted mean, or none. Averages are never averaged, latencies never added. */
export function totalOf(
  metric: TimeseriesMetric,
  points: readonly SeriesPoint[],
  requests: ReadonlyMap<string, number>,
  usage: UsageSeries | null,
): { value: number | null; is: Timeseries["total_is"] } {
  const known = points.flatMap((point) => point.value ?? []);
  if (isAdditive(metric)) {
    const sum = known.reduce((acc, value) => acc + value, 0);
    return { value: known.length > 0 ? roundTo(sum, 6) : null, is: "sum" };
  }
  if (metric === "avg_cost_per_req") {
    const value = costOverRequests(points, usage);
    if (value !== null) return { value, is: "cost_over_requests" };
  }
  if (metric === "latency") return { value: null, is: "none" };
  let [weighted, weights] = [0, 0];
  for (const point of points) {
    const weight = weightOf(point.bucket, requests, usage);
    if (weight === null) return { value: null, is: "none" };
    if (weight === 0) continue;
    if (point.value === null) return { value: null, is: "none" };
    weighted += point.value * weight;
    weights += weight;
  }
  if (weights === 0) return { value: null, is: "none" };
  if (metric === "success_rate") return { value: roundTo(weighted / weights, 2), is: "mean_weighted_by_requests" };
  return { value: roundTo(weighted / weights, 6), is: "mean_weighted_by_requests" };
}

/** Requests behind one bucket: its own count, else that of its day. */
export function weightOf(
  bucket: string,
  requests: ReadonlyMap<string, number>,
  usage: UsageSeries | null,
): number | null {
  return requests.get(bucket) ?? usage?.days.find((day) => day.date === bucket)?.requests ?? null;
}

/** Recorded cost over recorded requests of exactly the days shown; `null` when the usage series lacks one of them. */
function costOverRequests(points: readonly SeriesPoint[], usage: UsageSeries | null): number | null {
  const byDate = new Map(usage?.days.map((day) => [day.date, day]));
  let [cost, requests] = [0, 0];
  for (const { bucket } of points) {
    const day = byDate.get(bucket);
    if (!day || day.costMicro === null || day.requests === null) return null;
    cost += day.costMicro;
    requests += day.requests;
  }
  return requests > 0 ? roundTo(toUsd(cost) / requests, 6) : null;
}
