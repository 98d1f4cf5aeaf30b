import { type Micro, toMicro } from "./money.ts";
import { largestRemainder, roundTo } from "./rounding.ts";

/** Tokens of one type with the list price for them. */
export interface PricedTokens {
  meter: "input" | "output" | "cache read" | "cache write" | "reasoning";
  tokens: number;
  /** USD per 1,000,000 tokens. */
  unitPrice: number;
}

export interface ScaledTokens extends PricedTokens {
  /** Its part of the recorded cost. */
  billed: Micro;
  /** tokens × list price */
  list: Micro;
}

export interface ScaledGroup {
  parts: ScaledTokens[];
  /** recorded / priced, 6 places */
  scale: number;
}

const PER = 1_000_000;

/**
 * Divides the recorded cost of one model over its token types: list price times tokens, scaled so that the parts add up to the
 * record exactly.
 * @returns `null` when nothing is priced, so that the cost cannot be divided
 */
export function scaleToRecorded(tokens: readonly PricedTokens[], recorded: Micro): ScaledGroup | null {
  const used = tokens.filter((part) => part.tokens > 0);
  const priced = used.map((part) => (part.tokens * part.unitPrice) / PER);
  const total = priced.reduce((sum, usd) => sum + usd, 0);
  // Less than a micro-USD is no basis for a ratio.
  if (total * PER < 1) return null;
  const billed = largestRemainder(
    priced.map((usd) => (recorded * usd) / total),
    1,
  );
  return {
    parts: used.map((part, i) => ({ ...part, billed: billed[i] ?? 0, list: toMicro(priced[i] ?? 0) })),
    scale: roundTo(recorded / PER / total, 6),
  };
}
