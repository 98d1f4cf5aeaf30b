import { expectedLog, fitBaseline, type Profile, toUsdScale } from "./anomaly-baseline.ts";
import { at } from "./at.ts";

/** What one day was expected to cost, from the days before it. Amounts in USD. */
export interface Expectation {
  readonly expectedUsd: number;
  /** ln(USD + offset): level and spread */
  readonly mu: number;
  readonly sigma: number;
  readonly offset: number;
  readonly profile: Profile;
  readonly historyDays: number;
}

/** Expected day at a position, anomalous days (`excluded`) left out of the history; null under seven usable days. */
export type Expect = (position: number, excluded: ReadonlySet<number>) => Expectation | null;

const HISTORY_DAYS = 56;
const MIN_HISTORY_DAYS = 7;

/** Credits and unknown days give no verdict and no history: both become null. */
export function withoutCredits(y: readonly (number | null)[]): (number | null)[] {
  return y.map((value) => (value === null || value < 0 || !Number.isFinite(value) ? null : value));
}

/**
 * Expectations for a series, remembered per position and set of excluded days, so that two detector runs over the same
 * days share the fits they have in common. One position past the end of the series is allowed (today).
 *
 * @param y USD per complete day, null when unknown, no negative values; @param dow weekday per day, 0 = Sunday
 */
export function createExpect(y: readonly (number | null)[], dow: readonly number[]): Expect {
  const known = new Map<string, Expectation | null>();
  return (position, excluded) => {
    const history: number[] = [];
    let key = `${position}`;
    for (let i = Math.max(0, position - HISTORY_DAYS); i < position; i++) {
      if (at(y, i) === null) continue;
      if (excluded.has(i)) key += `,${i}`;
      else history.push(i);
    }
    const earlier = known.get(key);
    if (earlier !== undefined) return earlier;
    const expectation = history.length < MIN_HISTORY_DAYS ? null : expectDay(y, dow, position, history);
    known.set(key, expectation);
    return expectation;
  };
}

function expectDay(
  y: readonly (number | null)[],
  dow: readonly number[],
  position: number,
  history: readonly number[],
): Expectation {
  const baseline = fitBaseline(y, dow, history);
  const mu = expectedLog(baseline, weekdayAt(dow, position));
  const { sigma, offset, profile, historyDays } = baseline;
  return { expectedUsd: toUsdScale(mu, offset), mu, sigma, offset, profile, historyDays };
}

/** Weekday (0 = Sunday) of a position inside the series or after its end. */
function weekdayAt(dow: readonly number[], position: number): number {
  if (position < dow.length) return at(dow, position);
  return (at(dow, dow.length - 1) + (position - dow.length + 1)) % 7;
}
