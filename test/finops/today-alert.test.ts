import { describe, expect, it } from "vitest";
import { prepareSeries } from "../../src/finops/series.ts";
import { todayAlert } from "../../src/finops/today-alert.ts";
import { fromMonday, pattern, repeat, WEEK } from "./constructed-series.ts";

describe("todayAlert", () => {
  const businessWeeks = prepareSeries(pattern(WEEK, 23), fromMonday(23));

  it("AD-1 a Wednesday after 23 complete days: expected 98.00, alert line 150.78", () => {
    const alert = todayAlert(businessWeeks, 151, { gateFloorUsd: 5 });
    expect(alert?.expectedUsd).toBeCloseTo(98, 2);
    expect(alert?.alertLineUsd).toBeCloseTo(150.78, 2);
    expect(alert?.isAlert).toBe(true);
    expect(todayAlert(businessWeeks, 150, { gateFloorUsd: 5 })?.isAlert).toBe(false);
  });

  it.each([
    ["today 5 % of usual", 1, false],
    ["today twice the usual", 40, true],
  ])("%s", (_, soFar, isAlert) => {
    const series = prepareSeries(repeat(28, 20), fromMonday(28));
    expect(todayAlert(series, soFar, { gateFloorUsd: 5 })?.isAlert).toBe(isAlert);
  });

  it("needs the impact to pass the gate", () => {
    const series = prepareSeries(repeat(28, 0.2), fromMonday(28));
    expect(todayAlert(series, 2, { gateFloorUsd: 5 })?.isAlert).toBe(false);
    expect(todayAlert(series, 2, { gateFloorUsd: 1 })?.isAlert).toBe(true);
  });

  it("is not judged under seven usable days", () => {
    expect(todayAlert(prepareSeries(repeat(6, 20), fromMonday(6)), 500)).toBeNull();
  });
});
