import { largestRemainder } from "./rounding.ts";

/** One model in one window. Cost in USD; null means unknown. */
export interface ModelUse {
  readonly requests: number | null;
  readonly tokens: number | null;
  readonly costUsd: number;
}

/** One model in both windows; a window without it is all zeros. */
export interface ModelPair {
  readonly id: string;
  readonly previous: ModelUse;
  readonly current: ModelUse;
}

export type Factor = "volume" | "mix" | "tokens_per_request" | "price" | "cost_per_request";

/** A change of cost, split so that the parts add up to it. Amounts in USD, not rounded; see `inCents`. */
export interface Decomposition {
  /** four factors, or three (volume, mix, cost per request) where tokens are not known */
  readonly factors: readonly { readonly factor: Factor; readonly usd: number }[];
  /** parts of `mix`: models that came or went */
  readonly enteredUsd: number;
  readonly leftUsd: number;
  /** models whose cost has no requests or no tokens on a side, so that no rate exists */
  readonly unattributedUsd: number;
  /** change of negative cost */
  readonly creditsUsd: number;
  readonly changeUsd: number;
  /** the last factor by model: USD per token, or per request where tokens are not known */
  readonly rates: readonly RateMove[];
}

/** What one model's unit cost did to the change, its list price or its blend of token types. */
export interface RateMove {
  readonly id: string;
  readonly usd: number;
  /** change of the unit cost, 0.43 = 43 % dearer */
  readonly relative: number;
}

/** Logarithmic mean; both above 0. */
function logMean(a: number, b: number): number {
  const ratio = Math.log1p((a - b) / b);
  return Math.abs(ratio) < 1e-12 ? (a + b) / 2 : (a - b) / ratio;
}

/**
 * Split a change of cost into volume, mix, tokens per request and price: the additive logarithmic mean Divisia index,
 * LMDI-I (Ang 2005), with zeros replaced by their limit. Swapping the windows flips every sign.
 */
export function decomposeCost(models: readonly ModelPair[]): Decomposition {
  const pairs = models.map(withoutCredit);
  const requests0 = sumOf(models, (model) => model.previous.requests);
  const requests1 = sumOf(models, (model) => model.current.requests);
  const isFour = pairs.every(({ previous, current }) =>
    [previous, current].every((u) => u.costUsd === 0 || u.tokens !== null),
  );
  const rate: Factor = isFour ? "price" : "cost_per_request";
  const sums = new Map<Factor, number>();
  const add = (factor: Factor, usd: number) => sums.set(factor, (sums.get(factor) ?? 0) + usd);
  let enteredUsd = 0;
  let leftUsd = 0;
  let unattributedUsd = 0;
  const rates: RateMove[] = [];

  for (const { id, previous, current } of pairs) {
    const change = current.costUsd - previous.costUsd;
    if (previous.costUsd === 0 && current.costUsd === 0) continue;
    if (!hasRates(previous, isFour) || !hasRates(current, isFour)) {
      unattributedUsd += change;
      continue;
    }
    if (previous.costUsd === 0 || current.costUsd === 0) {
      const zero = previous.costUsd === 0 ? previous : current;
      if ((zero.requests ?? 0) > 0) add(isFour && zero.tokens === 0 ? "tokens_per_request" : rate, change);
      else {
        add("mix", change);
        if (zero === previous) enteredUsd += change;
        else leftUsd += change;
      }
      continue;
    }
    const weight = logMean(current.costUsd, previous.costUsd);
    const volume = Math.log(requests1 / requests0);
    const requests = Math.log((current.requests ?? 0) / (previous.requests ?? 0));
    const tokens = isFour ? Math.log((current.tokens ?? 0) / (previous.tokens ?? 0)) : requests;
    add("volume", weight * volume);
    add("mix", weight * (requests - volume));
    if (isFour) add("tokens_per_request", weight * (tokens - requests));
    const dearer = Math.log(current.costUsd / previous.costUsd) - tokens;
    add(rate, weight * dearer);
    rates.push({ id, usd: weight * dearer, relative: Math.exp(dearer) - 1 });
  }

  const order: readonly Factor[] = isFour ? ["volume", "mix", "tokens_per_request", rate] : ["volume", "mix", rate];
  return {
    factors: order.map((factor) => ({ factor, usd: sums.get(factor) ?? 0 })),
    enteredUsd,
    leftUsd,
    unattributedUsd,
    creditsUsd: sumOf(models, ({ current, previous }) => Math.min(0, current.costUsd) - Math.min(0, previous.costUsd)),
    changeUsd: sumOf(models, ({ current, previous }) => current.costUsd - previous.costUsd),
    rates,
  };
}

/** The parts of a decomposition in whole cents that add up to the change in whole cents (largest remainder). USD. */
export function inCents(
  split: Decomposition,
): { readonly row: Factor | "unattributed" | "credits"; readonly usd: number }[] {
  const rows = [
    ...split.factors.map(({ factor, usd }) => ({ row: factor, usd })),
    { row: "unattributed" as const, usd: split.unattributedUsd },
    { row: "credits" as const, usd: split.creditsUsd },
  ];
  const cents = largestRemainder(
    rows.map(({ usd }) => usd),
    0.01,
  );
  return rows.map(({ row }, i) => ({ row, usd: cents[i] ?? 0 }));
}

function sumOf(models: readonly ModelPair[], amount: (model: ModelPair) => number | null): number {
  return models.reduce((sum, model) => sum + (amount(model) ?? 0), 0);
}

function withoutCredit(model: ModelPair): ModelPair {
  const positive = (use: ModelUse): ModelUse => ({ ...use, costUsd: Math.max(0, use.costUsd) });
  return { id: model.id, previous: positive(model.previous), current: positive(model.current) };
}

/** Whether a side's cost can be divided by its requests, and by its tokens where those are a factor. */
function hasRates(use: ModelUse, isFour: boolean): boolean {
  if (use.costUsd === 0) return true;
  return (use.requests ?? 0) > 0 && (!isFour || (use.tokens ?? 0) > 0);
}
