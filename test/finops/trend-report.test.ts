import { describe, expect, it } from "vitest";
import { reportTrend, trendText } from "../../src/finops/trend-report.ts";

describe("reportTrend", () => {
  it("rounds the change and keeps method and n", () => {
    const fortnight = [100, 104, 98, 102, 96, 20, 22, 110, 114, 108, 112, 106, 22, 24];
    expect(reportTrend(fortnight)).toEqual({
      result: { direction: "up", change_pct: 9.3, method: "same_weekdays", n: 14 },
      notes: [],
    });
  });

  it("says that a slope holds the weekly cycle", () => {
    const { result, notes } = reportTrend([18.42, 22.15, 6.3, 24.87, 27.91, 30.02]);
    expect(result).toEqual({ direction: "up", change_pct: 49.3, method: "slope", n: 6 });
    expect(notes.map(({ code }) => code)).toEqual(["calendar_mix"]);
  });

  it.each([
    [[], "0 are known"],
    [[5], "1 is known"],
  ])("says how few days there are: %j", (points, words) => {
    const { result, notes } = reportTrend(points);
    expect(result).toMatchObject({ direction: "too_short", change_pct: null, method: "none" });
    expect(notes[0]?.text).toContain(words);
  });
});

describe("trendText", () => {
  it.each([
    [{ direction: "up", change_pct: 9.3 }, "up 9.3%"],
    [{ direction: "down", change_pct: -12 }, "down 12.0%"],
    [{ direction: "up", change_pct: null }, "up"],
    [{ direction: "flat", change_pct: 1 }, "flat"],
    [{ direction: "mixed", change_pct: 8 }, "no clear trend"],
    [{ direction: "sparse", change_pct: null }, "too little use for a trend"],
    [{ direction: "too_short", change_pct: null }, "too few days for a trend"],
  ] as const)("%j", (trend, text) => {
    expect(trendText(trend)).toBe(text);
  });
});
