import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { blendWeights, forecast, forecastPrefix } from "../../src/finops/forecast.ts";
import { forecastRange } from "../../src/finops/interval.ts";
import { prepareSeries } from "../../src/finops/series.ts";
import { fromMonday, pattern, repeat, WEEK } from "./constructed-series.ts";

const seriesOf = (y: readonly (number | null)[]) => prepareSeries(y, fromMonday(y.length));
const rangeOf = (y: readonly (number | null)[], horizon = 7) => {
  const range = forecastRange(seriesOf(y), horizon);
  return [range?.forecast.totalUsd, range?.lowUsd, range?.highUsd];
};
const close = (measured: readonly (number | null | undefined)[], expected: readonly number[]) => {
  for (const [i, usd] of expected.entries()) expect(measured[i]).toBeCloseTo(usd, 2);
};
const amount = fc.option(fc.oneof(fc.constant(0), fc.double({ min: 0, max: 1000, noNaN: true })), { freq: 8 });

describe("forecast", () => {
  it("FC-1 28 x 20: 20.00 each day", () => {
    const days = forecast(seriesOf(repeat(28, 20)), 30)?.days ?? [];
    expect(days).toHaveLength(30);
    for (const usd of days) expect(usd).toBeCloseTo(20, 2);
  });

  it("FC-2 a spike that is over is not carried forward, but widens the range", () => {
    close(rangeOf(pattern(WEEK, 28)), [542, 524, 560.62]);
    close(rangeOf(pattern(WEEK, 28, { 23: 320 })), [542, 399.35, 735.61]);
    expect(forecast(seriesOf(pattern(WEEK, 28, { 23: 320 })), 7)?.leftOut).toEqual([23]);
  });

  it("FC-3 seven days of history: half weekday, half last week", () => {
    const result = forecast(seriesOf(WEEK), 7);
    expect(result?.days[0]).toBeCloseTo(88.71, 2);
    expect(result?.totalUsd).toBeCloseTo(542, 2);
    expect(result).toMatchObject({ historyDays: 7, isShortHistory: true });
  });

  it("FC-4 the level just moved: a wide range that says so", () => {
    close(rangeOf([...repeat(28, 20), ...repeat(7, 60)]), [316.99, 145.1, 692.5]);
    expect(forecast(seriesOf([...repeat(28, 20), ...repeat(7, 60)]), 7)).toMatchObject({
      levelShiftAt: 34,
      leftOut: [],
    });
    expect(forecast(seriesOf([...repeat(28, 20), ...repeat(30, 60)]), 7)?.levelShiftAt).toBeNull();
  });

  it("says nothing under three days and a plain mean under seven", () => {
    expect(forecast(seriesOf([10, 20]), 7)).toBeNull();
    expect(forecast(seriesOf([10, null, 20, null]), 7)).toBeNull();
    expect(forecast(seriesOf([null, null]), 7)).toBeNull();
    expect(forecast(seriesOf([10, 20, 30]), 2)).toMatchObject({ days: [20, 20], historyDays: 3, isShortHistory: true });
  });

  it("a history of zeros: 0 and no range", () => {
    expect(forecastRange(seriesOf(repeat(28, 0)), 7)).toMatchObject({
      forecast: { totalUsd: 0, isAllZero: true },
      lowUsd: null,
      highUsd: null,
    });
  });

  it("unknown days take what was expected of them; days before the first known one do not exist", () => {
    close(rangeOf(pattern([20], 28, { 0: null, 15: null, 16: null })), [140]);
    expect(Math.abs((rangeOf(pattern(WEEK, 28, { 15: null, 16: null }))[0] ?? 0) - 542)).toBeLessThan(3);
    const dow = fromMonday(28);
    const late = pattern(WEEK, 28).slice(3);
    expect(forecastRange(prepareSeries([null, null, null, ...late], dow), 7)).toEqual(
      forecastRange(prepareSeries(late, dow.slice(3)), 7),
    );
    expect(forecast(seriesOf([...repeat(20, 0).map(() => null), ...repeat(8, 20)]), 7)?.isShortHistory).toBe(true);
  });

  it("a credit does not lower the forecast", () => {
    close(rangeOf(pattern([20], 28, { 15: -10 })), [140, 135.35, 144.81]);
  });

  it("a run that still goes on is carried forward", () => {
    const usual = forecast(seriesOf(repeat(30, 20)), 7)?.totalUsd ?? 0;
    expect(forecast(seriesOf(pattern([20], 30, { 28: 60, 29: 60 })), 7)?.totalUsd).toBeGreaterThan(1.3 * usual);
    expect(forecast(seriesOf(pattern([20], 30, { 27: 60, 28: 60 })), 7)?.totalUsd).toBeCloseTo(usual, 1);
  });

  it("weights are not negative and sum to 1", () => {
    fc.assert(
      fc.property(fc.array(amount, { minLength: 14, maxLength: 50 }), fc.integer({ min: 1, max: 30 }), (y, horizon) => {
        const history = seriesOf([1, ...y]).history();
        if (history === null) throw new Error("the first day is known");
        const weights = blendWeights(history, history.spikeFree.length, horizon);
        expect(Math.min(...weights)).toBeGreaterThanOrEqual(0);
        expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 9);
      }),
      { seed: 1, numRuns: 50 },
    );
  });

  it("low <= point <= high, none negative, none NaN", () => {
    fc.assert(
      fc.property(fc.array(amount, { minLength: 3, maxLength: 60 }), fc.integer({ min: 1, max: 31 }), (y, horizon) => {
        const range = forecastRange(seriesOf(y), horizon);
        if (range === null) return;
        const { forecast: point, lowUsd, highUsd } = range;
        expect(Math.min(...point.days)).toBeGreaterThanOrEqual(0);
        expect(Number.isFinite(point.totalUsd)).toBe(true);
        if (lowUsd === null || highUsd === null) return;
        expect(lowUsd).toBeLessThanOrEqual(point.totalUsd);
        expect(highUsd).toBeGreaterThanOrEqual(point.totalUsd);
        expect(Number.isFinite(highUsd)).toBe(true);
      }),
      { seed: 1, numRuns: 60 },
    );
  });

  it("is 100 times as large when every amount is", () => {
    const y = pattern(WEEK, 40, { 20: 300, 33: 15 });
    const small = rangeOf(y, 21);
    const large = rangeOf(
      y.map((usd) => 100 * (usd ?? 0)),
      21,
    );
    close(
      large.map((usd) => (usd ?? 0) / 100),
      small.map((usd) => usd ?? 0),
    );
  });

  it("moving all dates by a week changes nothing", () => {
    const y = pattern(WEEK, 40, { 20: 300 });
    const dow = fromMonday(47);
    expect(forecast(prepareSeries(y, dow.slice(7)), 7)).toEqual(forecast(prepareSeries(y, dow.slice(0, 40)), 7));
  });

  it("answers alike whatever was asked before", () => {
    const y = pattern(WEEK, 45, { 30: 400 });
    const shared = seriesOf(y);
    for (const horizon of [30, 7, 1, 14]) forecastRange(shared, horizon);
    expect(forecastRange(shared, 7)).toEqual(forecastRange(seriesOf(y), 7));
  });

  it("forecasts a prefix from the prefix alone", () => {
    const y = pattern(WEEK, 45);
    const whole = seriesOf(y).history();
    const part = seriesOf(y.slice(0, 30)).history();
    if (whole === null || part === null) throw new Error("days are known");
    expect(forecastPrefix(whole, 30, 7)).toEqual(forecastPrefix(part, 30, 7));
  });
});
