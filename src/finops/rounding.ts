/** Moves the decimal point of a number without the error of a float multiplication. */
function shift(value: number, places: number): number {
  const [mantissa, exponent = "0"] = String(value).split("e");
  return Number(`${mantissa}e${Number(exponent) + places}`);
}

/** Nearest integer, halves away from zero, never −0: 2.5 → 3, −2.5 → −3. */
export function roundHalfAway(value: number): number {
  const rounded = Math.sign(value) * Math.round(Math.abs(value));
  return rounded === 0 ? 0 : rounded;
}

/** Rounds the printed decimal form to `digits` places, halves away from zero: `roundTo(1.005, 2)` is 1.01. */
export function roundTo(value: number, digits: number): number {
  if (!Number.isFinite(value)) throw new RangeError(`Cannot round ${value}`);
  return shift(roundHalfAway(shift(value, digits)), -digits);
}

/**
 * Rounds parts to multiples of `unit` so that they add up to the rounded sum (Hamilton's largest-remainder rule): every part
 * is floored and the missing units go to the largest fractions, ties to the earlier part.
 *
 * @param unit - one displayed step: 0.01 for cents, 0.1 for percent columns, 1 for micro-USD
 */
export function largestRemainder(parts: readonly number[], unit: number): number[] {
  const perOne = unit < 1 ? Math.round(1 / unit) : 1;
  const inUnits = parts.map((part) => (unit < 1 ? part * perOne : part / unit));
  const floors = inUnits.map((value) => Math.floor(value + 1e-9));
  const missing = roundHalfAway(sum(inUnits)) - sum(floors);
  // Nine digits of the fraction decide: equal parts must tie although their floats differ in the last bit.
  const fractions = inUnits.map((value, i) => Math.round((value - (floors[i] ?? 0)) * 1e9));
  const order = fractions.map((fraction, index) => ({ fraction, index }));
  order.sort((a, b) => b.fraction - a.fraction || a.index - b.index);
  const raised = new Set(order.slice(0, Math.max(0, missing)).map((entry) => entry.index));
  return floors.map((floor, index) => {
    const units = floor + (raised.has(index) ? 1 : 0);
    return unit < 1 ? units / perOne : units * unit;
  });
}

/**
 * Shares of `total` in percent with one decimal; the column adds up. All `null` when the total is zero or negative, because
 * a share of such a base means nothing.
 */
export function pctShares(parts: readonly number[], total: number): (number | null)[] {
  if (!(total > 0)) return parts.map(() => null);
  return largestRemainder(
    parts.map((part) => (100 * part) / total),
    0.1,
  );
}

function sum(values: readonly number[]): number {
  return values.reduce((acc, value) => acc + value, 0);
}
