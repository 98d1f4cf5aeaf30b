import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { addDays } from "../../src/finops/day.ts";
import { type SandboxHarness, withSandbox } from "../harness/sandbox.ts";

let manager: SandboxHarness;
const network = setupServer();

beforeAll(async () => {
  network.listen({ onUnhandledRequest: "bypass" });
  manager = await withSandbox("manager");
});
afterEach(() => {
  manager.sandbox.reset();
  network.resetHandlers();
});
afterAll(async () => {
  await manager.close();
  network.close();
});

const SERIES = "/api/v1/analytics/usage/timeseries";
const USAGE = "/api/v1/analytics/usage";
const codes = (value: { basis: { notes: { code: string }[] } }) => value.basis.notes.map(({ code }) => code);
const ask = async (args: Record<string, unknown>) => (await manager.call("get_usage_timeseries", args)).value;

/** Answers of the service in place of the sandbox's own. */
function serve(path: string, data: unknown) {
  network.use(http.get(`${manager.sandbox.url}${path}`, () => HttpResponse.json({ code: 0, message: "ok", data })));
}

describe("get_usage_timeseries", () => {
  it("shows 30 days of one metric with total, trend and bars, in one round of two requests", async () => {
    const { value, text } = await manager.call("get_usage_timeseries", { metric: "cost" });
    const { dataset } = manager.sandbox;
    expect(value).toMatchObject({
      metric: "cost",
      unit: "USD",
      granularity: "day",
      total: dataset.workspace("2026-10-22", "2026-11-20").usd,
      total_is: "sum",
      complete_total: dataset.workspace("2026-10-22", "2026-11-19").usd,
      lower_bound: false,
    });
    expect(value.points.values).toEqual(dataset.days("2026-10-22", "2026-11-20").map(({ usd }) => usd));
    expect(value.points).toMatchObject({ open: "2026-11-20" });
    expect(value.trend).toMatchObject({ method: "same_weekdays", n: 29 });
    expect([...value.sparkline]).toHaveLength(29);
    expect(value.basis).toMatchObject({
      window: { from: "2026-10-22", to: "2026-11-20" },
      source: ["timeseries", "usage_series"],
    });
    expect(value.headline).toMatch(
      /^Spend was \$[\d,]+\.\d\d in 2026-10-22 to 2026-11-20 \(UTC, today still open\), by day; trend over complete days: .+\.$/,
    );
    expect(
      manager.sandbox
        .hits()
        .map(({ path }) => path)
        .sort(),
    ).toEqual([USAGE, SERIES]);
    expect(text.length).toBeLessThan(3_000);
  });

  it.each([
    ["requests", "requests", "sum"],
    ["tokens", "tokens", "sum"],
    ["avg_cost_per_req", "USD per request", "cost_over_requests"],
    ["success_rate", "percent", "mean_weighted_by_requests"],
    ["latency", "ms", "none"],
  ])("totals %s only as far as a total means something", async (metric, unit, totalIs) => {
    const value = await ask({ metric, period: "7d" });
    expect(value).toMatchObject({ unit, total_is: totalIs });
    expect(value.points.values).toHaveLength(7);
    expect(value.trend.n).toBe(metric === "success_rate" || metric === "latency" ? 6 : 14);
    expect(value.headline).not.toContain("unknown");
  });

  it("refuses hours of success rate and latency before any request", async () => {
    for (const metric of ["success_rate", "latency"]) {
      const { isError, text } = await manager.call("get_usage_timeseries", { metric, granularity: "hour" });
      expect(isError).toBe(true);
      expect(text).toBe(`[INVALID_ARGUMENT] granularity: hour is not available for ${metric}. Use granularity day.`);
    }
    expect(manager.sandbox.hits()).toEqual([]);
  });

  it("shows hours of a week, with the trend of whole days and of the week before", async () => {
    const { value, text } = await manager.call("get_usage_timeseries", {
      metric: "cost",
      granularity: "hour",
      period: "7d",
    });
    expect(value.granularity).toBe("hour");
    expect(value.points.buckets).toHaveLength(6 * 24 + 13);
    expect(value.points.open).toBe("2026-11-20T12:00:00Z");
    expect(value.total).toBe(manager.sandbox.dataset.workspace("2026-11-14", "2026-11-20").usd);
    expect(value.trend).toMatchObject({ method: "same_weekdays", n: 14 });
    expect(text.length).toBeLessThan(8_000);
  });

  it("cuts hours of a month to the newest week and says so; the total covers the month", async () => {
    const { value, text } = await manager.call("get_usage_timeseries", { metric: "tokens", granularity: "hour" });
    expect(value.points.buckets).toHaveLength(168);
    expect(value.total).toBe(manager.sandbox.dataset.workspace("2026-10-22", "2026-11-20").tokens);
    expect(codes(value)).toContain("truncated_rows");
    expect(Buffer.byteLength(text)).toBeLessThan(8_000);
  });

  it.each([
    ["3m", "day", 92],
    ["6m", "week", 27],
    ["12m", "week", 53],
  ])("shows %s by %s", async (period, granularity, points) => {
    const { value, text } = await manager.call("get_usage_timeseries", { metric: "cost", period });
    expect(value.granularity).toBe(granularity);
    expect(value.points.values).toHaveLength(points);
    const total = manager.sandbox.dataset.workspace(value.basis.window.from, "2026-11-20").usd;
    expect(value.total).toBe(total);
    expect(value.points.values.reduce((sum: number, cost: number) => sum + cost, 0)).toBeCloseTo(total, 6);
    expect(codes(value).includes("truncated_rows")).toBe(granularity === "week");
    expect(text.length).toBeLessThan(3_200);
  });

  it.each([
    ["timeseriesShape", "series"],
    ["saasEnvelope", "data"],
    ["saasEnvelope", "plain"],
    ["periodKeys", "none"],
    ["zeroDays", "omit"],
  ] as const)("gives the same answer with %s=%s", async (name, value) => {
    const plain = (await manager.call("get_usage_timeseries", { metric: "cost" })).text;
    manager.sandbox.setSwitch(name, value);
    expect((await manager.call("get_usage_timeseries", { metric: "cost" })).text).toBe(plain);
  });

  it.each(["cost", "requests", "tokens", "avg_cost_per_req", "success_rate", "latency"])(
    "gives the same %s with numbers as strings",
    async (metric) => {
      const plain = (await manager.call("get_usage_timeseries", { metric })).text;
      manager.sandbox.setSwitch("numbers", "strings");
      expect((await manager.call("get_usage_timeseries", { metric })).text).toBe(plain);
    },
  );

  it.each(["requests", "tokens"])("says that its %s are not those of the daily usage", async (metric) => {
    const plain = await ask({ metric });
    expect(codes(plain)).not.toContain("window_mismatch");
    const points = plain.points.values.map((value: number, i: number) => {
      return { bucket: addDays("2026-10-22", i), value: 2 * value };
    });
    serve(SERIES, { window: { startDate: "2026-10-22", endDate: "2026-11-20" }, points });
    const value = await ask({ metric });
    expect(value.total).toBe(2 * plain.total);
    expect(codes(value)).toContain("window_mismatch");
  });

  it("reads success rates given as fractions as percent", async () => {
    const native = await ask({ metric: "success_rate" });
    manager.sandbox.setSwitch("successRate", "fraction");
    const value = await ask({ metric: "success_rate" });
    expect(value.points).toEqual(native.points);
    expect(codes(value)).toContain("unit_unknown");
  });

  it.each(["day", "hour"])(
    "answers from the usage series when costs by %s come in storage units",
    async (granularity) => {
      const plain = await ask({ metric: "cost" });
      manager.sandbox.setSwitch("timeseriesShape", "raw");
      const value = await ask({ metric: "cost", granularity });
      expect(value).toEqual({ ...plain, basis: value.basis });
      expect(value.basis.source).toEqual(["usage_series"]);
      expect(codes(value)).toContain("unit_unknown");
      expect((await ask({ metric: "requests" })).basis.source).toContain("timeseries");
    },
  );

  it("keeps storage units out of the answer when nothing can stand in", async () => {
    manager.sandbox.setSwitch("timeseriesShape", "raw");
    manager.sandbox.setFault({ kind: "500", path: USAGE });
    const value = await ask({ metric: "cost" });
    expect(value.total).toBeNull();
    expect(value.points.values.every((cost: unknown) => cost === null)).toBe(true);
    expect(JSON.stringify(value.basis.notes)).toContain("get_daily_costs");
    expect(value.headline).toMatch(/^Spend was unknown in 2026-10-22/);
  });

  it.each([
    ["cents", 100, null],
    ["storage integers", 1e9, null],
    ["an unknown unit", 37, "unit_unknown"],
  ])("finds the unit of costs in %s", async (_name, factor, code) => {
    const days = manager.sandbox.dataset.days("2026-11-14", "2026-11-20");
    const points = days.map(({ date, usd }) => ({ bucket: date, value: Math.round(usd * factor) }));
    serve(SERIES, { window: { startDate: "2026-11-14", endDate: "2026-11-20" }, points });
    const value = await ask({ metric: "cost", period: "7d" });
    expect(value.unit).toBe("USD");
    expect(value.total).toBeCloseTo(manager.sandbox.dataset.workspace("2026-11-14", "2026-11-20").usd, 4);
    expect(codes(value).includes("unit_unknown")).toBe(code !== null);
  });

  it.each([
    ["fractions", [0.98, 0.99], [98, 99]],
    ["fractions of an outage", [0.005, 0.008], [0.5, 0.8]],
    ["percent with an outage", [0.5, 99], [0.5, 99]],
  ])("reads a success rate in %s once", async (_how, values, percents) => {
    const points = values.map((value, i) => ({ bucket: `2026-11-${18 + i}`, value }));
    serve(SERIES, { window: { startDate: "2026-11-18", endDate: "2026-11-19" }, points });
    const value = await ask({ metric: "success_rate", period: "7d" });
    expect(value.points.values).toEqual(percents);
    expect(codes(value)).toContain("unit_unknown");
  });

  it("TS-1: cost per request is recorded cost over recorded requests", async () => {
    const series = [
      { date: "2026-11-18", cost: 10, requests: 100, tokens: 1 },
      { date: "2026-11-19", cost: 1, requests: 1, tokens: 1 },
    ];
    serve(USAGE, { series });
    const points = series.map(({ date, cost, requests }) => ({ bucket: date, value: cost / requests }));
    serve(SERIES, { window: { startDate: "2026-11-18", endDate: "2026-11-19" }, points });
    expect(await ask({ metric: "avg_cost_per_req", period: "7d" })).toMatchObject({
      total: 0.108911,
      total_is: "cost_over_requests",
    });
  });

  it("TS-2: success rate is weighted by requests", async () => {
    const series = [
      { date: "2026-11-18", cost: 1, requests: 1_000, tokens: 1 },
      { date: "2026-11-19", cost: 1, requests: 10, tokens: 1 },
    ];
    serve(USAGE, { series });
    const points = [
      { bucket: "2026-11-18", value: 99 },
      { bucket: "2026-11-19", value: 50 },
    ];
    serve(SERIES, { window: { startDate: "2026-11-18", endDate: "2026-11-19" }, points });
    expect(await ask({ metric: "success_rate", period: "7d" })).toMatchObject({ total: 98.51 });
  });

  it("shows a missing day of a rate as a gap, of an amount as zero, and says so", async () => {
    const window = { startDate: "2026-11-14", endDate: "2026-11-20" };
    const points = [14, 15, 17, 18, 19, 20].map((day) => ({ bucket: `2026-11-${day}`, value: 99 }));
    serve(SERIES, { window, points });
    const rate = await ask({ metric: "success_rate", period: "7d" });
    expect(rate.points.values).toEqual([99, 99, null, 99, 99, 99, 99]);
    expect(rate.sparkline).toContain("·");
    expect(codes(rate)).toContain("missing_days");
    const count = await ask({ metric: "requests", period: "7d" });
    expect(count.points.values[2]).toBe(0);
  });

  it("keeps zeros and gaps of a degraded series unknown", async () => {
    const points = [14, 15, 16, 17].map((day) => ({ bucket: `2026-11-${day}`, value: day === 15 ? 0 : 7 }));
    const window = { startDate: "2026-11-14", endDate: "2026-11-17" };
    serve(SERIES, { degraded: true, message: "cache only", window, points: points.slice(0, 3) });
    const value = await ask({ metric: "requests", period: "7d" });
    expect(value.points.values).toEqual([7, null, 7, null]);
    expect(value).toMatchObject({ lower_bound: true, basis: { degraded: true } });
    expect(JSON.stringify(value.basis.notes)).toContain("cache only");
  });

  it.each([SERIES, USAGE])("makes no trend of a degraded answer of %s", async (path) => {
    const plain = await ask({ metric: "requests", period: "7d" });
    expect(plain.trend.n).toBeGreaterThan(0);
    const days = Array.from({ length: 21 }, (_, i) => addDays("2026-10-31", i));
    const points = plain.points.values.map((value: number, i: number) => ({ bucket: days[i + 14], value }));
    const series = days.map((date) => ({ date, cost: 1, requests: 10, tokens: 1 }));
    serve(path, { degraded: true, points, series });
    if (path === USAGE) manager.sandbox.setFault({ kind: "500", path: SERIES });
    const value = await ask({ metric: "requests", period: "7d" });
    expect(value.trend).toEqual({ direction: "too_short", change_pct: null, method: "none", n: 0 });
    expect(value.basis.degraded).toBe(true);
  });

  it("answers amounts from the usage series when the series fails; a rate has nothing to stand in", async () => {
    manager.sandbox.setFault({ kind: "500", path: SERIES });
    const value = await ask({ metric: "requests", period: "3m" });
    expect(value.total).toBe(manager.sandbox.dataset.workspace("2026-08-21", "2026-11-20").requests);
    expect(value.basis.source).toEqual(["usage_series"]);
    expect(codes(value)).toContain("sub_call_failed");
    expect((await manager.call("get_usage_timeseries", { metric: "latency" })).text).toMatch(/^\[UPSTREAM_ERROR\]/);
  });

  it("answers without its check when the usage series fails, and says what is assumed", async () => {
    manager.sandbox.setFault({ kind: "500", path: USAGE });
    const value = await ask({ metric: "cost" });
    expect(value.total).toBe(manager.sandbox.dataset.workspace("2026-10-22", "2026-11-20").usd);
    expect(codes(value)).toEqual(expect.arrayContaining(["unit_unknown", "sub_call_failed"]));
  });

  it.each([{ metric: "spend" }, { metric: "cost", period: "90d" }, {}, { metric: "cost", limit: 3 }])(
    "refuses %j",
    async (args) => {
      expect((await manager.call("get_usage_timeseries", args)).text).toMatch(/^\[INVALID_ARGUMENT\]/);
    },
  );
});
