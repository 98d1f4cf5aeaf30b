import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { trend } from "../../src/finops/trend.ts";

const TWO_WEEKS = [100, 104, 98, 102, 96, 20, 22, 110, 114, 108, 112, 106, 22, 24];

describe("trend", () => {
  it.each([
    { id: "TR-1 a flat week", points: [20, 21, 19, 20, 20, 21], direction: "flat", pct: 0 },
    { id: "TR-2 up and down", points: [10, 50, 90, 10, 80, 12], direction: "mixed", s: 2 },
    { id: "TR-3 three points", points: [0, 0, 5], direction: "too_short", pct: null },
    { id: "TR-3 one day of spend", points: [0, 0, 0, 0, 0, 5], direction: "sparse", pct: null },
    { id: "TR-4 rising", points: [18.42, 22.15, 6.3, 24.87, 27.91, 30.02], direction: "up", pct: 49.3, s: 11, z: 1.88 },
    { id: "TR-5 Monday to Saturday", points: [100, 104, 98, 102, 96, 20], direction: "mixed", z: 1.5 },
    { id: "TR-6 against the same weekdays", points: TWO_WEEKS, direction: "up", pct: 9.3 },
  ])("$id", ({ points, direction, pct, s, z }) => {
    const result = trend(points);
    expect(result.direction).toBe(direction);
    expect(result.n).toBe(points.length);
    if (pct === null) expect(result.changePct).toBeNull();
    else if (pct !== undefined) expect(result.changePct).toBeCloseTo(pct, 1);
    if (s !== undefined) expect(result.s).toBe(s);
    if (z !== undefined) expect(result.z).toBeCloseTo(z, 2);
  });

  it("falls when the two weeks change places", () => {
    expect(trend([...TWO_WEEKS.slice(7), ...TWO_WEEKS.slice(0, 7)])).toMatchObject({
      direction: "down",
      method: "same_weekdays",
    });
  });

  it("falls by slope", () => {
    expect(trend([30, 28, 24, 22, 19, 15])).toMatchObject({ direction: "down", method: "slope" });
  });

  it("an unknown day keeps its place in the calendar", () => {
    expect(trend([10, 12, null, 16, 18, 20])).toMatchObject({ n: 5, direction: "up" });
    expect(trend([10, 12, null, 16, 18, 20]).changePct).toBeCloseTo((100 * 10) / 16, 9);
  });

  it("falls back to the slope when gaps leave too few pairs of weekdays", () => {
    const points = [...TWO_WEEKS.slice(0, 7), ...TWO_WEEKS.slice(0, 7), 1, 2, null, null, null, 3, 4];
    expect(trend(points).method).toBe("slope");
  });

  it("no percentage on a base of zero", () => {
    expect(trend(Array(14).fill(0))).toMatchObject({ direction: "flat", changePct: null });
    expect(trend([...Array(7).fill(0), ...Array(7).fill(5)])).toMatchObject({ direction: "up", changePct: null });
  });

  it("is the same for amounts 100 times as large, and never NaN", () => {
    const point = fc.option(fc.double({ min: 1, max: 1000, noNaN: true }), { freq: 8 });
    fc.assert(
      fc.property(fc.array(point, { maxLength: 30 }), (points) => {
        const small = trend(points);
        const large = trend(points.map((value) => (value === null ? null : value * 100)));
        expect(large.direction).toBe(small.direction);
        expect(large.changePct ?? 0).toBeCloseTo(small.changePct ?? 0, 6);
        expect(small.changePct === null || Number.isFinite(small.changePct)).toBe(true);
      }),
      { seed: 1 },
    );
  });
});
