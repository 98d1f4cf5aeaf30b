import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { largestRemainder, pctShares, roundHalfAway, roundTo } from "../../src/finops/rounding.ts";

describe("rounding", () => {
  it.each([
    [2.5, 3],
    [-2.5, -3],
    [0.4, 0],
    [-0.4, 0],
  ])("roundHalfAway(%d) is %d", (value, expected) => expect(roundHalfAway(value)).toBe(expected));

  it.each([
    [1.005, 2, 1.01],
    [-1.005, 2, -1.01],
    [0.037874899, 6, 0.037875],
    [1e-7, 6, 0],
    [1234567.891, 1, 1234567.9],
    [1e21, 2, 1e21],
  ])("roundTo(%d, %d) is %d", (value, digits, expected) => expect(roundTo(value, digits)).toBe(expected));

  it("refuses to round what is not a number", () => expect(() => roundTo(Number.NaN, 2)).toThrow(RangeError));

  it("GR-2 parts of a rounded table add up", () => {
    expect(largestRemainder([10 / 3, 10 / 3, 10 / 3], 0.01)).toEqual([3.34, 3.33, 3.33]);
    expect(pctShares([102.96, 53.04, 2], 158)).toEqual([65.1, 33.6, 1.3]);
  });

  it("takes no share of an empty or negative total", () => {
    expect(pctShares([1, 2], 0)).toEqual([null, null]);
    expect(pctShares([1, -2], -1)).toEqual([null, null]);
  });

  it("keeps the sum of the parts, and every part within one unit", () => {
    const parts = fc.array(fc.integer({ min: -1_000_000, max: 1_000_000_000 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(parts, fc.constantFrom(0.01, 0.1, 1, 5), (thousandths, unit) => {
        const values = thousandths.map((value) => value / 1000);
        const rounded = largestRemainder(values, unit);
        const inUnits = rounded.map((value) => Math.round(value / unit));
        const total = roundHalfAway(values.reduce((a, b) => a + b, 0) / unit);
        // Float noise of the sum may decide an exact half either way.
        expect(Math.abs(inUnits.reduce((a, b) => a + b, 0) - total)).toBeLessThanOrEqual(1);
        rounded.forEach((value, i) => {
          expect(Math.abs(value - (values[i] ?? 0))).toBeLessThanOrEqual(unit * (1 + 1e-6));
        });
      }),
    );
  });

  it("splits whole micro-USD exactly", () => {
    const weights = fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(weights, fc.integer({ min: 0, max: 1_000_000_000 }), (raw, total) => {
        const sum = raw.reduce((a, b) => a + b, 0);
        fc.pre(sum > 0);
        const parts = largestRemainder(
          raw.map((weight) => (total * weight) / sum),
          1,
        );
        expect(parts.reduce((a, b) => a + b, 0)).toBe(total);
      }),
    );
  });
});
