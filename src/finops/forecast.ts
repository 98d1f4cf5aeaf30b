import { at } from "./at.ts";
import { mean } from "./quantile.ts";
import type { History, Series } from "./series.ts";

/** A point forecast and what has to be said with it. Amounts in USD. */
export interface Forecast {
  /** expected USD of each day, the first one the day after the series */
  readonly days: readonly number[];
  readonly totalUsd: number;
  /** known days behind it */
  readonly historyDays: number;
  /** under 14 days: a rough run rate */
  readonly isShortHistory: boolean;
  /** every known day is zero: the forecast is 0 and has no range */
  readonly isAllZero: boolean;
  /** positions of spikes that are over and were not carried forward */
  readonly leftOut: readonly number[];
  /** last day of a level shift within the last 14 days: the range is wide because the level just moved */
  readonly levelShiftAt: number | null;
}

/** Fewest known days for any forecast, and for one that may carry a probability. */
export const MIN_FORECAST_DAYS = 3;
export const MIN_PROBABILITY_DAYS = 7;
const FULL_HISTORY_DAYS = 14;

/**
 * Forecast the `horizon` days after a series: a blend of four simple forecasts weighted by their recent errors, after
 * the finding that combinations beat their parts (Bates and Granger 1969). Under 14 days a mean of the same weekday and
 * the last week; under 7 the mean; under 3 known days null.
 *
 * @param horizon days, at least 1
 */
export function forecast(series: Series, horizon: number): Forecast | null {
  const history = series.history();
  if (history === null || history.knownDays < MIN_FORECAST_DAYS) return null;
  const days = history.isAllZero
    ? Array.from({ length: horizon }, () => 0)
    : forecastPrefix(history, history.spikeFree.length, horizon);
  return {
    days,
    totalUsd: days.reduce((sum, day) => sum + day, 0),
    historyDays: history.knownDays,
    isShortHistory: history.spikeFree.length < FULL_HISTORY_DAYS,
    isAllZero: history.isAllZero,
    leftOut: history.leftOut,
    levelShiftAt: recentLevelShift(history, series.values.length),
  };
}

/** Forecast in USD of the `horizon` days after the first `length` days of a spike-free history. */
export function forecastPrefix(history: History, length: number, horizon: number): readonly number[] {
  const steps = Array.from({ length: horizon }, (_, k) => k);
  if (Math.min(length, history.knownDays) < MIN_PROBABILITY_DAYS) {
    const level = mean(history.spikeFree.slice(0, length));
    return steps.map(() => level);
  }
  if (length < FULL_HISTORY_DAYS) {
    const lastWeek = mean(history.spikeFree.slice(length - 7, length));
    return steps.map((k) => 0.5 * sameWeekdayMean(history.spikeFree, length, k) + 0.5 * lastWeek);
  }
  const weights = blendWeights(history, length, horizon);
  const candidates = history.candidates(length);
  return steps.map((k) => candidates.reduce((sum, candidate, m) => sum + at(weights, m) * candidate(k), 0));
}

/**
 * Weight of each candidate, summing to 1: the inverse cube of its absolute error over recent origins, compared with the
 * best candidate.
 */
export function blendWeights(history: History, length: number, horizon: number): readonly number[] {
  const errors = history.candidates(length).map(() => 0);
  for (let origin = Math.max(10, length - 14); origin + 3 <= length; origin += 2) {
    const steps = Math.min(7, horizon, length - origin);
    history.candidates(origin).forEach((candidate, m) => {
      for (let k = 0; k < steps; k++) {
        if (at(history.actual, origin + k) === null) continue;
        errors[m] = at(errors, m) + Math.abs(at(history.spikeFree, origin + k) - candidate(k));
      }
    });
  }
  const least = Math.max(Math.min(...errors), 1e-9);
  const scores = errors.map((error) => 1 / (error / least + 0.05) ** 3);
  const sum = scores.reduce((total, score) => total + score, 0);
  return scores.map((score) => score / sum);
}

function sameWeekdayMean(values: readonly number[], length: number, k: number): number {
  const same: number[] = [];
  for (let i = length - 7 + (k % 7); i >= 0; i -= 7) same.push(at(values, i));
  return mean(same);
}

function recentLevelShift(history: History, length: number): number | null {
  const last = history.detection.hits.filter((hit) => hit.kind === "level_shift").at(-1);
  return last !== undefined && last.position >= length - 14 ? last.position : null;
}
