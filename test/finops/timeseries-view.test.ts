import { describe, expect, it } from "vitest";
import { eachBucket } from "../../src/finops/buckets.ts";
import { addDays, eachDay } from "../../src/finops/day.ts";
import type { TimeseriesMetric } from "../../src/finops/metric.ts";
import { readTimeseries } from "../../src/finops/timeseries.ts";
import { pointsOfUsage, viewTimeseries } from "../../src/finops/timeseries-view.ts";
import { normaliseUsage, type UsageSeries } from "../../src/finops/usage.ts";

const NOW = new Date("2026-11-20T10:00:00Z");
const FORTNIGHT = [100, 104, 98, 102, 96, 20, 22, 110, 114, 108, 112, 106, 22, 24];

/** Complete days up to yesterday, then today with half a day. */
function usage(costs: readonly number[], requests = 10): UsageSeries {
  const from = addDays("2026-11-20", -costs.length);
  const rows = [...costs, 50].map((costUsd, i) => ({ date: addDays(from, i), costUsd, requests, tokens: 1_000 }));
  return normaliseUsage(rows, { span: { from, to: "2026-11-20" }, now: NOW });
}

function view(
  metric: TimeseriesMetric,
  points: { bucket: string; value: number | null }[],
  series: UsageSeries | null,
) {
  const granularity = points.some(({ bucket }) => bucket.length > 10) ? "hour" : "day";
  const read = readTimeseries({ metric, granularity, points, now: NOW, usage: series });
  return viewTimeseries(read.result, series);
}

function week(values: readonly number[]) {
  return eachDay("2026-11-14", "2026-11-20").map((bucket, i) => ({ bucket, value: values[i] ?? null }));
}

describe("viewTimeseries", () => {
  it("borrows the week before from the usage series for a trend, when both agree", () => {
    const { result } = view("cost", week([...FORTNIGHT.slice(-6), 50]), usage(FORTNIGHT));
    expect(result.trend).toEqual({ direction: "up", change_pct: 9.3, method: "same_weekdays", n: 14 });
    expect(result.points.open).toBe("2026-11-20");
    expect([...result.sparkline]).toHaveLength(6);
  });

  it.each([
    ["the usage series disagrees", "requests", usage(FORTNIGHT, 900)],
    ["there is no usage series", "requests", null],
    ["the usage series is short", "cost", usage(FORTNIGHT.slice(-8))],
    ["usage does not hold the metric", "success_rate", usage(FORTNIGHT)],
  ] as const)("stays with its own days when %s", (_name, metric, series) => {
    const { result } = view(metric, week([...FORTNIGHT.slice(-6), 50]), series);
    expect(result.trend).toMatchObject({ method: "slope", n: 6 });
  });

  it("makes no trend of a degraded series, and borrows nothing from one", () => {
    const values = week([...FORTNIGHT.slice(-6), 50]);
    const { result } = readTimeseries({
      metric: "cost",
      granularity: "day",
      points: values,
      now: NOW,
      usage: usage(FORTNIGHT),
    });
    const none = { direction: "too_short", change_pct: null, method: "none", n: 0 };
    expect(viewTimeseries(result, usage(FORTNIGHT), true).result.trend).toEqual(none);
    const borrowed = viewTimeseries(result, { ...usage(FORTNIGHT), degraded: true });
    expect(borrowed.result.trend).toMatchObject({ method: "slope", n: 6 });
  });

  it("makes the trend of hours out of whole days", () => {
    const hours = eachBucket(new Date("2026-11-06T00:00:00Z"), NOW, "hour").map((bucket) => ({ bucket, value: 0.5 }));
    const { result } = view("cost", hours, null);
    expect(result.trend).toEqual({ direction: "flat", change_pct: 0, method: "same_weekdays", n: 14 });
  });

  it("gives cost per request by hour its total and trend from recorded cost and requests", () => {
    const hours = eachBucket(new Date("2026-11-06T00:00:00Z"), NOW, "hour").map((bucket) => ({ bucket, value: 0.51 }));
    const { result } = view("avg_cost_per_req", hours, usage(FORTNIGHT));
    expect(result).toMatchObject({ total_is: "cost_over_requests", total: 7.92 });
    expect(result.trend).toMatchObject({ direction: "up", method: "same_weekdays", n: 14 });
    expect(view("avg_cost_per_req", hours, null).result.trend).toBeNull();
  });

  it.each([
    ["success_rate", "percent"],
    ["latency", "milliseconds"],
  ] as const)("says which unit of %s is assumed", (metric, word) => {
    const { notes } = view(metric, week([98, 97, 99, 98, 97, 96, 98]), null);
    expect(notes.at(-1)).toMatchObject({ code: "unit_unknown" });
    expect(notes.at(-1)?.text).toContain(word);
  });
});

describe("pointsOfUsage", () => {
  it.each([
    ["cost", 100],
    ["requests", 10],
    ["tokens", 1_000],
    ["avg_cost_per_req", 10],
  ] as const)("reads %s out of the usage series", (metric, first) => {
    expect(pointsOfUsage(metric, usage(FORTNIGHT))?.[0]).toEqual({ bucket: "2026-11-06", value: first });
  });

  it.each(["success_rate", "latency"] as const)("has no %s", (metric) => {
    expect(pointsOfUsage(metric, usage(FORTNIGHT))).toBeNull();
  });
});
