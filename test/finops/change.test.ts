import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Change, changeBetween, changeText } from "../../src/finops/change.ts";

describe("change", () => {
  it.each<[string, number | null, number | null, Change]>([
    ["GR-7 up", 0.03, 0.01, { pct: 200, word: "up" }],
    ["GR-7 new", 5, 0, { pct: null, word: "new" }],
    ["GR-7 stopped", 0, 9000, { pct: -100, word: "stopped" }],
    ["GR-7 previous call failed", 5, null, { pct: null, word: "unknown" }],
    ["GR-8 previous window failed", 5, null, { pct: null, word: "unknown" }],
    ["GR-8 current window failed", null, 5, { pct: null, word: "unknown" }],
    ["both zero", 0, 0, { pct: null, word: "none" }],
    ["down", 26_000, 35_000, { pct: -25.7, word: "down" }],
    ["too little to print", 100.01, 100, { pct: 0, word: "unchanged" }],
    ["negative base, more", 5, -5, { pct: null, word: "up" }],
    ["negative base, less", -9, -5, { pct: null, word: "down" }],
    ["negative base, same", -5, -5, { pct: null, word: "unchanged" }],
    ["credit after nothing", -5, 0, { pct: null, word: "down" }],
    ["credit after spend", -5, 10, { pct: -150, word: "down" }],
  ])("%s", (_, current, previous, expected) => expect(changeBetween(current, previous)).toEqual(expected));

  it.each([
    [change(12, 1), "12 times as much"],
    [change(10.99, 1), "up 999.0%"],
    [change(11, 1), "11 times as much"],
    [change(19_000, 10_000), "up 90.0%"],
    [change(26, 35), "down 25.7%"],
    [change(0, 5), "stopped"],
    [change(5, 0), "new"],
    [change(5, 5), "unchanged"],
    [change(0, 0), "nothing in either window"],
    [change(null, 0), "change unknown"],
    [change(5, -5), "up"],
  ])("%j reads %s", (value, text) => expect(changeText(value)).toBe(text));

  it("is finite or absent, and absent on a base of zero or less", () => {
    const amounts = fc.option(fc.integer({ min: -1_000_000, max: 1_000_000_000 }), { nil: null });
    fc.assert(
      fc.property(amounts, amounts, (current, previous) => {
        const { pct } = changeBetween(current, previous);
        if (pct !== null) expect(Number.isFinite(pct)).toBe(true);
        if (previous === null || previous <= 0) expect(pct).toBeNull();
      }),
    );
  });
});

function change(current: number | null, previous: number | null): Change {
  return changeBetween(current, previous);
}
