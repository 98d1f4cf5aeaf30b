import { at } from "./at.ts";
import { forecast, MIN_PROBABILITY_DAYS } from "./forecast.ts";
import { errorModel } from "./interval.ts";
import { quantileOfSorted, sorted } from "./quantile.ts";
import { mulberry32, standardNormal } from "./random.ts";
import type { Series } from "./series.ts";

/** Where a budget window stands. Amounts in USD. */
export interface SpendWindow {
  /** spend of the window's days before today */
  readonly spentBeforeTodayUsd: number;
  readonly todaySoFarUsd: number;
  /** UTC days from today to the last day before the reset, at least 1 */
  readonly horizonDays: number;
  /** part of the last day that lies before the reset, in (0, 1]. @default 1 */
  readonly lastDayFraction?: number;
  /** see `seedOf` */
  readonly seed: number;
}

/** 1,000 simulated ways the window may go on. */
export interface SpendPaths {
  readonly window: SpendWindow;
  /** cumulative USD of path `path` at the end of day `day` (0 = today) */
  cumulative(path: number, day: number): number;
  readonly count: number;
  /** window totals in ascending order, USD */
  readonly totals: readonly number[];
}

const PATHS = 1000;
const DEFAULT_ERRORS: readonly number[] = [-1.2816, -0.8416, -0.5244, -0.2533, 0, 0.2533, 0.5244, 0.8416, 1.2816].map(
  (z) => 0.25 * z,
);

/**
 * Simulate the rest of a budget window: forecast days times one shared level error and, per day, an error drawn from
 * those the forecast has made before (residual bootstrap, after Efron 1979). Same series, window and seed: same paths.
 * Null under seven known days, where no probability can be told.
 */
export function simulateSpend(series: Series, window: SpendWindow): SpendPaths | null {
  const history = series.history();
  const { spentBeforeTodayUsd, todaySoFarUsd, horizonDays: days, lastDayFraction = 1, seed } = window;
  const point = forecast(series, days);
  if (history === null || point === null || point.historyDays < MIN_PROBABILITY_DAYS) return null;

  const expected = point.days.map((usd, k) => (k === days - 1 ? usd * lastDayFraction : usd));
  const { totalSigma, dailyErrors, offset } = errorModel(history, days);
  const pool = errorPool(dailyErrors);
  const poolVariance = pool.reduce((sum, error) => sum + error * error, 0) / pool.length;
  const levelSigma = Math.sqrt(Math.max(totalSigma ** 2 - poolVariance / days, (totalSigma / 2) ** 2));

  const random = mulberry32(seed);
  const sums: number[] = [];
  for (let path = 0; path < PATHS; path++) {
    const level = levelSigma * standardNormal(random);
    let sum = spentBeforeTodayUsd;
    for (let k = 0; k < days; k++) {
      const error = level + at(pool, Math.floor(random() * pool.length));
      const usd = point.isAllZero ? 0 : Math.max(0, (at(expected, k) + offset) * Math.exp(error) - offset);
      sum += k === 0 ? Math.max(usd, todaySoFarUsd) : usd;
      sums.push(sum);
    }
  }
  const cumulative = (path: number, day: number) => at(sums, path * days + day);
  const totals = sorted(Array.from({ length: PATHS }, (_, path) => cumulative(path, days - 1)));
  return { window, cumulative, count: PATHS, totals };
}

/** Daily errors without the mean of their origin, which the level error stands for; a normal-shaped set if too few. */
function errorPool(dailyErrors: readonly (readonly number[])[]): readonly number[] {
  const pool = dailyErrors
    .filter((errors) => errors.length >= 2)
    .flatMap((errors) => {
      const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
      return errors.map((error) => error - mean);
    });
  return pool.length < 10 ? DEFAULT_ERRORS : pool;
}

/** Quantile of the window total over the paths, USD. */
export function totalQuantile(paths: SpendPaths, p: number): number {
  return quantileOfSorted(paths.totals, p);
}
