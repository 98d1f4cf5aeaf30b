import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { comparePeriods, splitCost } from "../../src/finops/compare.ts";
import { logMean } from "../../src/finops/log-mean.ts";
import { toMicro } from "../../src/finops/money.ts";
import type { UsageDay } from "../../src/finops/usage.ts";
import { resolveWindows } from "../../src/finops/window.ts";
import { seriesFor } from "./usage-fixture.ts";

const now = new Date("2026-11-20T10:00:00Z");
const windows = resolveWindows({ period: "7d", now });

function row(date: string, costUsd: number, requests: number | null): UsageDay {
  return { date, costUsd, requests, tokens: null };
}

describe("comparing periods", () => {
  it("CP-1 splits a change of cost into volume and unit cost", () => {
    const rows = [row("2026-11-08", 100, 1_000), row("2026-11-15", 150, 1_200), row("2026-11-20", 9, 10)];
    const { result } = comparePeriods({ windows, series: seriesFor(windows, rows, now) });
    expect(result).toEqual({
      current: { cost_usd: 150, requests: 1_200, tokens: null, cost_per_request_usd: 0.125 },
      previous: { cost_usd: 100, requests: 1_000, tokens: null, cost_per_request_usd: 0.1 },
      delta_usd: 50,
      change: {
        cost: { pct: 50, word: "up" },
        requests: { pct: 20, word: "up" },
        tokens: { pct: null, word: "unknown" },
        cost_per_request: { pct: 25, word: "up" },
      },
      split: { volume_usd: 22.48, unit_cost_usd: 27.52 },
      today_so_far_usd: 9,
    });
  });

  it.each([
    ["new", [row("2026-11-15", 150, 1_200)]],
    ["stopped", [row("2026-11-08", 100, 1_000)]],
  ])("a side without cost is %s and has no split", (word, rows) => {
    const { result } = comparePeriods({ windows, series: seriesFor(windows, rows, now) });
    expect(result.change.cost.word).toBe(word);
    expect(result.split).toEqual({ volume_usd: null, unit_cost_usd: null });
  });

  it("a window with an unknown day is not compared", () => {
    const rows = [row("2026-11-08", 100, 1_000), row("2026-11-15", 150, 1_200)];
    const covered = { from: "2026-11-13", to: "2026-11-20" };
    const { result, notes } = comparePeriods({ windows, series: seriesFor(windows, rows, now, { covered }) });
    expect(result.current.cost_usd).toBe(150);
    expect(result.previous.cost_usd).toBeNull();
    expect([result.delta_usd, result.change.cost.word]).toEqual([null, "unknown"]);
    expect(notes.map((note) => note.code)).toContain("missing_days");
  });

  it("a degraded series is shown and not compared", () => {
    const rows = Array.from({ length: 15 }, (_, i) => row(`2026-11-${String(6 + i).padStart(2, "0")}`, 5, 10));
    const { result } = comparePeriods({ windows, series: seriesFor(windows, rows, now, { degraded: true }) });
    expect(result.current.cost_usd).toBe(35);
    expect(result.change.cost.word).toBe("unknown");
    expect(result.split.volume_usd).toBeNull();
  });

  it("adjusts for the calendar where the windows differ", () => {
    const span = resolveWindows({ from: "2026-11-16", to: "2026-11-18", now });
    const rows = ["13", "14", "15", "16", "17", "18"].map((d) =>
      row(`2026-11-${d}`, d === "14" || d === "15" ? 20 : 100, 1),
    );
    const { result } = comparePeriods({ windows: span, series: seriesFor(span, rows, now) });
    expect(result.change.cost.pct).toBe(114.3);
    expect(result).not.toHaveProperty("calendar_adjusted_pct");
    const wide = resolveWindows({ from: "2026-11-14", to: "2026-11-19", now });
    const all = [
      ...rows,
      ...["08", "09", "10", "11", "12", "19"].map((d) => row(`2026-11-${d}`, d === "08" ? 20 : 100, 1)),
    ];
    const adjusted = comparePeriods({ windows: wide, series: seriesFor(wide, all, now) });
    expect(adjusted.result.calendar_adjusted_pct).toBe(0);
    expect(adjusted.notes.map((note) => note.code)).toContain("calendar_mix");
  });

  it("the split adds up, and swapping the sides flips it", () => {
    const sides = fc.record({
      cost: fc.integer({ min: 1_000_000, max: 1e12 }),
      requests: fc.integer({ min: 1, max: 1e7 }),
    });
    fc.assert(
      fc.property(sides, sides, (now, before) => {
        const there = splitCost(now, before);
        const back = splitCost(before, now);
        const sum = (there.volume_usd ?? 0) + (there.unit_cost_usd ?? 0);
        expect(Math.abs(sum - (now.cost - before.cost) / 1e6)).toBeLessThanOrEqual(0.0051);
        expect(Math.abs((there.volume_usd ?? 0) + (back.volume_usd ?? 0))).toBeLessThanOrEqual(0.011);
      }),
    );
  });

  it("small changes are split in millionths", () => {
    expect(splitCost({ cost: 20_000, requests: 2 }, { cost: 10_000, requests: 1 })).toEqual({
      volume_usd: 0.01,
      unit_cost_usd: 0,
    });
    expect(splitCost({ cost: null, requests: 2 }, { cost: toMicro(1), requests: 1 }).volume_usd).toBeNull();
  });

  it("the logarithmic mean of equal numbers is the number", () => {
    expect(logMean(5, 5)).toBe(5);
    expect(logMean(150, 100)).toBeCloseTo(123.3, 1);
  });
});
