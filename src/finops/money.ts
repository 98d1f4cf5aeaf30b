import { roundHalfAway, roundTo } from "./rounding.ts";

/** Integer micro-USD: 1 USD is 1,000,000. Sums and differences of recorded money stay in this unit. */
export type Micro = number;

export const MICRO_PER_USD = 1_000_000;
export const MICRO_PER_CENT = 10_000;

const DECIMAL = /^-?\d+(\.\d+)?$/;

/** USD → micro-USD, halves away from zero. Throws `RangeError` on NaN, ±Infinity or an amount past 2^53 micro-USD. */
export function toMicro(usd: number): Micro {
  const micro = roundHalfAway(usd * MICRO_PER_USD);
  if (!Number.isSafeInteger(micro)) throw new RangeError(`Not an amount of money: ${usd}`);
  return micro;
}

/** As `toMicro`, but what is absent or not a usable number stays unknown (`null`), never 0. */
export function toMicroOrNull(usd: number | null | undefined): Micro | null {
  if (typeof usd !== "number" || !Number.isFinite(usd)) return null;
  const micro = roundHalfAway(usd * MICRO_PER_USD);
  return Number.isSafeInteger(micro) ? micro : null;
}

/** Integer cents → micro-USD. */
export function centsToMicro(cents: number): Micro {
  return toMicro(cents / 100);
}

/** A strict decimal text ("12.50", "-3") in USD → micro-USD; any other text is unknown. */
export function decimalToMicro(text: string): Micro | null {
  return DECIMAL.test(text) ? toMicroOrNull(Number(text)) : null;
}

/** Recorded money at the edge: exact, at most 6 decimals. */
export function toUsd(micro: Micro): number {
  return micro / MICRO_PER_USD;
}

/** As `toUsd`; unknown stays `null`. */
export function toUsdOrNull(micro: Micro | null): number | null {
  return micro === null ? null : toUsd(micro);
}

/** Estimated money at the edge (expected, forecast, impact, saving): cents, or 6 decimals below 1 USD. */
export function estimatedUsd(usd: number): number {
  return roundTo(usd, Math.abs(usd) < 1 ? 6 : 2);
}

/** `a + b`, unknown when either is. */
export function addKnown(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a + b;
}

/** `a − b`, unknown when either is. */
export function subtractKnown(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a - b;
}

/** Sums micro-USD. */
export function sumMicro(amounts: readonly Micro[]): Micro {
  return amounts.reduce((acc, amount) => acc + amount, 0);
}

/** USD for a sentence: `$1,234.56`, `-$5.00`, `<$0.01` for an amount below a cent, `unknown` for `null`. */
export function usdText(usd: number | null): string {
  if (usd === null) return "unknown";
  const sign = usd < 0 ? "-" : "";
  const size = Math.abs(usd);
  if (size > 0 && size < 0.01) return `${sign}<$0.01`;
  const [whole = "0", cents = "00"] = roundTo(size, 2).toFixed(2).split(".");
  return `${sign}$${whole.replace(/\B(?=(\d{3})+$)/g, ",")}.${cents}`;
}

/** As `usdText` with the sign always written: `+$38.00`, `-$5.00`, `$0.00`. */
export function signedUsdText(usd: number | null): string {
  return usd !== null && usd > 0 ? `+${usdText(usd)}` : usdText(usd);
}
