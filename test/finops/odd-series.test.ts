import { describe, expect, it } from "vitest";
import { findEpisodes } from "../../src/finops/episodes.ts";
import { forecast } from "../../src/finops/forecast.ts";
import { forecastRange } from "../../src/finops/interval.ts";
import { runOut } from "../../src/finops/run-out.ts";
import { prepareSeries } from "../../src/finops/series.ts";
import { simulateSpend, totalQuantile } from "../../src/finops/spend-paths.ts";
import { todayAlert } from "../../src/finops/today-alert.ts";
import { trend } from "../../src/finops/trend.ts";
import { fromMonday } from "./constructed-series.ts";

/** Every number anywhere in a value. */
function numbersIn(value: unknown): number[] {
  if (typeof value === "number") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(numbersIn) : [];
}

const SERIES: Record<string, (i: number, n: number) => number | null> = {
  constant: () => 20,
  "all zero": () => 0,
  unknown: () => null,
  "credits only": () => -1,
  "credits among days": (i) => (i % 4 === 0 ? -5 : 10),
  "a single huge day at the end": (i, n) => (i === n - 1 ? 1e9 : 1),
  "a single huge day in the middle": (i, n) => (i === n >> 1 ? 1e12 : 0.01),
  "micro-dollars": (i) => 1e-6 * (1 + (i % 5)),
  billions: (i) => 1e9 * (1 + (i % 5)),
  "far too large": () => 1e300,
  "not a number": (i) => (i % 3 === 0 ? Number.NaN : i % 3 === 1 ? Number.POSITIVE_INFINITY : 5),
  "every second day unknown": (i) => (i % 2 === 0 ? null : 3),
  "unknown at first": (i) => (i < 5 ? null : 3),
  "unknown at last": (i, n) => (i > n - 6 ? null : 3),
  "steep growth": (i) => Math.exp(i / 10),
  "steep fall": (i) => 1e6 * Math.exp(-i / 5),
  "one day a week": (i) => (i % 7 === 0 ? 700 : 0),
  "on and off": (i) => (i % 2 === 0 ? 0 : 50),
  "a step of three decades": (i, n) => (i < n / 2 ? 1 : 1_000),
};

describe.each(Object.entries(SERIES))("a series that is %s", (_name, dayAt) => {
  it.each([0, 1, 3, 7, 8, 13, 14, 29, 90, 400])("has finite, ordered answers over %i days", (n) => {
    const y = Array.from({ length: n }, (_, i) => dayAt(i, n));
    const series = prepareSeries(y, fromMonday(n));
    const { episodes } = findEpisodes(series, { gateFloorUsd: 1, isNewScope: true });
    const answers: unknown[] = [episodes, trend(y.map((usd) => (Number.isFinite(usd) ? usd : null)))];
    if (n > 0) answers.push(todayAlert(series, 5, { gateFloorUsd: 1 }));
    for (const h of [1, 30]) {
      const point = forecast(series, h);
      const range = forecastRange(series, h);
      const window = { spentBeforeTodayUsd: 10, todaySoFarUsd: 1, horizonDays: h, seed: 1 };
      const paths = simulateSpend(series, window);
      const totals = paths === null ? [] : [0.1, 0.5, 0.9].map((p) => totalQuantile(paths, p));
      expect(point === null || (point.days.length === h && point.days.every((usd) => usd >= 0))).toBe(true);
      const [low, high] = [range?.lowUsd ?? null, range?.highUsd ?? null];
      if (point && low !== null && high !== null) {
        expect(low).toBeLessThanOrEqual(point.totalUsd);
        expect(high).toBeGreaterThanOrEqual(point.totalUsd);
      }
      expect(totals).toEqual([...totals].sort((a, b) => a - b));
      const outs = paths === null ? [] : [0.001, 11, 100, 1e12].map((line) => runOut(paths, line));
      for (const { probability } of outs) expect(probability).toBeGreaterThan(0);
      answers.push(point, low, high, totals, outs);
    }
    expect(numbersIn(answers).filter((value) => !Number.isFinite(value))).toEqual([]);
  });
});
