import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dayOf, daysBetween } from "../../src/finops/day.ts";
import { fetchSpan, inSpan, resolveWindows, rollingDay, spanDays, type Windows } from "../../src/finops/window.ts";

const at = (instant: string) => new Date(instant);

describe("windows", () => {
  it("GR-3 7d at 01:00 UTC", () => {
    const windows = resolveWindows({ period: "7d", now: at("2026-11-20T01:00:00Z") });
    expect(windows).toEqual({
      period: "7d",
      total: { from: "2026-11-14", to: "2026-11-20", days: 7, label: "7 days to 2026-11-20" },
      current: { from: "2026-11-13", to: "2026-11-19" },
      previous: { from: "2026-11-06", to: "2026-11-12" },
      today: "2026-11-20",
      includesToday: true,
      completeThrough: "2026-11-19",
      lateDataPossible: false,
      cycleAssumed: false,
      isLongCycle: false,
    } satisfies Windows);
    expect(fetchSpan(windows)).toEqual({ from: "2026-11-06", to: "2026-11-20" });
  });

  it("30d", () => {
    const windows = resolveWindows({ period: "30d", now: at("2026-11-20T10:00:00Z") });
    expect(windows.total).toMatchObject({ from: "2026-10-22", to: "2026-11-20", days: 30 });
    expect(windows.current).toEqual({ from: "2026-10-21", to: "2026-11-19" });
    expect(windows.previous).toEqual({ from: "2026-09-21", to: "2026-10-20" });
  });

  it("24h: today so far, and yesterday against the same weekday one week earlier", () => {
    const windows = resolveWindows({ period: "24h", now: at("2026-11-20T10:00:00Z") });
    expect(windows.total).toEqual({ from: "2026-11-20", to: "2026-11-20", days: 1, label: "today so far, 2026-11-20" });
    expect(windows.current).toEqual({ from: "2026-11-19", to: "2026-11-19" });
    expect(windows.previous).toEqual({ from: "2026-11-12", to: "2026-11-12" });
    expect(windows.completeThrough).toBe("2026-11-19");
  });

  it("rolling 24 hours touch two dates and compare with nothing", () => {
    const windows = rollingDay(at("2026-11-20T10:00:00Z"));
    expect(windows.total).toEqual({ from: "2026-11-19", to: "2026-11-20", days: 2, label: "rolling 24 hours" });
    expect([windows.current, windows.previous, windows.completeThrough]).toEqual([null, null, null]);
  });

  it.each([
    ["cycle", "2026-11-20", "2026-11-05", "2026-11-19", "2026-10-05", "2026-10-19"],
    ["clamped start", "2026-11-20", "2026-10-31", "2026-11-19", "2026-09-30", "2026-10-19"],
    ["over a year's end", "2026-01-20", "2026-01-10", "2026-01-19", "2025-12-10", "2025-12-19"],
  ])("billing cycle: %s", (_, day, cycleStart, to, previousFrom, previousTo) => {
    const from = cycleStart;
    const windows = resolveWindows({ period: "billing_cycle", now: at(`${day}T10:00:00Z`), cycleStart });
    expect(windows.total.label).toBe(`billing cycle from ${cycleStart}`);
    expect(windows.current).toEqual({ from, to });
    expect(windows.previous).toEqual({ from: previousFrom, to: previousTo });
    expect(windows.cycleAssumed).toBe(false);
  });

  it("billing cycle after a shorter one: both sides are cut to the shorter length", () => {
    const windows = resolveWindows({
      period: "billing_cycle",
      now: at("2026-03-31T10:00:00Z"),
      cycleStart: "2026-03-01",
    });
    expect(windows.current).toEqual({ from: "2026-03-01", to: "2026-03-28" });
    expect(windows.previous).toEqual({ from: "2026-02-01", to: "2026-02-28" });
    expect(windows.completeThrough).toBe("2026-03-30");
  });

  it.each([
    ["2026-03-01", "2026-03-31T10:00:00Z", false],
    ["2026-01-31", "2026-02-28T10:00:00Z", false],
    ["2026-10-15", "2026-11-17T10:00:00Z", false],
    ["2026-10-15", "2026-11-18T10:00:00Z", true],
    ["2026-01-15", "2026-11-20T10:00:00Z", true],
  ])("a billing cycle from %s is longer than a month at %s: %s", (cycleStart, now, isLong) => {
    const windows = resolveWindows({ period: "billing_cycle", now: at(now), cycleStart });
    expect(windows.isLongCycle).toBe(isLong);
    expect(windows.current === null && windows.previous === null).toBe(isLong);
    expect(windows.completeThrough).not.toBeNull();
  });

  it("billing cycle on its first day has nothing to compare", () => {
    const windows = resolveWindows({
      period: "billing_cycle",
      now: at("2026-11-20T10:00:00Z"),
      cycleStart: "2026-11-20",
    });
    expect([windows.current, windows.previous, windows.completeThrough]).toEqual([null, null, null]);
  });

  it.each([null, undefined, "2026-12-01"])(
    "billing cycle with start %s: the calendar month stands in",
    (cycleStart) => {
      const now = at("2026-11-20T10:00:00Z");
      const windows = resolveWindows(
        cycleStart === undefined ? { period: "billing_cycle", now } : { period: "billing_cycle", now, cycleStart },
      );
      expect(windows.total).toMatchObject({ from: "2026-11-01", label: "calendar month from 2026-11-01" });
      expect(windows.cycleAssumed).toBe(true);
    },
  );

  it("explicit spans compare their complete days with as many before", () => {
    const now = at("2026-11-20T10:00:00Z");
    expect(resolveWindows({ from: "2026-11-10", to: "2026-11-20", now })).toMatchObject({
      period: "custom",
      total: { days: 11, label: "2026-11-10 to 2026-11-20" },
      current: { from: "2026-11-10", to: "2026-11-19" },
      previous: { from: "2026-10-31", to: "2026-11-09" },
      includesToday: true,
    });
    expect(resolveWindows({ from: "2026-10-01", to: "2026-10-31", now })).toMatchObject({
      current: { from: "2026-10-01", to: "2026-10-31" },
      previous: { from: "2026-08-31", to: "2026-09-30" },
      includesToday: false,
      completeThrough: "2026-10-31",
    });
    expect(resolveWindows({ from: "2026-11-20", to: "2026-11-20", now })).toMatchObject({
      current: null,
      previous: null,
    });
    expect(() => resolveWindows({ from: "2026-11-20", to: "2026-11-19", now })).toThrow(RangeError);
  });

  it.each([
    ["2026-11-20T00:00:00Z", true],
    ["2026-11-20T00:59:59Z", true],
    ["2026-11-20T01:00:00Z", false],
  ])("late data at %s: %s", (now, expected) => {
    expect(resolveWindows({ period: "7d", now: at(now) }).lateDataPossible).toBe(expected);
    expect(resolveWindows({ from: "2026-10-01", to: "2026-10-31", now: at(now) }).lateDataPossible).toBe(false);
  });

  it("never compares today, and always equal numbers of days that do not overlap", () => {
    const instants = fc.date({ min: new Date("2024-01-01"), max: new Date("2030-12-31"), noInvalidDate: true });
    const periods = fc.constantFrom("24h" as const, "7d" as const, "30d" as const, "billing_cycle" as const);
    fc.assert(
      fc.property(instants, periods, fc.integer({ min: 0, max: 31 }), (now, period, age) => {
        const cycleStart = dayOf(new Date(now.getTime() - age * 86_400_000));
        const { current, previous, today, total } = resolveWindows({ period, now, cycleStart });
        expect(inSpan(today, total)).toBe(true);
        if (!current || !previous) return;
        expect(current.to < today).toBe(true);
        expect(previous.to < current.from).toBe(true);
        expect(spanDays(current)).toBe(spanDays(previous));
      }),
    );
  });

  it("moving now within a day keeps every window; moving it by a week shifts them by seven days", () => {
    const instants = fc.date({ min: new Date("2024-01-01"), max: new Date("2030-12-31"), noInvalidDate: true });
    fc.assert(
      fc.property(instants, fc.constantFrom("24h" as const, "7d" as const, "30d" as const), (now, period) => {
        const noon = new Date(`${dayOf(now)}T12:00:00Z`);
        const here = resolveWindows({ period, now: noon });
        expect({ ...resolveWindows({ period, now }), lateDataPossible: false }).toEqual(here);
        const later = resolveWindows({ period, now: new Date(noon.getTime() + 7 * 86_400_000) });
        expect(daysBetween(here.total.from, later.total.from)).toBe(7);
        expect(daysBetween(here.previous?.from ?? "", later.previous?.from ?? "")).toBe(7);
      }),
    );
  });
});
