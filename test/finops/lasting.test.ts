import { describe, expect, it } from "vitest";
import { keySlots } from "../../src/finops/key-slots.ts";
import { daysSince, lastingAt } from "../../src/finops/lasting.ts";

describe("how long an amount lasts", () => {
  it.each([
    [25, 198.08, 19.5, { perDayUsd: 10.16, days: 2.5 }],
    [500, 30, 30, { perDayUsd: 1, days: 500 }],
    [0.01, 0.05, 1, { perDayUsd: 0.05, days: 0.2 }],
    [25, 0, 30, null],
    [25, null, 30, null],
    [25, -3, 30, null],
    [25, 10, 0.9, null],
  ])("$%f at $%s in %f days", (amount, spent, days, expected) => {
    expect(lastingAt(amount, spent, days)).toEqual(expected);
  });
});

describe("days since", () => {
  const now = new Date("2026-11-20T12:00:00Z");
  it.each([
    [["2026-11-01"], 19.5],
    [["2026-11-01", "2026-11-19T12:00:00Z"], 1],
    [["2026-11-01", null], 19.5],
    [["soon", null], null],
    [[], null],
  ])("%j", (instants, days) => expect(daysSince(instants, now)).toBe(days));
});

describe("places for keys", () => {
  it.each([
    [
      { baseKeyLimit: 100, extraKeys: 45, usage: { virtualKeys: 115 } },
      { next: 116, limit: 145 },
    ],
    [
      { baseKeyLimit: 100, extraKeys: null, usage: { virtualKeys: 115 } },
      { next: 116, limit: null },
    ],
    [
      { baseKeyLimit: 100, extraKeys: 0, usage: null },
      { next: null, limit: 100 },
    ],
  ])("%j", (counts, expected) => expect(keySlots(counts)).toEqual(expected));
});
