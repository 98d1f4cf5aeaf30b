import { describe, expect, it } from "vitest";
import { billingPeriodOf, budgetWindowEnd, dayText, instantText, parseDay } from "../../src/sandbox/dataset/days.ts";
import { asPat, asVk, centsOf, pick, rowsAt, sandboxAt } from "./client.ts";

const sandbox = await sandboxAt();
const { dataset } = sandbox;
const WEEK = ["2026-11-14", "2026-11-20"] as const;
const week = "dateFrom=2026-11-14&dateTo=2026-11-20";

describe("calendar", () => {
  const day = (text: string) => parseDay(text) ?? Number.NaN;

  it.each([
    ["2026-11-20", 1, "2026-11-01", "2026-11-30"],
    ["2026-11-20", 15, "2026-11-15", "2026-12-14"],
    ["2026-11-10", 15, "2026-10-15", "2026-11-14"],
    ["2026-03-30", 31, "2026-02-28", "2026-03-30"],
    ["2026-03-31", 31, "2026-03-31", "2026-04-29"],
    ["2028-02-29", 30, "2028-02-29", "2028-03-29"],
  ])("%s with cycle day %i lies in %s to %s", (today, cycleDay, from, to) => {
    const period = billingPeriodOf(day(today), cycleDay);
    expect([dayText(period.from), dayText(period.to)]).toEqual([from, to]);
  });

  it.each([
    ["2026-11-20", "daily", "2026-11-21T00:00:00Z"],
    ["2026-11-20", "weekly", "2026-11-23T00:00:00Z"],
    ["2026-11-23", "weekly", "2026-11-30T00:00:00Z"],
    ["2026-12-31", "monthly", "2027-01-01T00:00:00Z"],
  ])("on %s a %s budget resets at %s", (today, window, reset) => {
    expect(instantText(budgetWindowEnd(day(today), window))).toBe(reset);
  });
});

describe("filtered costs and models", () => {
  it.each(["agents", "members", "departments"] as const)("one of the %s alone", async (kind) => {
    const id = dataset.ids(kind)[0] ?? "";
    const parameter = `${kind.slice(0, -1)}Id=${id}`;
    const { cents } = dataset.entity(id, ...WEEK);
    const { body } = await asPat(sandbox, `analytics/costs?${week}&${parameter}`);
    for (const place of [2, 3]) expect(centsOf(rowsAt(body, `data.breakdown.${place}.items`), "cost")).toBe(cents);
    const models = rowsAt((await asPat(sandbox, `analytics/models?${week}&${parameter}`)).body, "data.models");
    expect(centsOf(models, "cost")).toBe(cents);
    expect(cents).toBeGreaterThan(0);
  });
});

describe("timeseries", () => {
  const read = async (query: string) => (await asPat(sandbox, `analytics/usage/timeseries?${query}`)).body;

  it.each([
    ["preset=mtd", "2026-11-01", 20],
    ["preset=7d", "2026-11-14", 7],
    ["preset=30d", "2026-10-22", 30],
    ["", "2026-10-22", 30],
    ["preset=3m", "2026-08-21", 92],
    ["preset=12m", "2025-11-21", 365],
    ["start=2026-11-01T00:00:00Z&end=2026-11-04T00:00:00Z", "2026-11-01", 3],
  ])("%s starts on %s and has %i days", async (query, from, days) => {
    const body = await read(`metric=cost&${query}`);
    expect(pick(body, "data.window.startDate")).toBe(from);
    const points = rowsAt(body, "data.points");
    expect(points).toHaveLength(days);
    const to = String(pick(body, "data.window.endDate"));
    expect(centsOf(points, "value")).toBe(dataset.workspace(from, to).cents);
  });

  it.each([
    ["requests", 1],
    ["tokens", 1_000],
    ["avg_cost_per_req", 0.001],
    ["success_rate", 95],
    ["latency", 500],
  ])("%s has a value on every day", async (metric, least) => {
    for (const point of rowsAt(await read(`metric=${metric}&preset=7d`), "data.points")) {
      expect(pick(point, "value")).toBeGreaterThanOrEqual(least);
    }
  });
});

describe("other small reads", () => {
  it("sparklines give the metrics asked for", async () => {
    const { body } = await asPat(sandbox, "analytics/sparklines?metrics=spend,%20tokens,unknown");
    expect(Object.keys(Object(pick(body, "data")))).toEqual(["period", "spend", "tokens"]);
  });

  it("limits are clamped, not refused", async () => {
    expect(rowsAt((await asPat(sandbox, "analytics/live-24h?limit=99")).body, "data.topModels")).toHaveLength(10);
    expect(rowsAt((await asPat(sandbox, "analytics/live-24h?limit=0")).body, "data.topModels")).toHaveLength(1);
    const { body } = await asVk(sandbox, "cockpit/recent-requests?limit=1000&offset=x");
    expect(pick(body, "pagination")).toEqual({ total: 0, limit: 100, offset: 0 });
  });

  it("a window in the future has no days yet, one before the history has zeros", async () => {
    const future = await asPat(sandbox, "analytics/usage?dateFrom=2026-11-20&dateTo=2026-11-25");
    expect(rowsAt(future.body, "data.series")).toHaveLength(1);
    const past = rowsAt(
      (await asPat(sandbox, "analytics/usage?dateFrom=2025-01-01&dateTo=2025-01-03")).body,
      "data.series",
    );
    expect(past).toEqual(
      ["01", "02", "03"].map((day) => ({ date: `2025-01-${day}`, requests: 0, cost: 0, tokens: 0 })),
    );
  });
});
