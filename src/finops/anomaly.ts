import type { Profile } from "./anomaly-baseline.ts";
import { toUsdScale } from "./anomaly-baseline.ts";
import { at } from "./at.ts";
import { createExpect, type Expect, type Expectation, withoutCredits } from "./expectation.ts";

/** How sure and how large a difference must be before a day is called. */
export interface DetectOptions {
  /** smallest impact in USD that is ever called, next to 1 % of the 30 days before; null switches both off. @default null */
  gateFloorUsd?: number | null;
  /** z from which a day is called high. @default 4 */
  zUp?: number;
  /** z below whose negative a day is called low; Infinity never. @default 4 */
  zDown?: number;
  /** smallest relative difference, 0.25 = 25 %. @default 0.25 */
  minRelative?: number;
  /** first position that is judged. @default 7 */
  start?: number;
}

/** One day outside expectation. Amounts in USD; `position` indexes the series. */
export interface Hit {
  readonly position: number;
  readonly direction: "up" | "down";
  readonly kind: "spike" | "level_shift";
  readonly z: number;
  readonly actualUsd: number;
  readonly expectedUsd: number;
  /** 80 % range of a usual day */
  readonly lowUsd: number;
  readonly highUsd: number;
  readonly impactUsd: number;
  /** impact / expected, null when less than half a cent was expected */
  readonly relative: number | null;
  readonly profile: Profile;
  readonly historyDays: number;
}

export interface Detection {
  readonly hits: readonly Hit[];
  /** days that had a value and at least seven days of history */
  readonly judgedPositions: ReadonlySet<number>;
  /** days that stay out of every later history */
  readonly excluded: ReadonlySet<number>;
  /** expected USD of the days without a value that had enough history */
  readonly unknownExpectedUsd: ReadonlyMap<number, number>;
}

const RUN_TO_LEVEL_SHIFT = 4;
/** Less than half a cent: as good as nothing. */
export const NEGLIGIBLE_USD = 0.005;
/** Standard deviations of a normal distribution that hold its central 80 %. */
export const Z80 = 1.2816;

/** Sum of the known days among the 30 before a position, in USD. */
export function spend30Before(y: readonly (number | null)[], position: number): number {
  let sum = 0;
  for (let i = Math.max(0, position - 30); i < position; i++) sum += Math.max(0, at(y, i) ?? 0);
  return sum;
}

/** Smallest impact worth calling at a position: 1 % of the 30 days before it, at least the floor. USD; -Infinity when off. */
export function impactGate(y: readonly (number | null)[], position: number, floorUsd: number | null): number {
  return floorUsd === null ? Number.NEGATIVE_INFINITY : Math.max(floorUsd, 0.01 * spend30Before(y, position));
}

/** With less than two weeks of history a day must stand out a quarter further. */
export function caution(historyDays: number): number {
  return historyDays < 14 ? 1.25 : 1;
}

/**
 * Days outside expectation, judged in order: each day only against the days before it, days already called left out.
 * A robust z-score on the log scale (median and median absolute deviation, after Hampel 1974) with a relative and an
 * absolute gate. After four calls in a row on one side the new level is accepted and learned.
 *
 * @param y USD per complete day; null when unknown; a negative day (credit) counts as unknown
 * @param dow weekday per day, 0 = Sunday
 * @param expect shared expectations of the same series
 */
export function detect(
  y: readonly (number | null)[],
  dow: readonly number[],
  options: DetectOptions = {},
  expect: Expect = createExpect(withoutCredits(y), dow),
): Detection {
  const { gateFloorUsd = null, zUp = 4, zDown = 4, minRelative = 0.25, start = 7 } = options;
  const values = withoutCredits(y);
  const hits: Hit[] = [];
  const judgedPositions = new Set<number>();
  const excluded = new Set<number>();
  const unknownExpectedUsd = new Map<number, number>();
  let run = 0;
  let runDirection: Hit["direction"] | null = null;

  for (let t = start; t < values.length; t++) {
    const expectation = expect(t, excluded);
    if (expectation === null) continue;
    const actualUsd = at(values, t);
    if (actualUsd === null) {
      unknownExpectedUsd.set(t, expectation.expectedUsd);
      continue;
    }
    judgedPositions.add(t);
    const day = compare(actualUsd, expectation);
    const factor = caution(expectation.historyDays);
    const isFar = day.z >= zUp * factor || day.z <= -zDown * factor;
    const isLarge = day.relative === null || Math.abs(day.relative) >= minRelative;
    if (!(isFar && isLarge && Math.abs(day.impactUsd) >= impactGate(values, t, gateFloorUsd))) {
      run = 0;
      continue;
    }
    const direction = day.z > 0 ? "up" : "down";
    run = direction === runDirection ? run + 1 : 1;
    runDirection = direction;
    excluded.add(t);
    const kind = run >= RUN_TO_LEVEL_SHIFT ? "level_shift" : "spike";
    hits.push({ position: t, direction, kind, ...day });
    if (kind === "level_shift") for (let i = t - 6; i <= t; i++) excluded.delete(i);
  }
  return { hits, judgedPositions, excluded, unknownExpectedUsd };
}

function compare(actualUsd: number, expectation: Expectation): Omit<Hit, "position" | "direction" | "kind"> {
  const { expectedUsd, mu, sigma, offset, profile, historyDays } = expectation;
  const impactUsd = actualUsd - expectedUsd;
  return {
    z: (Math.log(actualUsd + offset) - mu) / sigma,
    actualUsd,
    expectedUsd,
    lowUsd: toUsdScale(mu - Z80 * sigma, offset),
    highUsd: toUsdScale(mu + Z80 * sigma, offset),
    impactUsd,
    relative: expectedUsd < NEGLIGIBLE_USD ? null : impactUsd / expectedUsd,
    profile,
    historyDays,
  };
}
