import { at } from "./at.ts";
import { logOffset } from "./offset.ts";
import { median } from "./quantile.ts";

export type TrendDirection = "up" | "down" | "flat" | "mixed" | "sparse" | "too_short";

/** Where a metric is going. */
export interface Trend {
  readonly direction: TrendDirection;
  /** null for `too_short`, `sparse` and whenever the base is zero */
  readonly changePct: number | null;
  /**
   * `same_weekdays`: against the same weekdays a week earlier; `slope`: over the points given, the weekday cycle not removed
   */
  readonly method: "same_weekdays" | "slope" | "none";
  /** known points */
  readonly n: number;
  /** Mann-Kendall statistic and its score, for method `slope` */
  readonly s: number | null;
  readonly z: number | null;
}

interface Point {
  readonly position: number;
  readonly value: number;
}

const CHANGE_PCT = 5;

/**
 * Is a daily metric rising, falling, or neither? From 14 points: median log ratio to the same weekday a week earlier.
 * From 5: slope of Theil (1950) and Sen (1968) with the test of Mann (1945) and Kendall. Fewer: no claim.
 *
 * @param points one value per complete day in order, null when unknown; today is not among them
 */
export function trend(points: readonly (number | null)[]): Trend {
  const known: Point[] = points.flatMap((value, position) => (value === null ? [] : [{ position, value }]));
  const n = known.length;
  const weekly = n >= 14 ? againstLastWeek(points, n) : null;
  if (weekly !== null) return weekly;
  if (n < 5) return { direction: "too_short", changePct: null, method: "none", n, s: null, z: null };
  return bySlope(known);
}

/** Null when gaps leave fewer than five pairs of equal weekdays. */
function againstLastWeek(points: readonly (number | null)[], n: number): Trend | null {
  const offset = logOffset(points);
  const ratios: number[] = [];
  let base = 0;
  for (let t = points.length - 7; t < points.length; t++) {
    const now = at(points, t);
    const before = at(points, t - 7);
    if (now === null || before === null) continue;
    base += before;
    ratios.push(Math.log((Math.max(0, now) + offset) / (Math.max(0, before) + offset)));
  }
  if (ratios.length < 5) return null;
  const changePct = 100 * (Math.exp(median(ratios)) - 1);
  const rising = ratios.filter((ratio) => ratio > 0).length;
  const falling = ratios.filter((ratio) => ratio < 0).length;
  let direction: TrendDirection = "mixed";
  if (changePct >= CHANGE_PCT && rising >= 5) direction = "up";
  else if (changePct <= -CHANGE_PCT && falling >= 5) direction = "down";
  else if (Math.abs(changePct) < CHANGE_PCT) direction = "flat";
  return { direction, changePct: base > 0 ? changePct : null, method: "same_weekdays", n, s: null, z: null };
}

function bySlope(known: readonly Point[]): Trend {
  const n = known.length;
  const slopes: number[] = [];
  let s = 0;
  known.forEach((early, i) => {
    for (const late of known.slice(i + 1)) {
      slopes.push((late.value - early.value) / (late.position - early.position));
      s += Math.sign(late.value - early.value);
    }
  });
  const z = Math.max(0, Math.abs(s) - 1) / Math.sqrt((n * (n - 1) * (2 * n + 5)) / 18);
  const values = known.map((point) => point.value);
  const middle = median(values);
  if (middle <= 0) return { direction: "sparse", changePct: null, method: "slope", n, s, z };
  const span = at(known, n - 1).position - at(known, 0).position;
  const changePct = (100 * median(slopes) * span) / middle;
  let direction: TrendDirection = "mixed";
  if (z >= 1.645 && changePct >= CHANGE_PCT) direction = "up";
  else if (z >= 1.645 && changePct <= -CHANGE_PCT) direction = "down";
  else if ((Math.max(...values) - Math.min(...values)) / middle <= 0.25) direction = "flat";
  return { direction, changePct, method: "slope", n, s, z };
}
