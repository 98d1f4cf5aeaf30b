import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { basisBudget, budgetUse, crossCheckSpent, spentInWindow } from "../../src/finops/budget.ts";
import {
  BUDGET_PERIODS,
  budgetPeriodOf,
  calendarWindow,
  daysToDate,
  windowEndingAt,
} from "../../src/finops/budget-window.ts";
import { toMicro } from "../../src/finops/money.ts";
import { budgetVarianceUsd, neededChangePct, thresholdLines } from "../../src/finops/thresholds.ts";
import { normaliseUsage } from "../../src/finops/usage.ts";
import { rowsFrom } from "./usage-fixture.ts";

const now = new Date("2026-11-20T12:00:00Z");
const reset = new Date("2026-12-01T00:00:00Z");

describe("budget windows", () => {
  it.each([
    ["daily", "2026-11-21T00:00:00Z", "2026-11-20", "2026-11-21"],
    ["weekly", "2026-11-23T00:00:00Z", "2026-11-16", "2026-11-23"],
    ["monthly", "2026-12-01T00:00:00Z", "2026-11-01", "2026-12-01"],
    ["monthly", "2026-12-15T00:00:00Z", "2026-11-15", "2026-12-15"],
    ["yearly", "2027-01-01T00:00:00Z", "2026-01-01", "2027-01-01"],
  ] as const)("a %s window ending %s starts %s", (period, end, from, to) => {
    const window = windowEndingAt(new Date(end), period, now);
    expect([window.start, window.end, window.isMoved]).toEqual([
      new Date(`${from}T00:00:00Z`),
      new Date(`${to}T00:00:00Z`),
      false,
    ]);
  });

  it("a month before the 31st is the last day of the shorter month", () => {
    const window = windowEndingAt(new Date("2026-03-31T00:00:00Z"), "monthly", new Date("2026-03-10T00:00:00Z"));
    expect(window.start).toEqual(new Date("2026-02-28T00:00:00Z"));
  });

  it.each([
    ["past", "2026-09-01T00:00:00Z"],
    ["long past", "1926-09-01T00:00:00Z"],
    ["too far ahead", "2027-02-01T00:00:00Z"],
  ])("a reset that is %s is moved by whole windows", (_, end) => {
    const window = windowEndingAt(new Date(end), "monthly", now);
    expect(window).toEqual({ period: "monthly", start: new Date("2026-11-01T00:00:00Z"), end: reset, isMoved: true });
  });

  it("a reset that is no date is refused", () => {
    expect(() => windowEndingAt(new Date("soon"), "monthly", now)).toThrow(RangeError);
  });

  it("always holds now", () => {
    const dates = fc.date({ min: new Date("1990-01-01"), max: new Date("2060-01-01"), noInvalidDate: true });
    fc.assert(
      fc.property(dates, dates, fc.constantFrom(...BUDGET_PERIODS), (end, instant, period) => {
        const window = windowEndingAt(end, period, instant);
        expect(window.start <= instant && instant < window.end).toBe(true);
      }),
    );
  });

  it.each([
    ["daily", "2026-11-20", "2026-11-21"],
    ["weekly", "2026-11-16", "2026-11-23"],
    ["monthly", "2026-11-01", "2026-12-01"],
    ["yearly", "2026-01-01", "2027-01-01"],
  ] as const)("the calendar %s window", (period, start, end) => {
    expect(calendarWindow(period, now)).toEqual({
      period,
      start: new Date(`${start}T00:00:00Z`),
      end: new Date(`${end}T00:00:00Z`),
      isMoved: false,
    });
  });

  it("a week starts on Monday, also on Sunday", () => {
    const sunday = calendarWindow("weekly", new Date("2026-11-22T23:00:00Z"));
    expect(sunday.start).toEqual(new Date("2026-11-16T00:00:00Z"));
  });

  it("reads only words it knows", () => {
    expect([budgetPeriodOf("monthly"), budgetPeriodOf("lifetime"), budgetPeriodOf(null)]).toEqual([
      "monthly",
      null,
      null,
    ]);
  });
});

