import type { Note, Noted } from "./basis.ts";
import { type ModelRow, mergeModels } from "./entity-cost.ts";
import { decomposeCost, inCents, type ModelPair, type ModelUse, type RateMove } from "./lmdi.ts";
import { type Micro, toUsd } from "./money.ts";
import type { Part } from "./part.ts";
import { byText, rankByUsd } from "./rank.ts";
import { roundTo } from "./rounding.ts";

/**
 * A change of cost by what moved it. All parts but `entered_usd` and `left_usd`, which are inside `mix_usd`, add up to
 * `total_delta_usd`. With tokens: volume, mix, tokens per request, price. Without: volume, mix, cost per request.
 */
export interface PriceVolumeMix {
  volume_usd: number;
  mix_usd: number;
  tokens_per_request_usd?: number;
  price_usd?: number;
  cost_per_request_usd?: number;
  /** The model whose unit cost (per token, else per request) did most to the change, if by 15 % or more and at least $1. */
  largest_price_move?: { model: string; usd: number; pct: number };
  /** Models that came, and models that went. */
  entered_usd: number;
  left_usd: number;
  credits_usd?: number;
  /** Money without requests or tokens to divide by, and money of the total that no model row holds. */
  unattributed_usd: number;
  total_delta_usd: number;
}

export interface PriceVolumeMixInput {
  current: Part<readonly ModelRow[]>;
  previous: Part<readonly ModelRow[]>;
  /** micro-USD by which the usage series changed; `null` when unknown, then the change of the model rows stands in */
  totalDelta: Micro | null;
}

/** Splits the change between two windows into volume, mix and price (LMDI); `null` when a side is not fully known. */
export function priceVolumeMix({ current, previous, totalDelta }: PriceVolumeMixInput): Noted<PriceVolumeMix | null> {
  if (current.status === "failed" || previous.status === "failed") return { result: null, notes: [] };
  if (current.degraded || previous.degraded) return { result: null, notes: [] };
  const pairs = pairModels(current.data, previous.data);
  if (pairs === null) {
    const text = "A model's cost is not reported, so the change is not split into price, volume and mix.";
    return { result: null, notes: [{ code: "lower_bound", text }] };
  }
  const split = decomposeCost(pairs);
  const cents = new Map(inCents(split).map(({ row, usd }) => [row, usd]));
  const models = roundTo(
    [...cents.values()].reduce((sum, usd) => sum + usd, 0),
    2,
  );
  const delta = totalDelta === null ? models : roundTo(toUsd(totalDelta), 2);
  const hasTokens = cents.has("price");
  const credits = cents.get("credits") ?? 0;
  const part = (name: "volume" | "mix" | "tokens_per_request" | "price" | "cost_per_request" | "unattributed") =>
    cents.get(name) ?? 0;
  const notes: Note[] = hasTokens
    ? []
    : [{ code: "price_missing", text: "Token counts are missing, so price and tokens per request are one factor." }];
  const result: PriceVolumeMix = {
    volume_usd: part("volume"),
    mix_usd: part("mix"),
    ...(hasTokens
      ? { tokens_per_request_usd: part("tokens_per_request"), price_usd: part("price") }
      : { cost_per_request_usd: part("cost_per_request") }),
    ...largestPriceMove(split.rates),
    entered_usd: roundTo(split.enteredUsd, 2),
    left_usd: roundTo(split.leftUsd, 2),
    ...(credits !== 0 && { credits_usd: credits }),
    unattributed_usd: roundTo(part("unattributed") + delta - models, 2),
    total_delta_usd: delta,
  };
  return { result, notes };
}

const LEAST_PRICE_MOVE = { usd: 1, relative: 0.15 };

/** Small moves of a unit cost are the blend of token types, which shifts all the time. */
function largestPriceMove(rates: readonly RateMove[]): Pick<PriceVolumeMix, "largest_price_move"> {
  const { usd: least, relative: leastRelative } = LEAST_PRICE_MOVE;
  const found = rates.filter(({ usd, relative }) => Math.abs(usd) >= least && Math.abs(relative) >= leastRelative);
  const [top] = rankByUsd(found, ({ usd }) => Math.abs(usd)).shown;
  if (top === undefined) return {};
  return { largest_price_move: { model: top.id, usd: roundTo(top.usd, 2), pct: roundTo(100 * top.relative, 1) } };
}

const ABSENT: ModelUse = { requests: 0, tokens: 0, costUsd: 0 };

/** The models of both windows by id; a window without a model has none of it. `null` when a cost is unknown. */
function pairModels(current: readonly ModelRow[], previous: readonly ModelRow[]): ModelPair[] | null {
  const [now, before] = [byId(current), byId(previous)];
  if (now === null || before === null) return null;
  const ids = [...new Set([...now.keys(), ...before.keys()])].sort(byText);
  return ids.map((id) => ({ id, previous: before.get(id) ?? ABSENT, current: now.get(id) ?? ABSENT }));
}

function byId(rows: readonly ModelRow[]): Map<string, ModelUse> | null {
  const uses = new Map<string, ModelUse>();
  for (const { id, costUsd, requests, tokens } of mergeModels(rows)) {
    if (costUsd === null) return null;
    uses.set(id, { costUsd, requests, tokens });
  }
  return uses;
}
