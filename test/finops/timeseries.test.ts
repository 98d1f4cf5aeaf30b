import { describe, expect, it } from "vitest";
import { bucketStart } from "../../src/finops/buckets.ts";
import type { TimeseriesMetric } from "../../src/finops/metric.ts";
import { pointColumns, readTimeseries, type TimeseriesInput } from "../../src/finops/timeseries.ts";
import { normaliseUsage } from "../../src/finops/usage.ts";

const now = new Date("2026-11-20T10:30:00Z");
const span = { from: "2026-11-17", to: "2026-11-20" };
const dates = ["2026-11-17", "2026-11-18", "2026-11-19", "2026-11-20"];

function usage(costs: readonly number[], requests: readonly number[]) {
  const rows = costs.map((costUsd, i) => ({
    date: dates[i] ?? "",
    costUsd,
    requests: requests[i] ?? null,
    tokens: null,
  }));
  return normaliseUsage(rows, { span, now });
}

function points(values: readonly (number | null)[]) {
  return values.map((value, i) => ({ bucket: dates[i] ?? "", value }));
}

function read(metric: TimeseriesMetric, values: readonly (number | null)[], rest: Partial<TimeseriesInput> = {}) {
  return readTimeseries({ metric, granularity: "day", points: points(values), now, usage: null, ...rest });
}