describe("budget arithmetic", () => {
  const window = windowEndingAt(reset, "monthly", now);
  // 45.00 before November, 75.00 since, today included.
  const costs = [...Array.from({ length: 9 }, () => 5), ...Array.from({ length: 19 }, () => 3.75), 3.75];
  const series = normaliseUsage(rowsFrom("2026-10-23", costs), {
    span: { from: "2026-10-22", to: "2026-11-20" },
    now,
  });

  it("MB-1 counts the budget window, not the period", () => {
    const spent = spentInWindow(series, window, now);
    const { result, notes } = budgetUse({ budget: toMicro(100), spent, window, now });
    expect(result).toEqual({
      budget_state: "set",
      budget_usd: 100,
      spent_usd: 75,
      lower_bound: false,
      remaining_usd: 25,
      over_by_usd: 0,
      used_pct: 75,
      elapsed_pct: 65,
      pace_index: 1.154,
      burn_per_day_usd: 3.85,
      allowance_per_day_usd: 2.38,
      window_start: "2026-11-01T00:00:00.000Z",
      resets_at: "2026-12-01T00:00:00.000Z",
    });
    expect(notes).toEqual([]);
    expect(basisBudget(result)).toEqual({ used_pct: 75, remaining_usd: 25, resets_at: "2026-12-01T00:00:00.000Z" });
  });

  it("over budget", () => {
    const { result } = budgetUse({
      budget: toMicro(50),
      spent: { value: toMicro(75), lowerBound: false },
      window,
      now,
    });
    expect(result).toMatchObject({ used_pct: 150, remaining_usd: -25, over_by_usd: 25, allowance_per_day_usd: 0 });
  });

  it.each([
    [null, "not_set", null, []],
    [0, "zero", 0, ["unit_unknown"]],
    ["unknown" as const, "unknown", null, []],
  ])("budget %j: no percentage, spend stays", (budget, state, usd, codes) => {
    const { result, notes } = budgetUse({ budget, spent: { value: toMicro(75), lowerBound: false }, window, now });
    expect(result).toMatchObject({
      budget_state: state,
      budget_usd: usd,
      spent_usd: 75,
      used_pct: null,
      remaining_usd: null,
      over_by_usd: null,
      pace_index: null,
      allowance_per_day_usd: null,
      burn_per_day_usd: 3.85,
    });
    expect(notes.map((note) => note.code)).toEqual(codes);
  });

  it("a degraded series tells no spend, the budget stays", () => {
    const degraded = normaliseUsage(rowsFrom("2026-11-01", [5]), {
      span: { from: "2026-11-01", to: "2026-11-20" },
      now,
      degraded: true,
    });
    const spent = spentInWindow(degraded, window, now);
    expect(budgetUse({ budget: toMicro(100), spent, window, now }).result).toMatchObject({
      budget_usd: 100,
      spent_usd: null,
      used_pct: null,
      burn_per_day_usd: null,
    });
  });

  it("rows that do not reach back are a lower bound, unless the service states the same window", () => {
    const short = normaliseUsage(rowsFrom("2026-11-14", [1, 1, 1, 1, 1, 1, 1]), {
      span: { from: "2026-11-14", to: "2026-11-20" },
      now,
    });
    expect(spentInWindow(short, window, now)).toEqual({ value: toMicro(7), lowerBound: true });
    const same = { micro: toMicro(75), span: { from: "2026-11-01", to: "2026-11-20" } };
    expect(spentInWindow(short, window, now, same)).toEqual({ value: toMicro(75), lowerBound: false });
    const other = { micro: toMicro(120), span: { from: "2026-10-22", to: "2026-11-20" } };
    expect(spentInWindow(short, window, now, other)).toEqual({ value: toMicro(7), lowerBound: true });
    expect(spentInWindow(null, window, now)).toEqual({ value: null, lowerBound: true });
    const { result, notes } = budgetUse({ budget: toMicro(10), spent: spentInWindow(short, window, now), window, now });
    expect(result.lower_bound).toBe(true);
    expect(notes.map((note) => note.code)).toEqual(["lower_bound"]);
  });

  it.each([
    ["below the budget", 100, { used_pct: 7, remaining_usd: 93, over_by_usd: 0, allowance_per_day_usd: null }],
    ["above it", 5, { used_pct: 140, remaining_usd: -2, over_by_usd: 2, allowance_per_day_usd: 0 }],
  ])("of a lower bound %s no pace is made", (_, budget, figures) => {
    const spent = { value: toMicro(7), lowerBound: true };
    const { result, notes } = budgetUse({ budget: toMicro(budget), spent, window, now });
    expect(result).toMatchObject({ ...figures, spent_usd: 7, pace_index: null, burn_per_day_usd: null });
    expect(notes.map(({ text }) => text)).toEqual([
      "Spend is at least the figure shown, so what remains is at most that, and how fast it goes is not known: days of the budget window are missing from the source.",
    ]);
  });

  it("no pace in the first 3 % of the window, no burn at its first instant", () => {
    const early = new Date("2026-11-01T12:00:00Z");
    const spent = { value: toMicro(1), lowerBound: false };
    expect(budgetUse({ budget: toMicro(100), spent, window, now: early }).result.pace_index).toBeNull();
    const first = budgetUse({ budget: toMicro(100), spent, window, now: window.start }).result;
    expect([first.burn_per_day_usd, first.elapsed_pct]).toEqual([null, 0]);
  });

  it("an unknown window leaves budget, spent and used", () => {
    const spent = { value: toMicro(75), lowerBound: false };
    expect(budgetUse({ budget: toMicro(100), spent, window: null, now }).result).toMatchObject({
      used_pct: 75,
      elapsed_pct: null,
      pace_index: null,
      burn_per_day_usd: null,
      allowance_per_day_usd: null,
      window_start: null,
      resets_at: null,
    });
  });

  it("says when a window was moved or does not start at midnight", () => {
    const odd = windowEndingAt(new Date("2026-09-01T08:00:00Z"), "monthly", now);
    const { notes } = budgetUse({ budget: null, spent: { value: 0, lowerBound: false }, window: odd, now });
    expect(notes.map((note) => note.code)).toEqual(["window_mismatch", "window_mismatch"]);
  });

  it("cross-checks a reported figure: 1 % and $1", () => {
    expect(crossCheckSpent(toMicro(100), toMicro(100.9))).toEqual([]);
    expect(crossCheckSpent(toMicro(1000), toMicro(1009))).toEqual([]);
    expect(crossCheckSpent(toMicro(100), null)).toEqual([]);
    expect(crossCheckSpent(toMicro(100), toMicro(120)).map((note) => note.code)).toEqual(["window_mismatch"]);
  });

  it("what is used and what remains are always the budget", () => {
    const amounts = fc.integer({ min: 1, max: 1_000_000_000 });
    fc.assert(
      fc.property(amounts, amounts, (budget, spent) => {
        const { result } = budgetUse({ budget, spent: { value: spent, lowerBound: false }, window, now });
        expect(toMicro(result.spent_usd ?? 0) + toMicro(result.remaining_usd ?? 0)).toBe(budget);
        expect(result.over_by_usd === 0).toBe(spent <= budget);
      }),
    );
  });
});

