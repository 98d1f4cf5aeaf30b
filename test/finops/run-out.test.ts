import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runOut } from "../../src/finops/run-out.ts";
import { prepareSeries } from "../../src/finops/series.ts";
import { type SpendWindow, simulateSpend, totalQuantile } from "../../src/finops/spend-paths.ts";
import { fromMonday, repeat, WEEK } from "./constructed-series.ts";

const WOBBLE = [0, 0.06, -0.05, 0.03, -0.04, 0.02];
const SIX_WEEKS = Array.from({ length: 42 }, (_, i) => (WEEK[i % 7] ?? 0) * (1 + (WOBBLE[i % 6] ?? 0)));

function pathsOf(y: readonly (number | null)[], dow: readonly number[], window: Partial<SpendWindow>) {
  const paths = simulateSpend(prepareSeries(y, dow), {
    spentBeforeTodayUsd: 0,
    todaySoFarUsd: 0,
    horizonDays: 30,
    seed: 1,
    ...window,
  });
  if (paths === null) throw new Error("history is long enough");
  return paths;
}

describe("run-out", () => {
  const november = pathsOf(SIX_WEEKS, fromMonday(42), {
    spentBeforeTodayUsd: 1111.08,
    todaySoFarUsd: 40,
    horizonDays: 15,
  });

  // Day 0 is 2026-11-16.
  it.each([
    [2250, 0.71, 13, 14, null],
    [2000, 0.99, 9, 10, 11],
    [2400, 0.04, null, null, null],
  ])("RO-1 a budget of %d: probability %d", (budget, probability, p10Day, p50Day, p90Day) => {
    const answer = runOut(november, budget);
    expect(answer.probability).toBeCloseTo(probability, 2);
    expect(answer).toMatchObject({ isOver: false, p10Day, p50Day, p90Day });
  });

  it("RO-1 period end", () => {
    expect(totalQuantile(november, 0.1)).toBeCloseTo(2207.66, 2);
    expect(totalQuantile(november, 0.5)).toBeCloseTo(2286.14, 2);
    expect(totalQuantile(november, 0.9)).toBeCloseTo(2369.95, 2);
  });

  // 49 days from Friday 2026-10-02; day 0 is 2026-11-20.
  const steady = pathsOf(
    repeat(49, 20),
    repeat(49, 0).map((_, i) => (i + 5) % 7),
    { spentBeforeTodayUsd: 380, todaySoFarUsd: 11, horizonDays: 11 },
  );

  it("WB-1 run-out, alert line and period end of a steady workspace", () => {
    expect(runOut(steady, 500)).toEqual({ probability: 0.99, isOver: false, p10Day: 5, p50Day: 5, p90Day: 6 });
    expect(runOut(steady, 450).p50Day).toBe(3);
    expect(runOut(steady, 600).probability).toBeCloseTo(0.52, 2);
    expect(runOut(steady, 610).probability).toBeCloseTo(0.1, 2);
    const landing = [0.1, 0.5, 0.9].map((p) => totalQuantile(steady, p));
    expect(landing[0]).toBeCloseTo(590.29, 2);
    expect(landing[1]).toBeCloseTo(600.28, 2);
    expect(landing[2]).toBeCloseTo(610.01, 2);
  });

  it("a line that is passed is certain", () => {
    expect(runOut(steady, 391)).toMatchObject({ probability: 1, isOver: true, p10Day: 0 });
    expect(runOut(steady, 391.01)).toMatchObject({ isOver: false });
  });

  it("tells no probability under seven known days", () => {
    const window = { spentBeforeTodayUsd: 0, todaySoFarUsd: 0, horizonDays: 5, seed: 1 };
    expect(simulateSpend(prepareSeries(repeat(6, 20), fromMonday(6)), window)).toBeNull();
    expect(simulateSpend(prepareSeries([...repeat(6, 20), null, null], fromMonday(8)), window)).toBeNull();
    expect(simulateSpend(prepareSeries(repeat(7, 20), fromMonday(7)), window)).not.toBeNull();
  });

  it("a history of zeros lands on what is spent", () => {
    const paths = pathsOf(repeat(28, 0), fromMonday(28), { spentBeforeTodayUsd: 3, todaySoFarUsd: 2 });
    expect([paths.totals.at(0), paths.totals.at(-1)]).toEqual([5, 5]);
    expect(runOut(paths, 10)).toMatchObject({ probability: 0.01, p10Day: null });
  });

  it("the last day counts up to the reset only", () => {
    const day = (lastDayFraction: number) =>
      totalQuantile(pathsOf(repeat(28, 20), fromMonday(28), { horizonDays: 2, lastDayFraction }), 0.5);
    expect(day(1) - day(0.5)).toBeCloseTo(10, 0);
  });

  const scenario = fc.record({
    y: fc.array(fc.double({ min: 1, max: 300, noNaN: true }), { minLength: 7, maxLength: 45 }),
    spent: fc.double({ min: 0, max: 3000, noNaN: true }),
    today: fc.double({ min: 0, max: 100, noNaN: true }),
    budget: fc.double({ min: 1, max: 6000, noNaN: true }),
    horizonDays: fc.integer({ min: 1, max: 31 }),
    more: fc.double({ min: 0, max: 500, noNaN: true }),
  });
  const orInfinity = (day: number | null) => day ?? Number.POSITIVE_INFINITY;

  it("is the same twice, ordered, and does not fall when spend rises or the budget shrinks", () => {
    fc.assert(
      fc.property(scenario, ({ y, spent, today, budget, horizonDays, more }) => {
        const ask = (extra: { spent?: number; today?: number }, line: number) => {
          const window = {
            spentBeforeTodayUsd: spent + (extra.spent ?? 0),
            todaySoFarUsd: today + (extra.today ?? 0),
            horizonDays,
          };
          return runOut(pathsOf(y, fromMonday(y.length), window), line);
        };
        const answer = ask({}, budget);
        expect(ask({}, budget)).toEqual(answer);
        expect(orInfinity(answer.p10Day)).toBeLessThanOrEqual(orInfinity(answer.p50Day));
        expect(orInfinity(answer.p50Day)).toBeLessThanOrEqual(orInfinity(answer.p90Day));
        expect(ask({ spent: more }, budget).probability).toBeGreaterThanOrEqual(answer.probability);
        expect(ask({ today: more }, budget).probability).toBeGreaterThanOrEqual(answer.probability);
        expect(ask({}, budget + more).probability).toBeLessThanOrEqual(answer.probability);
      }),
      { seed: 1, numRuns: 25 },
    );
  });

  it("amounts and budget 100 times as large give the same probability and days", () => {
    fc.assert(
      fc.property(scenario, ({ y, spent, today, budget, horizonDays }) => {
        const ask = (factor: number) =>
          runOut(
            pathsOf(
              y.map((usd) => usd * factor),
              fromMonday(y.length),
              { spentBeforeTodayUsd: spent * factor, todaySoFarUsd: today * factor, horizonDays },
            ),
            budget * factor,
          );
        expect(ask(100)).toEqual(ask(1));
      }),
      { seed: 1, numRuns: 25 },
    );
  });
});
