import { describe, expect, it } from "vitest";
import { dailyStats, dayColumns } from "../../src/finops/daily.ts";
import { resolveWindows } from "../../src/finops/window.ts";
import { rowsFrom, seriesFor } from "./usage-fixture.ts";

const now = new Date("2026-11-20T10:00:00Z");
const windows = resolveWindows({ period: "7d", now });
const rows = rowsFrom("2026-11-14", [5.23, 7.1, null, 6.84, 9.12, 10.04, 8.9]);

describe("daily costs", () => {
  it("DC-1 a missing day of a complete source is 0.00 and counts in the mean", () => {
    const { result, notes } = dailyStats({ windows, series: seriesFor(windows, [...rows].reverse(), now) });
    expect(result.days).toHaveLength(7);
    expect(result.days[2]).toEqual({ date: "2026-11-16", cost_usd: 0, requests: 0, tokens: 0, complete: true });
    expect(result.days[6]).toMatchObject({ date: "2026-11-20", cost_usd: 8.9, complete: false });
    expect(result).toMatchObject({
      complete_total_usd: 38.33,
      window_total_usd: 47.23,
      lower_bound: false,
      today_so_far_usd: 8.9,
      known_days: 6,
      median_usd: 6.97,
      max: { date: "2026-11-19", cost_usd: 10.04 },
    });
    expect(result.mean_usd).toBeCloseTo(6.39, 2);
    expect(result.weekday_mean_usd).toBeCloseTo((0 + 6.84 + 9.12 + 10.04) / 4, 6);
    expect(result.weekend_mean_usd).toBeCloseTo((5.23 + 7.1) / 2, 6);
    expect(notes).toEqual([
      { code: "missing_days", text: "Without a row in a complete answer, so counted as 0: 2026-11-16." },
    ]);
  });

  it("DC-1 the same rows of a degraded source: the day is unknown and sums are lower bounds", () => {
    const { result, notes } = dailyStats({ windows, series: seriesFor(windows, rows, now, { degraded: true }) });
    expect(result.days[2]?.cost_usd).toBeNull();
    expect(result).toMatchObject({
      complete_total_usd: 38.33,
      window_total_usd: 47.23,
      lower_bound: true,
      known_days: 5,
    });
    expect(result.mean_usd).toBeCloseTo(7.67, 2);
    expect(notes.map((note) => note.code)).toEqual(["degraded_source", "missing_days", "lower_bound", "short_history"]);
  });

  it("24h has no complete day, so no mean", () => {
    const day = resolveWindows({ period: "24h", now });
    const { result, notes } = dailyStats({ windows: day, series: seriesFor(day, rows, now) });
    expect(result).toMatchObject({
      complete_total_usd: null,
      window_total_usd: 8.9,
      yesterday_usd: 10.04,
      mean_usd: null,
      median_usd: null,
      max: null,
    });
    expect(notes.map((note) => note.code)).toEqual(["short_history"]);
  });

  it("a past span has no today", () => {
    const past = resolveWindows({ from: "2026-11-14", to: "2026-11-15", now });
    const { result } = dailyStats({ windows: past, series: seriesFor(past, rows, now) });
    expect(result).toMatchObject({ today_so_far_usd: null, complete_total_usd: 12.33, window_total_usd: 12.33 });
    expect(result.weekday_mean_usd).toBeNull();
  });

  it("gives parallel arrays for long windows", () => {
    const { result } = dailyStats({ windows, series: seriesFor(windows, rows, now) });
    const columns = dayColumns(result.days);
    expect(columns.dates).toHaveLength(7);
    expect(columns.cost_usd).toEqual([5.23, 7.1, 0, 6.84, 9.12, 10.04, 8.9]);
    expect(columns.complete.at(-1)).toBe(false);
  });

  it("earliest of equal days is the largest", () => {
    const { result } = dailyStats({ windows, series: seriesFor(windows, rowsFrom("2026-11-14", [1, 3, 3]), now) });
    expect(result.max).toEqual({ date: "2026-11-15", cost_usd: 3 });
  });
});
