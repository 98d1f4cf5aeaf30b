import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { logOffset } from "../../src/finops/offset.ts";
import { madAroundZero, mean, median, quantile, removeSorted, sorted } from "../../src/finops/quantile.ts";

describe("quantile", () => {
  it.each([
    [[1, 2, 3, 4], 0.5, 2.5],
    [[4, 1, 3, 2], 0.1, 1.3],
    [[7], 0.9, 7],
    [[3, 1, 2], 1, 3],
    [[3, 1, 2], 0, 1],
  ])("of %j at %d is %d", (values, p, expected) => {
    expect(quantile(values, p)).toBeCloseTo(expected, 12);
  });

  it("sorts like Array.sort, short or long, without touching its argument", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true }), { maxLength: 90 }), (values) => {
        const before = [...values];
        expect(sorted(values).map((v) => v + 0)).toEqual([...values].sort((a, b) => a - b).map((v) => v + 0));
        expect(values).toEqual(before);
      }),
      { seed: 1 },
    );
  });

  it("refuses what has no answer", () => {
    expect(() => median([])).toThrow(RangeError);
    expect(() => mean([])).toThrow(RangeError);
    expect(() => removeSorted([1, 2], 3)).toThrow(RangeError);
  });

  it("median absolute deviation with small-sample factors", () => {
    expect(madAroundZero([5])).toBe(0);
    expect(madAroundZero([1, -3])).toBeCloseTo(1.4826 * 1.196 * 2, 12);
    expect(madAroundZero(Array(20).fill(-1))).toBeCloseTo((1.4826 * 20) / 19.2, 12);
  });

  it("offset: 5 % of the median positive day, at least a cent", () => {
    expect(logOffset([0, null, 10, 30])).toBe(1);
    expect(logOffset([0.01, -5])).toBe(0.01);
    expect(logOffset([0, null])).toBe(0.05);
  });
});
