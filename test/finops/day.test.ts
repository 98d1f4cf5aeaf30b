import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  addDays,
  addMonths,
  dayOf,
  daysBetween,
  eachDay,
  earlier,
  isDay,
  isWeekend,
  startOf,
  weekday,
} from "../../src/finops/day.ts";

describe("day", () => {
  it.each([
    ["2026-11-20T00:00:00.000Z", "2026-11-20"],
    ["2026-11-20T23:59:59.999Z", "2026-11-20"],
    ["2026-03-08T07:30:00.000Z", "2026-03-08"],
  ])("%s is on %s", (instant, day) => expect(dayOf(new Date(instant))).toBe(day));

  it.each([
    ["2026-02-28", true],
    ["2028-02-29", true],
    ["2026-02-29", false],
    ["2026-13-01", false],
    ["2026-1-01", false],
    ["2026-11-20T00:00:00Z", false],
    ["", false],
  ])("isDay(%j) is %s", (text, expected) => expect(isDay(text)).toBe(expected));

  it.each([
    ["2026-01-31", 1, "2026-02-28"],
    ["2026-03-31", -1, "2026-02-28"],
    ["2028-01-31", 1, "2028-02-29"],
    ["2026-12-15", 1, "2027-01-15"],
    ["2026-01-15", -1, "2025-12-15"],
  ])("%s and %d months is %s", (day, n, expected) => expect(addMonths(day, n)).toBe(expected));

  it("refuses what is not a date", () => {
    expect(() => startOf("2026-02-30")).toThrow(RangeError);
    expect(() => addDays("tomorrow", 1)).toThrow(RangeError);
  });

  it("knows weekdays and order", () => {
    expect([weekday("2026-11-16"), weekday("2026-11-22")]).toEqual([1, 0]);
    expect(eachDay("2026-11-20", "2026-11-23").map(isWeekend)).toEqual([false, true, true, false]);
    expect(eachDay("2026-11-20", "2026-11-19")).toEqual([]);
    expect(earlier("2026-11-20", "2026-11-19")).toBe("2026-11-19");
    expect(earlier("2026-11-18", "2026-11-19")).toBe("2026-11-18");
  });

  it("addDays and daysBetween undo each other, also over clock changes", () => {
    const instants = fc.date({ min: new Date("2020-01-01"), max: new Date("2030-12-31"), noInvalidDate: true });
    fc.assert(
      fc.property(instants, fc.integer({ min: -800, max: 800 }), (instant, n) => {
        const day = dayOf(instant);
        expect(daysBetween(day, addDays(day, n))).toBe(n);
        expect(weekday(addDays(day, 7 * n))).toBe(weekday(day));
      }),
    );
  });
});
