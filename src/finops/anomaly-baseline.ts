import { at } from "./at.ts";
import { logOffset } from "./offset.ts";
import { insertSorted, madAroundZero, mean, median, quantileOfSorted, removeSorted } from "./quantile.ts";
import { leaveOneOut, weeklyEffects } from "./weekly-effects.ts";

/** Which weekly pattern the history earned: none, weekend against weekdays, or one value per weekday. */
export type Profile = "none" | "weekend" | "weekday";

/** What a usual day looks like, on the logarithmic scale `ln(usd + offset)`. */
export interface Baseline {
  readonly offset: number;
  /** usual level, the weekly pattern taken out */
  readonly level: number;
  /** spread of single days around it */
  readonly sigma: number;
  readonly profile: Profile;
  /** effect per key of the profile; a key that was never seen is absent */
  readonly effects: ReadonlyMap<number, number>;
  readonly historyDays: number;
}

interface Fit {
  readonly profile: Profile;
  readonly effects: ReadonlyMap<number, number>;
  /** x without the weekly effect */
  readonly adjusted: readonly number[];
  /** adjusted without the local level */
  readonly residuals: readonly number[];
  readonly error: number;
}

const NEAR_DAYS = 7;

function profileKey(profile: Profile, weekday: number): number {
  if (profile === "none") return 0;
  return profile === "weekday" ? weekday : weekday === 0 || weekday === 6 ? 1 : 0;
}

/** Median of the values at most seven days away from each position; one sorted window slides along. */
function localMedians(positions: readonly number[], values: readonly number[]): number[] {
  const window: number[] = [];
  const medians: number[] = [];
  let first = 0;
  let next = 0;
  for (const position of positions) {
    while (next < positions.length && at(positions, next) - position <= NEAR_DAYS) {
      insertSorted(window, at(values, next));
      next += 1;
    }
    while (position - at(positions, first) > NEAR_DAYS) {
      removeSorted(window, at(values, first));
      first += 1;
    }
    medians.push(quantileOfSorted(window, 0.5));
  }
  return medians;
}

const subtract = (left: readonly number[], right: readonly number[]): number[] => left.map((v, i) => v - at(right, i));

/** History on the log scale, with what every profile starts from. */
interface LogHistory {
  readonly x: readonly number[];
  readonly weekdays: readonly number[];
  readonly positions: readonly number[];
  /** local medians of x itself */
  readonly local: readonly number[];
}

function fitProfile(profile: Profile, { x, weekdays, positions, local: plain }: LogHistory): Fit {
  if (profile === "none") return describeFit(profile, new Map(), x, x, plain, []);
  const keys = weekdays.map((weekday) => profileKey(profile, weekday));
  const first = weeklyEffects(keys, subtract(x, plain));
  const effects = weeklyEffects(keys, subtract(x, localMedians(positions, without(x, keys, first))));
  const adjusted = without(x, keys, effects);
  const local = localMedians(positions, adjusted);
  return describeFit(profile, effects, x, adjusted, local, leaveOneOut(keys, subtract(x, local)));
}

function without(x: readonly number[], keys: readonly number[], effects: ReadonlyMap<number, number>): number[] {
  return x.map((value, i) => value - (effects.get(at(keys, i)) ?? 0));
}

/** `predicted`: effect of each day as its fellow days tell it; days without one count as 0. */
function describeFit(
  profile: Profile,
  effects: ReadonlyMap<number, number>,
  x: readonly number[],
  adjusted: readonly number[],
  local: readonly number[],
  predicted: readonly number[],
): Fit {
  const error = mean(x.map((value, i) => Math.min(Math.abs(value - at(local, i) - (predicted[i] ?? 0)), 1.5)));
  return { profile, effects, adjusted, residuals: subtract(adjusted, local), error };
}

/**
 * Fit the usual day to the history at `positions` (ascending; at least one, every day there known and not negative).
 * Local medians on a log scale, a weekly profile only if it predicts left-out days better, and a spread from the
 * median absolute deviation with a floor.
 *
 * @param y USD per day; @param dow weekday per day, 0 = Sunday
 */
export function fitBaseline(
  y: readonly (number | null)[],
  dow: readonly number[],
  positions: readonly number[],
): Baseline {
  const usd = positions.map((position) => at(y, position) ?? 0);
  const offset = logOffset(usd);
  const x = usd.map((value) => Math.log(value + offset));
  const weekdays = positions.map((position) => at(dow, position));
  const n = positions.length;
  const history = { x, weekdays, positions, local: localMedians(positions, x) };

  let best = fitProfile("none", history);
  if (n >= 12) {
    const weekend = fitProfile("weekend", history);
    if (weekend.error < 0.9 * best.error) best = weekend;
  }
  if (n >= 21) {
    const weekday = fitProfile("weekday", history);
    if (weekday.error < 0.85 * best.error) best = weekday;
  }

  const meanSquare = mean(best.residuals.map((residual) => Math.min(residual * residual, 9)));
  const spread = Math.max(madAroundZero(best.residuals), 0.5 * Math.sqrt(meanSquare), 0.1);
  return {
    offset,
    level: median(best.adjusted.slice(-14)),
    sigma: spread * Math.sqrt(1 + 1 / Math.min(n, 14)),
    profile: best.profile,
    effects: best.effects,
    historyDays: n,
  };
}

/** Logarithmic level expected on a weekday: the level plus its weekly effect, 0 for a weekday that was never seen. */
export function expectedLog(baseline: Baseline, weekday: number): number {
  return baseline.level + (baseline.effects.get(profileKey(baseline.profile, weekday)) ?? 0);
}

/** From the logarithmic scale back to USD, never below 0. */
export function toUsdScale(log: number, offset: number): number {
  return Math.max(0, Math.exp(log) - offset);
}
