import { median } from "./quantile.ts";

/**
 * The amount added before taking logarithms, so that zero days are allowed: 5 % of the median positive day, at least 0.01,
 * and 0.05 when no day is positive. In the unit of the values (USD).
 */
export function logOffset(values: Iterable<number | null>): number {
  const positive: number[] = [];
  for (const value of values) if (value !== null && value > 0) positive.push(value);
  return Math.max(0.01, 0.05 * (positive.length > 0 ? median(positive) : 1));
}
