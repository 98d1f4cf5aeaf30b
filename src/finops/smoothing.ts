import { at } from "./at.ts";
import { insertSorted, median, quantileOfSorted } from "./quantile.ts";

const clamp = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), high);

/**
 * Last level of a robust simple exponential smoothing (weight 0.2; steps limited to three robust standard deviations of
 * the errors so far, after Gelper, Fried and Croux 2010). `z`: at least one log value without its weekly pattern.
 */
export function smoothedLevel(z: readonly number[]): number {
  let level = median(z.slice(0, 7));
  const absErrors: number[] = [];
  z.forEach((value, i) => {
    const error = value - level;
    const spread = i < 8 ? Number.POSITIVE_INFINITY : Math.max(1.4826 * quantileOfSorted(absErrors, 0.5), 0.05);
    insertSorted(absErrors, Math.abs(error));
    level += 0.2 * clamp(error, -3 * spread, 3 * spread);
  });
  return level;
}

/** A level and a trend that fades by `damping` a day. */
export interface DampedTrend {
  readonly level: number;
  readonly trend: number;
  readonly damping: number;
}

const ALPHAS = [0.1, 0.3, 0.6, 0.9] as const;
const TRENDS = [
  [0, 0.9],
  [0.05, 0.9],
  [0.05, 0.98],
  [0.2, 0.9],
  [0.2, 0.98],
] as const;

/**
 * Damped-trend exponential smoothing (Gardner and McKenzie 1985) with errors limited to ±1, the parameters chosen from a
 * small grid by the least absolute one-step error. `z`: at least one log value without its weekly pattern.
 */
export function dampedTrend(z: readonly number[]): DampedTrend {
  const start = median(z.slice(0, 5));
  let best: DampedTrend = { level: start, trend: 0, damping: 0.9 };
  let least = Number.POSITIVE_INFINITY;
  for (const alpha of ALPHAS) {
    for (const [beta, damping] of TRENDS) {
      let level = start;
      let trend = 0;
      let loss = 0;
      for (let i = 0; i < z.length; i++) {
        const forecast = level + damping * trend;
        const error = clamp(at(z, i) - forecast, -1, 1);
        if (i >= 5) loss += Math.abs(error);
        level = forecast + alpha * error;
        trend = damping * trend + alpha * beta * error;
      }
      if (loss < least) {
        least = loss;
        best = { level, trend, damping };
      }
    }
  }
  return best;
}

/** Σ damping^j for j = 1 … steps, as a function of `steps`: how many days' worth of trend have passed. */
export function dampedSteps(damping: number): (steps: number) => number {
  const sums = [0];
  return (steps) => {
    for (let j = sums.length; j <= steps; j++) sums.push(at(sums, j - 1) + damping ** j);
    return at(sums, steps);
  };
}
