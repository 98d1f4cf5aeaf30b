import { caution, type DetectOptions, impactGate } from "./anomaly.ts";
import type { Profile } from "./anomaly-baseline.ts";
import { toUsdScale } from "./anomaly-baseline.ts";
import type { Series } from "./series.ts";

/** Today, unfinished, against a whole usual day. Amounts in USD. */
export interface TodayAlert {
  /** today so far is already above what a usual whole day could cost */
  readonly isAlert: boolean;
  /** spend from which today stands out */
  readonly alertLineUsd: number;
  /** expected for the whole day */
  readonly expectedUsd: number;
  readonly todaySoFarUsd: number;
  readonly profile: Profile;
  readonly historyDays: number;
}

/**
 * A partial day can only grow, so it may be called high early and never low; it does not enter the history. Null under
 * seven usable days. Options as in `detect`; `zDown` has no effect on today itself.
 */
export function todayAlert(series: Series, todaySoFarUsd: number, options: DetectOptions = {}): TodayAlert | null {
  const { gateFloorUsd = null, zUp = 4, minRelative = 0.25 } = options;
  const today = series.values.length;
  const expectation = series.expect(today, series.detect(options).excluded);
  if (expectation === null) return null;
  const { mu, sigma, offset, expectedUsd, profile, historyDays } = expectation;
  const alertLineUsd = toUsdScale(mu + zUp * caution(historyDays) * sigma, offset);
  const impactUsd = todaySoFarUsd - expectedUsd;
  const isLarge = impactUsd >= minRelative * expectedUsd && impactUsd >= impactGate(series.values, today, gateFloorUsd);
  return {
    isAlert: todaySoFarUsd >= alertLineUsd && isLarge,
    alertLineUsd,
    expectedUsd,
    todaySoFarUsd,
    profile,
    historyDays,
  };
}
