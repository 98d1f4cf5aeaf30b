import { expect, it } from "vitest";
import { holds, limitsOf } from "../../bench/analysis/bar.ts";
import { forecastBars } from "../../bench/analysis/forecast-bars.ts";

it("forecast: OWA of every cell, their mean, and coverage with two seeds", { timeout: 180_000 }, () => {
  const bars = forecastBars();
  expect(bars.filter((bar) => limitsOf(bar) !== "")).toHaveLength(6 + 1 + 2 * 6);
  expect(bars.filter((bar) => !holds(bar))).toEqual([]);
});
