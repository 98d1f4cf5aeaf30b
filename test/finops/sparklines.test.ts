import { describe, expect, it } from "vitest";
import { addDays } from "../../src/finops/day.ts";
import type { Part } from "../../src/finops/part.ts";
import { readSparklines, type SparklinesInput, type SparkMetric } from "../../src/finops/sparklines.ts";
import { normaliseUsage, type UsageSeries } from "../../src/finops/usage.ts";
import { failed, ok } from "./usage-fixture.ts";

const NOW = new Date("2026-11-20T10:00:00Z");
const FORTNIGHT = [100, 104, 98, 102, 96, 20, 22, 110, 114, 108, 112, 106, 22, 24];
const NONE = { spend: null, requests: null, tokens: null, success: null, latency: null };

function usage(costs: readonly number[] = FORTNIGHT): Part<UsageSeries> {
  const from = addDays("2026-11-20", -costs.length);
  const rows = [...costs, 50].map((costUsd, i) => ({
    date: addDays(from, i),
    costUsd,
    requests: costUsd * 10,
    tokens: 1,
  }));
  return ok(normaliseUsage(rows, { span: { from, to: "2026-11-20" }, now: NOW }));
}

function read(
  metric: SparkMetric,
  points: (number | null)[] | null,
  series: SparklinesInput["usage"],
  degraded = false,
) {
  const lines = ok({ ...NONE, [metric]: points }, degraded);
  const { result, notes } = readSparklines({ metrics: [metric], lines, usage: series });
  return { line: result[metric], codes: notes.map(({ code }) => code), notes };
}

describe("readSparklines without the usage series", () => {
  it.each([
    ["TR-1", [20, 21, 19, 20, 20, 21, 3.1], { direction: "flat", change_pct: 0, method: "slope", n: 6 }],
    ["TR-2", [10, 50, 90, 10, 80, 12, 5], { direction: "mixed", method: "slope", n: 6 }],
    ["TR-3", [0, 0, 5, 1], { direction: "too_short", change_pct: null, method: "none", n: 3 }],
    ["TR-3 (sparse)", [0, 0, 0, 0, 0, 5, 1], { direction: "sparse", change_pct: null, n: 6 }],
    ["TR-4", [18.42, 22.15, 6.3, 24.87, 27.91, 30.02, 9], { direction: "up", change_pct: 49.3, n: 6 }],
    ["TR-5", [100, 104, 98, 102, 96, 20, 5], { direction: "mixed", n: 6 }],
  ])("%s", (_id, points, expected) => {
    expect(read("spend", points, null).line).toMatchObject({ unit: "USD", points, ...expected });
  });

  it("says that dollars are assumed", () => {
    expect(read("spend", [1, 2, 3, 4, 5, 6, 7], failed()).codes).toContain("unit_unknown");
  });

  it("gives a metric without points as null, with a note, and leaves the others", () => {
    const lines = ok({ ...NONE, success: [99, 98, 99, 98, 99, 98, 97] });
    const { result, notes } = readSparklines({ metrics: ["success", "latency"], lines, usage: null });
    expect(result.latency).toBeNull();
    expect(result.success).toMatchObject({ unit: "percent", direction: "flat" });
    expect(notes.find(({ code }) => code === "missing_days")?.text).toContain("latency");
  });

  it("takes zeros of a degraded answer for unknown", () => {
    const { line } = read("requests", [0, 5, 0, 6, 5, 6, 0], null, true);
    expect(line).toMatchObject({ points: [null, 5, null, 6, 5, 6, null], direction: "too_short", n: 0 });
  });
});

describe("readSparklines beside the usage series", () => {
  const week = [...FORTNIGHT.slice(-6), 50];

  it.each([
    ["the points from themselves", week, false, { points: week, method: "slope", n: 6 }],
    ["degraded points not at all", week, true, { points: week, method: "none", change_pct: null, n: 0 }],
    ["other points not at all", week.map((usd) => usd * 3), false, { points: week, method: "none", n: 0 }],
  ])("where that series is degraded, trends %s", (_, points, isSentDegraded, expected) => {
    const series = usage();
    const degraded = { ...series, degraded: true };
    expect(read("spend", points, degraded, isSentDegraded).line).toMatchObject(expected);
  });

  it("TR-6: makes the trend from fourteen complete days where both agree", () => {
    const { line, codes } = read("spend", week, usage());
    expect(line).toMatchObject({ points: week, direction: "up", change_pct: 9.3, method: "same_weekdays", n: 14 });
    expect(codes).toEqual([]);
  });

  it.each([
    ["cents", 100],
    ["micro-USD", 1e6],
    ["nano-USD", 1e9],
  ])("converts spend in %s", (_name, factor) => {
    expect(
      read(
        "spend",
        week.map((value) => value * factor),
        usage(),
      ).line?.points,
    ).toEqual(week);
  });

  it("shows the usage series and says so when no unit makes both agree", () => {
    const { line, codes } = read(
      "spend",
      week.map((value) => value * 7),
      usage(),
    );
    expect(line).toMatchObject({ points: [...FORTNIGHT.slice(-6), 50], n: 14 });
    expect(codes).toEqual(["unit_unknown"]);
    expect(read("requests", week, usage()).codes).toEqual(["window_mismatch"]);
  });

  it("answers from the usage series when the sparklines failed; success and latency stay unknown", () => {
    const { result } = readSparklines({ metrics: ["spend", "success"], lines: failed(), usage: usage() });
    expect(result.spend).toMatchObject({ points: week, n: 14 });
    expect(result.success).toBeNull();
  });

  it("takes a quiet workspace as quiet, not as a conflict", () => {
    const { line, codes } = read("spend", [0, 0, 0, 0, 0, 0, 0], usage(Array.from({ length: 14 }, () => 0)));
    expect(line).toMatchObject({ direction: "flat", change_pct: null });
    expect(codes).toEqual([]);
  });
});