describe("workspace budget", () => {
  const window = calendarWindow("monthly", now);
  const costs = [...Array.from({ length: 49 }, () => 20), 11];
  const series = normaliseUsage(rowsFrom("2026-10-02", costs), { span: { from: "2026-10-02", to: "2026-11-20" }, now });

  it("WB-1 spend, pace and allowance", () => {
    const spent = spentInWindow(series, window, now);
    expect(budgetUse({ budget: toMicro(500), spent, window, now }).result).toMatchObject({
      spent_usd: 391,
      used_pct: 78.2,
      elapsed_pct: 65,
      pace_index: 1.203,
      allowance_per_day_usd: 10.38,
    });
  });

  it("WB-1 alert lines: crossed on, expected on", () => {
    const lines = thresholdLines({
      budget: toMicro(500),
      thresholds: [100, 90, 50, 75, 75],
      series,
      window,
      now,
      expectedOn: (line) => (line <= 450 ? "2026-11-23" : null),
    });
    expect(lines).toEqual([
      { pct: 50, line_usd: 250, crossed_on: "2026-11-13", expected_on: null },
      { pct: 75, line_usd: 375, crossed_on: "2026-11-19", expected_on: null },
      { pct: 90, line_usd: 450, crossed_on: null, expected_on: "2026-11-23" },
      { pct: 100, line_usd: 500, crossed_on: null, expected_on: null },
    ]);
    const bare = thresholdLines({ budget: toMicro(500), thresholds: [90], series, window, now });
    expect(bare[0]?.expected_on).toBeNull();
  });

  it("WB-1 needed change: 11 days of 20.00 less 11.00 are expected, 109.00 remain", () => {
    expect(budgetVarianceUsd(600.28, toMicro(500))).toBe(100.28);
    expect(neededChangePct(100.28, toMicro(109), 209)).toBe(-47.8);
    expect(neededChangePct(-1, toMicro(109), 209)).toBeNull();
    expect(neededChangePct(100, toMicro(109), 0)).toBeNull();
    expect(neededChangePct(100, toMicro(-50), 209)).toBe(-100);
  });

  it("the days of a window end today, or with the window", () => {
    expect(daysToDate(window, now)).toEqual({ from: "2026-11-01", to: "2026-11-20" });
    expect(daysToDate(window, new Date("2027-01-05T00:00:00Z"))).toEqual({ from: "2026-11-01", to: "2026-11-30" });
  });
});
