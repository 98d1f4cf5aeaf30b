import { toUsdScale } from "./anomaly-baseline.ts";
import { at } from "./at.ts";
import { logOffset } from "./offset.ts";
import { mean, median } from "./quantile.ts";
import { dampedSteps, dampedTrend, smoothedLevel } from "./smoothing.ts";

/** Forecast in USD of the day `k` days after the first forecast day (k = 0, 1, …). */
export type DayForecast = (k: number) => number;

/**
 * The four forecasts that are blended, fitted to a spike-free prefix of at least seven days: same weekday last week,
 * mean of the last four same weekdays, robust smoothing with a damped robust slope (in the manner of Theta,
 * Assimakopoulos and Nikolopoulos 2000), damped-trend exponential smoothing; the last two on logs without the weekly
 * pattern.
 *
 * @param values USD per day; @param dow weekday per day, 0 = Sunday, at least as long as `values`
 */
export function fitCandidates(values: readonly number[], dow: readonly number[]): readonly DayForecast[] {
  const n = values.length;
  const weekdayOf = (k: number) => (at(dow, n - 1) + 1 + k) % 7;
  const offset = logOffset(values);
  const x = values.map((value) => Math.log(Math.max(0, value) + offset));
  const pattern = weeklyPattern(x, dow);
  const z = x.map((value, i) => value - at(pattern, at(dow, i)));
  const level = smoothedLevel(z);
  const slope = n < 14 ? 0 : robustSlope(x);
  const slopeDays = dampedSteps(0.9);
  const damped = dampedTrend(z);
  const trendDays = dampedSteps(damped.damping);
  const back = (log: number, k: number) => toUsdScale(log + at(pattern, weekdayOf(k)), offset);
  const sameWeekday = [0, 1, 2, 3, 4, 5, 6].map((k) => lastSameWeekdays(values, k));

  return [
    (k) => at(values, n - 7 + (k % 7)),
    (k) => at(sameWeekday, k % 7),
    (k) => back(level, k) * Math.exp(slope * slopeDays(k + 1)),
    (k) => back(damped.level + damped.trend * trendDays(k + 1), k),
  ];
}

/** Mean of the last four days that share their weekday with the k-th day after the end. */
function lastSameWeekdays(values: readonly number[], k: number): number {
  const same: number[] = [];
  for (let i = values.length - 7 + k; i >= 0 && same.length < 4; i -= 7) same.push(at(values, i));
  return mean(same);
}

/** Effect per weekday on the log scale, shrunken, centred on 0; all 0 under two weeks. */
function weeklyPattern(x: readonly number[], dow: readonly number[]): readonly number[] {
  const n = x.length;
  const differences: number[][] = [[], [], [], [], [], [], []];
  if (n < 14) return differences.map(() => 0);
  x.forEach((value, i) => {
    const start = Math.min(Math.max(i - 3, 0), n - 7);
    at(differences, at(dow, i)).push(value - mean(x.slice(start, start + 7)));
  });
  const effects = differences.map((group) => (median(group) * group.length) / (group.length + 0.5));
  const centre = mean(effects);
  return effects.map((effect) => effect - centre);
}

/** Half the median slope per day over pairs whole weeks apart in the last 28 days (after Theil and Sen), at most ±0.015. */
function robustSlope(x: readonly number[]): number {
  const first = Math.max(0, x.length - 28);
  const slopes: number[] = [];
  for (let i = first; i < x.length; i++) {
    for (let j = i + 7; j < x.length; j += 7) slopes.push((at(x, j) - at(x, i)) / (j - i));
  }
  return 0.5 * Math.min(Math.max(median(slopes), -0.03), 0.03);
}
