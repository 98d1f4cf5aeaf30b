const NUMERIC_TEXT = /^-?\d{1,15}(\.\d{1,9})?$/;

/**
 * A number as the service sent it. `undefined`: not a number here. `"not exact"`: a number that JSON lost on the way, such as
 * 1e400 or an integer beyond 2^53. Texts count only where they are known to occur, and only in plain decimal form.
 */
export function readNumber(value: unknown, acceptsText: boolean): number | undefined | "not exact" {
  if (acceptsText && typeof value === "string" && NUMERIC_TEXT.test(value)) return unsigned0(Number(value));
  if (typeof value !== "number") return undefined;
  if (!Number.isFinite(value) || Math.abs(value) > Number.MAX_SAFE_INTEGER) return "not exact";
  return unsigned0(value);
}

/** -0 would print as 0 and compare oddly. */
function unsigned0(value: number): number {
  return value === 0 ? 0 : value;
}

/** Percent from a rate whose unit is not documented: above 1 it is taken as percent already, else as a fraction. */
export function asPercent(rate: number): number {
  return rate > 1 ? rate : fromFraction(rate);
}

/** The same for a series, decided once for all its points. */
export function asPercents(rates: readonly (number | null)[]): (number | null)[] {
  const isPercent = rates.some((rate) => rate !== null && rate > 1);
  return rates.map((rate) => (rate === null || isPercent ? rate : fromFraction(rate)));
}

/** Rounded, because 0.57 * 100 is not 57. */
function fromFraction(rate: number): number {
  return Math.round(rate * 1e8) / 1e6;
}
