import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expectedLog, fitBaseline, toUsdScale } from "../../src/finops/anomaly-baseline.ts";
import { fromMonday, pattern, WEEK } from "./constructed-series.ts";
import { plainBaseline } from "./plain-baseline.ts";

describe("baseline", () => {
  it("equals the plain algorithm on any history with gaps", () => {
    const day = fc.record({ usd: fc.double({ min: 0, max: 500, noNaN: true }), isKept: fc.boolean() });
    fc.assert(
      fc.property(fc.array(day, { minLength: 14, maxLength: 60 }), (days) => {
        const y = days.map(({ usd }) => usd);
        const dow = fromMonday(y.length);
        const positions = days.flatMap(({ isKept }, i) => (isKept || i < 7 ? [i] : []));
        const fast = fitBaseline(y, dow, positions);
        const plain = plainBaseline(y, dow, positions);
        expect(fast.profile).toBe(plain.profile);
        expect(fast.level).toBeCloseTo(plain.level, 12);
        expect(fast.sigma).toBeCloseTo(plain.sigma, 12);
        expect(fast.offset).toBe(plain.offset);
      }),
      { seed: 1 },
    );
  });

  it("earns a weekend profile from a business week, and none from a flat one", () => {
    const dow = fromMonday(28);
    const positions = dow.map((_, i) => i);
    expect(fitBaseline(pattern(WEEK, 28), dow, positions).profile).toBe("weekend");
    expect(fitBaseline(pattern([19, 20, 21], 28), dow, positions).profile).toBe("none");
  });

  it("earns a weekday profile when every weekday has its own amount", () => {
    const dow = fromMonday(42);
    const baseline = fitBaseline(
      pattern([20, 200, 60, 400, 30, 90, 10], 42),
      dow,
      dow.map((_, i) => i),
    );
    expect(baseline.profile).toBe("weekday");
    expect(toUsdScale(expectedLog(baseline, 4), baseline.offset)).toBeGreaterThan(300);
  });

  it("expects the level alone on a kind of day it has not seen", () => {
    const dow = [1, 2, 3, 4, 5, 1, 2, 3, 4, 5, 1, 2, 3, 4, 5];
    const baseline = fitBaseline(
      pattern([20], 15),
      dow,
      dow.map((_, i) => i),
    );
    expect(expectedLog({ ...baseline, profile: "weekend" }, 6)).toBe(baseline.level);
  });
});
