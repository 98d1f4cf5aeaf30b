import { at } from "./at.ts";

/**
 * A sorted copy. Insertion is used on short lists because the analyses sort thousands of windows of at most 15 days.
 */
export function sorted(values: readonly number[]): number[] {
  if (values.length > 40) return Array.from(Float64Array.from(values).sort());
  const out: number[] = [];
  for (const value of values) insertSorted(out, value);
  return out;
}

/** Insert into an ascending list, in place. */
export function insertSorted(list: number[], value: number): void {
  let hole = list.length;
  for (; hole > 0; hole--) {
    const below = at(list, hole - 1);
    if (below <= value) break;
    list[hole] = below;
  }
  list[hole] = value;
}

/** Remove one occurrence of `value` from an ascending list, in place. */
export function removeSorted(list: number[], value: number): void {
  const position = list.indexOf(value);
  if (position < 0) throw new RangeError("value is not in the list");
  for (let i = position + 1; i < list.length; i++) list[i - 1] = at(list, i);
  list.pop();
}

/** Quantile of an ascending, non-empty list by linear interpolation at (n - 1)p (type 7 of Hyndman and Fan, 1996). */
export function quantileOfSorted(list: readonly number[], p: number): number {
  const h = (list.length - 1) * p;
  const low = Math.floor(h);
  const value = at(list, low);
  return h === low ? value : value + (h - low) * (at(list, low + 1) - value);
}

/** Quantile (type 7) of a non-empty list in any order; throws RangeError on an empty one. */
export function quantile(values: readonly number[], p: number): number {
  return quantileOfSorted(sorted(values), p);
}

/** Median of a non-empty list; throws RangeError on an empty one. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** Arithmetic mean of a non-empty list. */
export function mean(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError("mean of no values");
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

const SMALL_SAMPLE_FACTOR: readonly number[] = [0, 0, 1.196, 1.495, 1.363, 1.206, 1.2, 1.14, 1.129, 1.107];

/**
 * Robust standard deviation around 0: 1.4826 times the median absolute value, with the small-sample factors of
 * Croux and Rousseeuw (1992). 0 for fewer than two residuals.
 */
export function madAroundZero(residuals: readonly number[]): number {
  const n = residuals.length;
  if (n < 2) return 0;
  const factor = SMALL_SAMPLE_FACTOR[n] ?? n / (n - 0.8);
  return 1.4826 * factor * median(residuals.map(Math.abs));
}
