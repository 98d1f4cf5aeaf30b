import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { detect } from "../../src/finops/anomaly.ts";
import { addDays, eachDay, weekday } from "../../src/finops/day.ts";
import { prepareSeries } from "../../src/finops/series.ts";
import { fromMonday, pattern, repeat, WEEK } from "./constructed-series.ts";

function hitsOf(y: readonly (number | null)[], gateFloorUsd: number | null = 5) {
  return detect(y, fromMonday(y.length), { gateFloorUsd }).hits;
}

const amounts = (maxLength: number) =>
  fc.array(fc.option(fc.double({ min: 0, max: 1000, noNaN: true }), { freq: 8 }), { minLength: 1, maxLength });

describe("detect", () => {
  it("DX-3 one spike on a Wednesday of a business week", () => {
    const hits = hitsOf(pattern(WEEK, 24, { 23: 320 }));
    expect(hits).toHaveLength(1);
    expect(hits[0]).toMatchObject({
      position: 23,
      direction: "up",
      kind: "spike",
      profile: "weekend",
      historyDays: 23,
    });
    expect(hits[0]?.expectedUsd).toBeCloseTo(98, 2);
    expect(hits[0]?.lowUsd).toBeCloseTo(85.22, 2);
    expect(hits[0]?.highUsd).toBeCloseTo(112.6, 2);
    expect(hits[0]?.z).toBeCloseTo(11.11, 2);
    expect(hits[0]?.impactUsd).toBeCloseTo(222, 2);
    expect(100 * (hits[0]?.relative ?? 0)).toBeCloseTo(226.5, 1);
  });

  it("DX-4 the same week without the event: none on any day", () => {
    expect(hitsOf(pattern(WEEK, 24))).toEqual([]);
  });

  it.each([
    ["28 x 20", repeat(28, 20)],
    ["all zero x 28", repeat(28, 0)],
    ["19/20/21 repeating", pattern([19, 20, 21], 28)],
    ["growth of 2 % a day x 60", Array.from({ length: 60 }, (_, i) => 20 * 1.02 ** i)],
    ["growth of 5 % a day x 60", Array.from({ length: 60 }, (_, i) => 20 * 1.05 ** i)],
    ["19/20/21 repeating, last 29.9", pattern([19, 20, 21], 28, { 27: 29.9 })],
    ["100 Monday to Friday, 0 at weekends", pattern([100, 100, 100, 100, 100, 0, 0], 42)],
    ["6 x 20 then 200", [...repeat(6, 20), 200]],
    ["27 x 0.20 then 2.00, floor of 5 USD", [...repeat(27, 0.2), 2]],
    ["28 x 20 with a credit of -10 on day 15", pattern([20], 28, { 15: -10 })],
    ["28 x 20 with an unknown day", pattern([20], 28, { 15: null })],
  ])("%s: none", (_, y) => {
    expect(hitsOf(y)).toEqual([]);
  });

  it.each([
    { name: "28 x 20, last 60", y: [...repeat(27, 20), 60], day: 27, z: 10.3, usd: [20, 17.39, 22.98, 40] },
    { name: "19/20/21 repeating, last 31", y: pattern([19, 20, 21], 28, { 27: 31 }), day: 27, z: 4.07 },
    {
      name: "a Saturday of 100 in weeks with empty weekends",
      y: pattern([100, 100, 100, 100, 100, 0, 0], 42, { 40: 100 }),
      day: 40,
      usd: [0.65],
    },
    { name: "a Saturday of 90 in a business week", y: pattern(WEEK, 28, { 26: 90 }), day: 26, z: 11.81, usd: [23.04] },
    { name: "7 x 20 then 200", y: [...repeat(7, 20), 200], day: 7, z: 21.13 },
  ])("$name: spike", ({ y, day, z, usd = [] }) => {
    const hits = hitsOf(y);
    expect(hits.map((hit) => hit.position)).toEqual([day]);
    const [hit] = hits;
    if (z !== undefined) expect(hit?.z).toBeCloseTo(z, 2);
    const measured = [hit?.expectedUsd, hit?.lowUsd, hit?.highUsd, hit?.impactUsd];
    for (const [i, expected] of usd.entries()) expect(measured[i]).toBeCloseTo(expected, 2);
  });

  it("27 x 0.20 then 2.00 is a spike with a floor of 1 USD", () => {
    expect(hitsOf([...repeat(27, 0.2), 2], 1).map((hit) => hit.position)).toEqual([27]);
  });

  it("gives no verdict for a credit and keeps it out of the history", () => {
    const detection = detect(pattern([20], 28, { 15: -10 }), fromMonday(28));
    expect(detection.judgedPositions.has(15)).toBe(false);
    expect(detection.judgedPositions.size).toBe(20);
    expect(detection.unknownExpectedUsd.get(15)).toBeCloseTo(20, 9);
  });

  it.each(["2026-03-08", "2026-03-29", "2026-10-25", "2026-11-01"])(
    "dates over the clock change of %s are like any other",
    (day) => {
      const first = addDays(day, -20 - ((weekday(addDays(day, -20)) + 6) % 7));
      const days = eachDay(first, addDays(first, 27));
      const y = pattern(WEEK, 28, { 26: 90 });
      expect(days).toHaveLength(28);
      expect(detect(y, days.map(weekday), { gateFloorUsd: 5 }).hits).toEqual(hitsOf(y));
    },
  );

  it("is causal: later days never change a verdict", () => {
    fc.assert(
      fc.property(amounts(50), fc.nat(50), (y, cut) => {
        const earlier = hitsOf(y.slice(0, cut));
        expect(hitsOf(y).slice(0, earlier.length)).toEqual(earlier);
        expect(hitsOf(y).filter((hit) => hit.position < cut)).toEqual(earlier);
      }),
      { seed: 1, numRuns: 60 },
    );
  });

  it("never lowers z when the last day is higher", () => {
    const amount = fc.double({ min: 0, max: 1000, noNaN: true });
    const z = (history: readonly number[], last: number) =>
      detect([...history, last], fromMonday(history.length + 1), {
        zUp: 0,
        zDown: 0,
        minRelative: 0,
        start: history.length,
      }).hits[0]?.z;
    fc.assert(
      fc.property(fc.array(amount, { minLength: 7, maxLength: 30 }), amount, amount, (history, a, b) => {
        const low = z(history, Math.min(a, b));
        const high = z(history, Math.max(a, b));
        expect(low).toBeDefined();
        expect(high).toBeGreaterThanOrEqual(low ?? Number.POSITIVE_INFINITY);
      }),
      { seed: 1 },
    );
  });

  it("calls the same days at the same z when every amount is 100 times as large", () => {
    const amount = fc.double({ min: 1, max: 1000, noNaN: true });
    fc.assert(
      fc.property(fc.array(amount, { minLength: 8, maxLength: 60 }), (y) => {
        const small = hitsOf(y, null);
        const large = hitsOf(
          y.map((usd) => usd * 100),
          null,
        );
        expect(large.map((hit) => hit.position)).toEqual(small.map((hit) => hit.position));
        for (const [i, hit] of large.entries()) expect(hit.z).toBeCloseTo(small[i]?.z ?? Number.NaN, 6);
      }),
      { seed: 1 },
    );
  });

  it("gives finite figures and ordered ranges for any series", () => {
    fc.assert(
      fc.property(amounts(60), (y) => {
        for (const hit of hitsOf(y, null)) {
          for (const figure of [hit.z, hit.impactUsd, hit.relative ?? 0]) expect(Number.isFinite(figure)).toBe(true);
          expect(hit.lowUsd).toBeGreaterThanOrEqual(0);
          expect(hit.lowUsd).toBeLessThanOrEqual(hit.expectedUsd);
          expect(hit.highUsd).toBeGreaterThanOrEqual(hit.expectedUsd);
        }
      }),
      { seed: 1 },
    );
  });

  it("answers alike from shared and from fresh expectations", () => {
    const y = pattern(WEEK, 60, { 23: 320, 40: 300, 41: 310, 55: 2 });
    const series = prepareSeries(y, fromMonday(60));
    series.history();
    expect(series.detect({ gateFloorUsd: 5 })).toEqual(detect(y, fromMonday(60), { gateFloorUsd: 5 }));
    expect(series.detect({ zDown: 3, minRelative: 0.1 })).toEqual(
      detect(y, fromMonday(60), { zDown: 3, minRelative: 0.1 }),
    );
  });
});
