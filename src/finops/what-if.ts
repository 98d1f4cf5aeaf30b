import { estimatedUsd } from "./money.ts";
import { roundTo } from "./rounding.ts";

/** Tokens of one window by type; cache types are 0 where the source does not tell them apart. */
export interface TokenMix {
  input: number;
  cacheRead: number;
  cacheWrite: number;
  output: number;
}

/** List prices in USD per one million tokens; `null` = no such price. */
export interface ListPrice {
  input: number;
  output: number;
  cacheRead: number | null;
  cacheWrite: number | null;
}

/** What the same requests would cost on another model: price only, quality untested. Estimated USD. */
export interface WhatIf {
  /** Same token counts, new prices. */
  same_usd: number;
  low_usd: number;
  high_usd: number;
  saving_usd: number;
  saving_low_usd: number;
  saving_high_usd: number;
  /** How many times the output may grow before the saving is gone. */
  break_even_output_factor: number | null;
}

/** Tokenizers differ by about a tenth, answers by about a fifth. */
const TOKENIZER = { low: 0.9, high: 1.1 };
const ANSWER = { low: 0.8, high: 1.2 };
const PER = 1_000_000;
/** Less output than this is no basis for a factor. */
const NEGLIGIBLE_USD = 1e-6;

/**
 * Reprices a token mix. The high end pays every cached token once more, because a switch starts with an empty cache.
 *
 * @param recordedUsd what the window did cost, not tokens times a list price
 */
export function repriceMix(tokens: TokenMix, recordedUsd: number, price: ListPrice): WhatIf {
  const cacheRead = price.cacheRead ?? price.input;
  const cacheWrite = price.cacheWrite ?? price.input;
  const fresh = (tokens.input * price.input + tokens.cacheWrite * cacheWrite) / PER;
  const cached = (tokens.cacheRead * cacheRead) / PER;
  const refilled = (tokens.cacheRead * Math.max(price.input, cacheWrite)) / PER;
  const output = (tokens.output * price.output) / PER;
  const same = fresh + cached + output;
  const low = TOKENIZER.low * (fresh + cached + ANSWER.low * output);
  const high = TOKENIZER.high * (fresh + refilled + ANSWER.high * output);
  return {
    same_usd: estimatedUsd(same),
    low_usd: estimatedUsd(low),
    high_usd: estimatedUsd(high),
    saving_usd: estimatedUsd(recordedUsd - same),
    saving_low_usd: estimatedUsd(recordedUsd - high),
    saving_high_usd: estimatedUsd(recordedUsd - low),
    break_even_output_factor: output >= NEGLIGIBLE_USD ? roundTo((recordedUsd - fresh - cached) / output, 2) : null,
  };
}

/** One model of a catalogue that could take over requests. */
export interface Candidate {
  provider: string | null;
  model: string;
  /** What it takes and gives: only models of the same kind are set against each other. */
  kind: string;
  price: ListPrice;
  /** Tokens of input and output together; absent or null when unknown. */
  contextTokens?: number | null;
}

/** One model in use, with its token mix and recorded cost in USD. */
export interface ModelInUse {
  provider: string | null;
  model: string;
  tokens: TokenMix;
  costUsd: number;
}

export interface Alternative extends WhatIf {
  model: string;
  instead: string;
  instead_provider: string | null;
}

/** The entry of a model in a catalogue; `null` as well when its kind is not told, because nothing is of the same kind then. */
export function entryOf({ model, provider }: ModelInUse, candidates: readonly Candidate[]): Candidate | null {
  const own = candidates.find((entry) => entry.model === model && entry.provider === provider);
  return own === undefined || own.kind === "" ? null : own;
}

const DRIFT_FROM_PCT = 3;

/**
 * By how many percent the recorded cost of a model is above (or below) its tokens at list price; `null` up to 3 %, where the two
 * agree, and when the list price is 0.
 */
export function priceDriftPct({ tokens, costUsd }: ModelInUse, price: ListPrice): number | null {
  const list = repriceMix(tokens, costUsd, price).same_usd;
  const pct = list > 0 ? roundTo((100 * (costUsd - list)) / list, 1) : 0;
  return Math.abs(pct) > DRIFT_FROM_PCT ? pct : null;
}

/** The cheapest alternatives of the same kind whose whole range lies below the recorded cost, largest saving first. */
export function cheaperAlternatives(inUse: ModelInUse, candidates: readonly Candidate[], limit: number): Alternative[] {
  const own = entryOf(inUse, candidates);
  if (own === null) return [];
  return candidates
    .filter((other) => other !== own && other.kind === own.kind)
    .map((other) => ({
      model: inUse.model,
      instead: other.model,
      instead_provider: other.provider,
      ...repriceMix(inUse.tokens, inUse.costUsd, other.price),
    }))
    .filter((alternative) => alternative.saving_low_usd > 0)
    .sort((a, b) => b.saving_usd - a.saving_usd || (a.instead < b.instead ? -1 : 1))
    .slice(0, limit);
}
