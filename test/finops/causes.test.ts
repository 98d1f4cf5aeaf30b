import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Dimension, type Element, expectedParts, explainChange, UNATTRIBUTED } from "../../src/finops/causes.ts";

const element = (id: string, expectedUsd: number, actualUsd: number): Element => ({ id, actualUsd, expectedUsd });
const MODELS: Dimension = {
  name: "models",
  elements: [element("big", 60, 62), element("mid", 30, 68), element("mini", 10, 10), element("fresh", 0, 20)],
};
const DEPARTMENTS: Dimension = { name: "departments", elements: [element("Eng", 70, 112), element("Mkt", 30, 48)] };
const TOTAL = { expectedUsd: 100, actualUsd: 160 };

describe("explainChange", () => {
  it("CA-1 the models explain it, the departments grew alike", () => {
    const [first, second] = explainChange(TOTAL, [DEPARTMENTS, MODELS]);
    expect(first).toMatchObject({ dimension: "models", isComplete: true, isOffsetting: false });
    expect(first?.surprise).toBeCloseTo(0.0487, 4);
    expect(first?.drivers.map(({ id, deltaUsd }) => [id, deltaUsd])).toEqual([
      ["mid", 38],
      ["fresh", 20],
    ]);
    expect(first?.drivers.map(({ explained }) => Math.round(100 * (explained ?? 0)))).toEqual([63, 33]);
    expect(1 - (first?.other.explained ?? 0)).toBeCloseTo(0.9667, 4);
    expect(first?.other).toMatchObject({ count: 2, deltaUsd: 2 });
    expect(second).toMatchObject({ dimension: "departments", isComplete: true, surprise: 0 });
    expect(second?.drivers[0]?.explained).toBeCloseTo(0.7, 9);
  });

  it("CA-2 changes that offset each other are movers, not explanations", () => {
    const total = { expectedUsd: 250, actualUsd: 255 };
    const elements = [element("x", 100, 190), element("y", 100, 5), element("z", 50, 60)];
    const [only] = explainChange(total, [{ name: "agents", elements }]);
    expect(only).toMatchObject({ isOffsetting: true, isComplete: false });
    expect(only?.drivers.map(({ id, deltaUsd, explained }) => [id, deltaUsd, explained])).toEqual([
      ["y", -95, null],
      ["x", 90, null],
      ["z", 10, null],
    ]);
  });

  it("says nothing about a change under a cent", () => {
    expect(explainChange({ expectedUsd: 100, actualUsd: 100.009 }, [MODELS])).toEqual([]);
  });

  it("money no element accounts for is an element of its own", () => {
    const [only] = explainChange({ expectedUsd: 100, actualUsd: 200 }, [
      { name: "agents", elements: [element("a", 95, 105)] },
    ]);
    expect(only?.drivers.map(({ id, deltaUsd }) => [id, deltaUsd])).toEqual([[UNATTRIBUTED, 90]]);
  });

  it("everything is new, or everything is gone", () => {
    const up = explainChange({ expectedUsd: 0, actualUsd: 50 }, [{ name: "m", elements: [element("a", 0, 50)] }]);
    const down = explainChange({ expectedUsd: 50, actualUsd: 0 }, [{ name: "m", elements: [element("a", 50, 0)] }]);
    for (const [only] of [up, down]) {
      expect(only).toMatchObject({ isComplete: true, drivers: [{ id: "a", explained: 1 }] });
      expect(Number.isFinite(only?.surprise)).toBe(true);
    }
  });

  it("splits an episode's expected spend as the days before it were", () => {
    const parts = expectedParts(40, [
      { id: "a", costUsd: 30 },
      { id: "b", costUsd: 10 },
    ]);
    expect([...parts]).toEqual([
      ["a", 30],
      ["b", 10],
    ]);
    expect([...expectedParts(40, [{ id: "a", costUsd: 0 }])]).toEqual([["a", 0]]);
  });

  const cents = fc.integer({ min: 0, max: 100_000 }).map((n) => n / 100);
  const elements = fc.uniqueArray(
    fc.record({ id: fc.string({ minLength: 1, maxLength: 3 }), expectedUsd: cents, actualUsd: cents }),
    { minLength: 1, maxLength: 8, selector: ({ id }) => id },
  );
  const totalOf = (list: readonly Element[]) => ({
    actualUsd: list.reduce((sum, { actualUsd }) => sum + actualUsd, 0),
    expectedUsd: list.reduce((sum, { expectedUsd }) => sum + expectedUsd, 0),
  });

  it("explained parts sum to 1, deltas to the change, surprise is not negative", () => {
    fc.assert(
      fc.property(elements, cents, (list, extra) => {
        const total = totalOf(list);
        total.actualUsd += extra;
        const change = total.actualUsd - total.expectedUsd;
        for (const { drivers, other, surprise, isOffsetting } of explainChange(total, [
          { name: "m", elements: list },
        ])) {
          const deltas = drivers.reduce((sum, { deltaUsd }) => sum + deltaUsd, other.deltaUsd);
          expect(deltas).toBeCloseTo(change, 6);
          expect(surprise).toBeGreaterThanOrEqual(0);
          if (isOffsetting) continue;
          const explained = drivers.reduce((sum, driver) => sum + (driver.explained ?? 0), other.explained ?? 0);
          expect(explained).toBeCloseTo(1, 6);
          expect(other.deltaUsd / change).toBeCloseTo(other.explained ?? 0, 6);
        }
      }),
      { seed: 1 },
    );
  });

  it("the order of rows and dimensions, and elements of zero, change nothing", () => {
    fc.assert(
      fc.property(elements, (list) => {
        const total = totalOf([...list, ...MODELS.elements]);
        const one = explainChange(total, [{ name: "m", elements: list }, MODELS]);
        const two = explainChange(total, [MODELS, { name: "m", elements: [...list, element("____", 0, 0)].reverse() }]);
        const summary = (all: typeof one) =>
          all.map(({ dimension, drivers }) => [dimension, drivers.map(({ id }) => id)]);
        expect(summary(two)).toEqual(summary(one));
      }),
      { seed: 1 },
    );
  });
});
