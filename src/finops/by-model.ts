import { degradedNote, type Note, type Noted } from "./basis.ts";
import type { Change } from "./change.ts";
import { type CostTableFacts, costTable } from "./cost-table.ts";
import { type CutComparison, type EntityPair, NO_PAIRS, pairEntities } from "./entity-change.ts";
import { type EntityList, type ModelRow, mergeModels, modelsAsEntities, repeatedModels } from "./entity-cost.ts";
import { type Micro, toMicroOrNull } from "./money.ts";
import type { Part } from "./part.ts";
import { costPerRequestUsd, costPerTokensUsd } from "./usage-sum.ts";

export type ModelFlag = "zero_priced" | "cost_without_requests";

export interface ModelCostRow {
  provider: string | null;
  model: string;
  cost_usd: number | null;
  share_pct: number | null;
  requests: number | null;
  tokens: number | null;
  cost_per_request_usd: number | null;
  cost_per_1m_tokens_usd: number | null;
  change: Change;
  flags: ModelFlag[];
}

/** Ready to return from a tool. */
export interface ModelCosts extends CostTableFacts {
  models: ModelCostRow[];
  top_share_pct: number | null;
}

export interface ModelCostsInput {
  rows: readonly ModelRow[];
  degraded?: boolean;
  /** Why the rows are of another window than the total, which then says nothing about them. */
  otherWindow?: Note | undefined;
  /** micro-USD of the usage series over the same window; `null` when unknown */
  total: Micro | null;
  /** The models of both comparison windows; absent when the source cannot cut them. */
  comparison?: { current: Part<readonly ModelRow[]>; previous: Part<readonly ModelRow[]> };
  limit: number;
}

type Row = ModelRow & { id: string; costMicro: Micro | null };

/** Which models take the money and at what unit price; models that stopped stay in the list with a cost of 0. */
export function costByModel(input: ModelCostsInput): Noted<ModelCosts> {
  const { rows, degraded = false, otherWindow, total, comparison, limit } = input;
  const merged = mergeModels(rows).map((row) => readRow(row, degraded));
  const compared = comparison ? pairEntities(asCut(comparison)) : NO_PAIRS;
  const changes = new Map(compared.pairs.map((pair) => [pair.id, pair.change]));
  const listed = new Set(merged.map((row) => row.id));
  const gone = degraded || otherWindow || !comparison ? [] : goneModels(compared.pairs, listed, comparison);
  const table = costTable([...merged, ...gone], total, limit, { complete: true, degraded, otherWindow });
  const models = table.ranked.map(({ row, cost_usd, share_pct }): ModelCostRow => {
    return {
      provider: row.provider,
      model: row.model,
      cost_usd,
      share_pct,
      requests: row.requests,
      tokens: row.tokens,
      cost_per_request_usd: costPerRequestUsd(row.costMicro, row.requests),
      cost_per_1m_tokens_usd: costPerTokensUsd(row.costMicro, row.tokens, 1_000_000),
      change: changes.get(row.id) ?? compared.unlisted,
      flags: flagsOf(row),
    };
  });
  const notes = [
    ...(degraded ? [degradedNote("The model table")] : []),
    ...table.notes,
    ...repeatedModels(rows),
    ...compared.notes,
    ...priceNotes(models),
  ];
  return { result: { models, top_share_pct: models[0]?.share_pct ?? null, ...table.facts }, notes };
}

/** Models of the comparison windows without a row in the total window: they cost nothing in it. */
function goneModels(
  pairs: readonly EntityPair[],
  listed: ReadonlySet<string>,
  comparison: NonNullable<ModelCostsInput["comparison"]>,
): Row[] {
  const sources = [comparison.current, comparison.previous].flatMap((part) => (part.status === "ok" ? part.data : []));
  const known = new Map(mergeModels(sources).map((row) => [row.id, row]));
  return pairs.flatMap(({ id }) => {
    const row = known.get(id);
    if (!row || listed.has(id)) return [];
    return [{ id, provider: row.provider, model: row.model, costUsd: 0, costMicro: 0, requests: 0, tokens: 0 }];
  });
}

function readRow(row: ModelRow & { id: string }, degraded: boolean): Row {
  const believed = (value: number | null): number | null => (degraded && value === 0 ? null : value);
  return {
    ...row,
    costMicro: toMicroOrNull(believed(row.costUsd)),
    requests: believed(row.requests),
    tokens: believed(row.tokens),
  };
}

function asCut({ current, previous }: NonNullable<ModelCostsInput["comparison"]>): CutComparison {
  return { current: asEntityList(current), previous: asEntityList(previous) };
}

function asEntityList(part: Part<readonly ModelRow[]>): Part<EntityList> {
  if (part.status === "failed") return part;
  return { ...part, data: modelsAsEntities(part.data) };
}

function flagsOf(row: Row): ModelFlag[] {
  const flags: ModelFlag[] = [];
  if (row.costMicro === 0 && (row.tokens ?? 0) > 0) flags.push("zero_priced");
  if ((row.costMicro ?? 0) > 0 && row.requests === 0) flags.push("cost_without_requests");
  return flags;
}

function priceNotes(models: readonly ModelCostRow[]): Note[] {
  if (!models.some((row) => row.flags.includes("zero_priced"))) return [];
  const text = "A model with tokens but no cost has no price recorded: budgets do not see its use.";
  return [{ code: "price_missing", text }];
}
