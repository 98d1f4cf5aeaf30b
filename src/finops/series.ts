import { type Detection, type DetectOptions, detect } from "./anomaly.ts";
import { type DayForecast, fitCandidates } from "./candidates.ts";
import { createExpect, type Expect, withoutCredits } from "./expectation.ts";
import { type SpikeFree, withoutSpikes } from "./spike-free.ts";

/** The part of a series that a forecast learns from: first known day to last day. Amounts in USD. */
export interface History {
  /** position of the first known day in the series */
  readonly first: number;
  /** recorded days, null when unknown */
  readonly actual: readonly (number | null)[];
  /** the same days without holes and without spikes that are over */
  readonly spikeFree: readonly number[];
  /** weekday per day, 0 = Sunday */
  readonly dow: readonly number[];
  readonly knownDays: number;
  readonly isAllZero: boolean;
  /** positions in the series of the spikes that were left out */
  readonly leftOut: readonly number[];
  /** the detector run behind it: high days only, no money gate */
  readonly detection: Detection;
  /** the candidate forecasts fitted to the first `length` days, fitted once */
  candidates(length: number): readonly DayForecast[];
}

/** A daily series whose expectations, spike-free copy and fits are computed once and shared by all questions about it. */
export interface Series {
  /** USD per complete day; unknown days and credits are null */
  readonly values: readonly (number | null)[];
  readonly dow: readonly number[];
  readonly expect: Expect;
  detect(options?: DetectOptions): Detection;
  /** null when no day is known */
  history(): History | null;
}

/**
 * Prepare a series of complete days for detection and forecasting.
 *
 * @param y USD per day, in order, null when unknown; @param dow weekday per day, 0 = Sunday, same length
 * @param expect expectations to share: those of the same days or of a longer series that begins with them
 */
export function prepareSeries(
  y: readonly (number | null)[],
  dow: readonly number[],
  expect: Expect = createExpect(withoutCredits(y), dow),
): Series {
  const values = withoutCredits(y);
  let history: History | null | undefined;
  return {
    values,
    dow,
    expect,
    detect: (options) => detect(values, dow, options, expect),
    history: () => {
      if (history === undefined) history = prepareHistory(values, dow, expect);
      return history;
    },
  };
}

function prepareHistory(values: readonly (number | null)[], dow: readonly number[], expect: Expect): History | null {
  const first = values.findIndex((value) => value !== null);
  if (first < 0) return null;
  const detection = detect(values, dow, { zDown: Number.POSITIVE_INFINITY }, expect);
  const clean: SpikeFree = withoutSpikes(values, detection);
  const spikeFree = clean.values.slice(first);
  const weekdays = dow.slice(first);
  const known = values.filter((value) => value !== null);
  const fits = new Map<number, readonly DayForecast[]>();
  return {
    first,
    actual: values.slice(first),
    spikeFree,
    dow: weekdays,
    knownDays: known.length,
    isAllZero: known.every((value) => value === 0),
    leftOut: clean.leftOut,
    detection,
    candidates: (length) => {
      let fit = fits.get(length);
      if (fit === undefined) {
        fit = fitCandidates(spikeFree.slice(0, length), weekdays);
        fits.set(length, fit);
      }
      return fit;
    },
  };
}
