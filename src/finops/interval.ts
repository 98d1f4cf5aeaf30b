import { Z80 } from "./anomaly.ts";
import { at } from "./at.ts";
import { type Forecast, forecast, forecastPrefix } from "./forecast.ts";
import { logOffset } from "./offset.ts";
import { median } from "./quantile.ts";
import type { History, Series } from "./series.ts";

/** How wrong forecasts of this series have been, on the log scale. */
export interface ErrorModel {
  /** standard deviation of the logarithm of a total over the horizon */
  readonly totalSigma: number;
  /** log errors of single days, one list per forecast origin */
  readonly dailyErrors: readonly (readonly number[])[];
  /** USD added before taking logarithms */
  readonly offset: number;
}

const PRIOR_WEIGHT = 5;
const models = new WeakMap<History, Map<number, ErrorModel>>();

/**
 * Errors of forecasts made from earlier days of the series itself (rolling origin evaluation, Tashman 2000), shrunken
 * towards a prior that follows the noise of single days. Computed once per series and horizon.
 *
 * @param horizon days, at least 1
 */
export function errorModel(history: History, horizon: number): ErrorModel {
  let byHorizon = models.get(history);
  if (byHorizon === undefined) {
    byHorizon = new Map();
    models.set(history, byHorizon);
  }
  let model = byHorizon.get(horizon);
  if (model === undefined) {
    model = measureErrors(history, horizon);
    byHorizon.set(horizon, model);
  }
  return model;
}

function measureErrors(history: History, horizon: number): ErrorModel {
  const { actual } = history;
  const n = actual.length;
  const offset = logOffset(actual);
  const totals: number[] = [];
  const dailyErrors: number[][] = [];
  for (let origin = Math.max(10, n - 14); origin <= n - 2; origin++) {
    const predicted = forecastPrefix(history, origin, Math.min(horizon, n - origin));
    let predictedSum = 0;
    let actualSum = 0;
    const errors: number[] = [];
    predicted.forEach((usd, k) => {
      const recorded = at(actual, origin + k);
      if (recorded === null) return;
      predictedSum += usd;
      actualSum += recorded;
      errors.push(Math.log((recorded + offset) / (usd + offset)));
    });
    dailyErrors.push(errors);
    if (actualSum > 0 && predictedSum > 0) totals.push(Math.log(actualSum / predictedSum));
  }
  const daily = dailyErrors.flat();
  const daySigma = daily.length < 4 ? 0.25 : 1.4826 * median(daily.map(Math.abs));
  const prior = Math.min(Math.max(1.1 * daySigma, 0.05), 0.25) * Math.sqrt(Math.max(1, horizon / 7));
  const squares = totals.reduce((sum, error) => sum + Math.min(error * error, 1), 0);
  const totalSigma = Math.sqrt((PRIOR_WEIGHT * prior * prior + squares) / (PRIOR_WEIGHT + totals.length));
  return { totalSigma, dailyErrors, offset };
}

/** A forecast of a total with its 80 % range. Amounts in USD. */
export interface ForecastRange {
  readonly forecast: Forecast;
  /** null when all history is zero: no range can be given */
  readonly lowUsd: number | null;
  readonly highUsd: number | null;
}

/** Total of the next `horizon` days with an 80 % range; null under three known days. */
export function forecastRange(series: Series, horizon: number): ForecastRange | null {
  const history = series.history();
  const point = forecast(series, horizon);
  if (history === null || point === null) return null;
  if (point.isAllZero) return { forecast: point, lowUsd: null, highUsd: null };
  const spread = Z80 * errorModel(history, horizon).totalSigma;
  return {
    forecast: point,
    lowUsd: point.totalUsd * Math.exp(-spread),
    highUsd: point.totalUsd * Math.exp(spread),
  };
}