describe("time series", () => {
  it("TS-1 the total of a cost per request is cost over requests", () => {
    const { result } = read("avg_cost_per_req", [0.1, 1], { usage: usage([10, 1], [100, 1]) });
    expect(result).toMatchObject({ total: 0.108911, total_is: "cost_over_requests", unit: "USD per request" });
    const weighted = readTimeseries({
      metric: "avg_cost_per_req",
      granularity: "day",
      points: points([0.1, 1]).map((point, i) => ({ ...point, requests: i === 0 ? 100 : 1 })),
      now,
      usage: null,
    });
    expect(weighted.result).toMatchObject({ total: 0.108911, total_is: "mean_weighted_by_requests" });
  });

  it("TS-2 the total of a success rate is weighted by requests", () => {
    const { result } = read("success_rate", [99, 50], { usage: usage([1, 1], [1_000, 10]) });
    expect(result).toMatchObject({ total: 98.51, total_is: "mean_weighted_by_requests", unit: "percent" });
    expect(read("success_rate", [99, 50]).result).toMatchObject({ total: null, total_is: "none" });
  });

  it.each([
    ["twice as many", [200, 200, 200, 9], "600"],
    ["none", [0, 0, 0, 9], "0"],
    ["as many, the open day apart", [100, 102, 100, 9], null],
    ["a day that is unknown left out", [100, null, 100, 9], null],
  ] as const)("sets requests against the usage series: %s", (_, values, sum) => {
    const { result, notes } = read("requests", values, { usage: usage([1, 1, 1, 1], [100, 100, 100, 40]) });
    expect(result.source).toBe("timeseries");
    expect(notes.filter(({ code }) => code === "window_mismatch")).toEqual(
      sum === null
        ? []
        : [
            {
              code: "window_mismatch",
              text: `Over the same complete days this series has ${sum} requests, the daily usage series 300; this series is shown.`,
            },
          ],
    );
  });

  it("sorts, marks the open bucket and keeps its money out of the complete total", () => {
    const { result } = readTimeseries({
      metric: "requests",
      granularity: "day",
      points: points([1, 2, 3, 4]).reverse(),
      now,
      usage: null,
    });
    expect(result.points.map((point) => point.value)).toEqual([1, 2, 3, 4]);
    expect(result.points.map((point) => point.complete)).toEqual([true, true, true, false]);
    expect(result).toMatchObject({ total: 10, complete_total: 6, total_is: "sum", lower_bound: false });
    expect(pointColumns(result.points)).toEqual({
      buckets: dates,
      values: [1, 2, 3, 4],
      complete: [true, true, true, false],
    });
  });

  it("gaps are 0 for what adds up, unknown for ratios, unknown for all of a degraded source", () => {
    const gap = [points([5])[0], points([0, 0, 7])[2]].flatMap((point) => point ?? []);
    const values = (metric: TimeseriesMetric, rest: Partial<TimeseriesInput> = {}) =>
      readTimeseries({ metric, granularity: "day", points: gap, now, usage: null, ...rest }).result.points.map(
        (p) => p.value,
      );
    expect(values("tokens")).toEqual([5, 0, 7]);
    expect(values("tokens", { span })).toEqual([5, 0, 7, 0]);
    expect(values("latency", { span })).toEqual([5, null, 7, null]);
    expect(values("tokens", { degraded: true, span })).toEqual([5, null, 7, null]);
    const degraded = readTimeseries({
      metric: "tokens",
      granularity: "day",
      points: gap,
      now,
      usage: null,
      degraded: true,
    });
    expect(degraded.result).toMatchObject({ total: 12, lower_bound: true });
    expect(degraded.notes.map((note) => note.code)).toEqual(["degraded_source", "missing_days", "lower_bound"]);
  });

  it("latencies have no total", () => {
    expect(read("latency", [100, 300]).result).toMatchObject({ total: null, complete_total: null, total_is: "none" });
  });

  it.each([
    ["USD", 1],
    ["cents", 100],
    ["micro-USD", 1e6],
    ["nano-USD", 1e9],
  ])("recognises costs in %s by the usage series", (_, factor) => {
    const costs = [10, 20, 30, 5];
    const { result, notes } = read(
      "cost",
      costs.map((cost) => cost * factor),
      { usage: usage(costs, [1, 1, 1, 1]) },
    );
    expect(result.points.map((point) => point.value)).toEqual(costs);
    expect(result).toMatchObject({ unit: "USD", total: 65, complete_total: 60, source: "timeseries" });
    expect(notes).toEqual([]);
  });

  it("an unknown unit is answered from the usage series", () => {
    const { result, notes } = read("cost", [12_345, 23_456, 34_567, 1], {
      usage: usage([10, 20, 30, 5], [1, 2, 3, 4]),
    });
    expect(result).toMatchObject({ unit: "USD", total: 65, source: "usage_series" });
    expect(notes.map((note) => note.code)).toEqual(["unit_unknown"]);
    const ratio = read("avg_cost_per_req", [700, 700, 700, 700], { usage: usage([10, 20, 30, 5], [1, 2, 3, 0]) });
    expect(ratio.result.points.map((point) => point.value)).toEqual([10, 10, 10, null]);
    expect(ratio.result.source).toBe("usage_series");
  });

  it("without a usage series fractions are taken for USD, whole numbers for nothing", () => {
    const fractions = read("cost", [1.5, 2.25]);
    expect(fractions.result).toMatchObject({ unit: "USD", total: 3.75 });
    expect(fractions.notes.map((note) => note.code)).toEqual(["unit_unknown"]);
    const whole = read("cost", [150, 225]);
    expect(whole.result).toMatchObject({ unit: "unknown", total: null });
    expect(whole.result.points.map((point) => point.value)).toEqual([null, null]);
    expect(read("cost", [0, 0]).result).toMatchObject({ unit: "USD", total: 0 });
  });

  it("money where the usage series has none is not believed", () => {
    const { result } = read("cost", [5, 5], { usage: usage([0, 0], [0, 0]) });
    expect(result).toMatchObject({ total: 0, source: "usage_series" });
  });

  it("a success rate is percent already, however small", () => {
    const { result, notes } = read("success_rate", [0.99, 0.5], { usage: usage([1, 1], [1_000, 10]) });
    expect(result.total).toBe(0.99);
    expect(notes).toEqual([]);
  });

  it("hours: summed by day for the unit check, open hour marked", () => {
    const hours = [
      { bucket: "2026-11-19 22:00:00", value: 100 },
      { bucket: "2026-11-19T23:00:00Z", value: 200 },
      { bucket: "2026-11-20T00:00:00+00:00", value: 50 },
      { bucket: "2026-11-20T10", value: 25 },
      { bucket: "2026-11-20T11:00:00Z", value: 9 },
    ];
    const { result } = readTimeseries({
      metric: "cost",
      granularity: "hour",
      points: hours,
      now,
      usage: usage([0, 0, 3, 1], []),
    });
    expect(result.points).toHaveLength(13);
    expect(result.points[0]).toEqual({ bucket: "2026-11-19T22:00:00Z", value: 1, complete: true });
    expect(result.points.at(-1)).toEqual({ bucket: "2026-11-20T10:00:00Z", value: 0.25, complete: false });
    expect(result.total).toBe(3.75);
  });

  it("contradicting and unreadable buckets are told", () => {
    const { result, notes } = readTimeseries({
      metric: "requests",
      granularity: "day",
      points: [...points([1, 2]), { bucket: "2026-11-17", value: 9 }, { bucket: "last week", value: 9 }],
      now,
      usage: null,
    });
    expect(result.points.map((point) => point.value)).toEqual([null, 2]);
    expect(notes.map((note) => note.code)).toEqual(["missing_days", "missing_days", "lower_bound"]);
    expect(
      readTimeseries({ metric: "requests", granularity: "day", points: [], now, usage: null }).result,
    ).toMatchObject({
      points: [],
      total: null,
      total_is: "none",
    });
  });

  it.each([
    ["2026-11-20", "2026-11-20T00:00:00.000Z"],
    ["2026-11-20T13:00:00+02:00", "2026-11-20T11:00:00.000Z"],
    ["2026-11-20T13:00:00+0200", "2026-11-20T11:00:00.000Z"],
    ["2026-11-20 13:00:00 UTC", "2026-11-20T13:00:00.000Z"],
    ["2026-11-20T13:00:00.250Z", "2026-11-20T13:00:00.250Z"],
    ["2026-11-20T25:00:00Z", null],
    ["20/11/2026", null],
  ])("bucket %s starts %s", (text, start) => expect(bucketStart(text)?.toISOString() ?? null).toBe(start));
});
