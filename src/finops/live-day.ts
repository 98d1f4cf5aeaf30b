import { assumedUnits } from "./assumed-units.ts";
import type { Note, Noted } from "./basis.ts";
import { type Micro, toMicroOrNull, toUsd, toUsdOrNull, usdText } from "./money.ts";
import { byText } from "./rank.ts";
import { isWithinTolerance } from "./reconcile.ts";
import { pctShares } from "./rounding.ts";
import { costPerRequestUsd } from "./usage-sum.ts";

/** One row of a top list, by model or by key. */
export interface LiveRow {
  id: string;
  name: string;
  provider: string | null;
  costUsd: number | null;
  requests: number | null;
}

/** What a live source says of the last 24 hours; a part is `null` when it does not carry it. */
export interface LiveFigures {
  summary: {
    costUsd: number | null;
    requests: number | null;
    tokens: number | null;
    inputTokens: number | null;
    outputTokens: number | null;
    successPct: number | null;
    avgLatencyMs: number | null;
  } | null;
  models: readonly LiveRow[] | null;
  keys: readonly LiveRow[] | null;
  /** Costs came in storage units, which are not money. */
  hasRawCost: boolean;
}

export interface TopRow {
  id: string;
  name: string;
  provider: string | null;
  cost_usd: number | null;
  share_pct: number | null;
  requests: number | null;
}

/** The largest rows; rows plus `not_listed_usd` are the total. */
export interface TopList {
  rows: TopRow[];
  not_listed_usd: number | null;
  not_listed_pct: number | null;
}

/** Ready to return from a tool. */
export interface LiveDay {
  total_cost_usd: number | null;
  lower_bound: boolean;
  requests: number | null;
  tokens: { input: number | null; output: number | null; total: number | null };
  cost_per_request_usd: number | null;
  success_pct: number | null;
  avg_latency_ms: number | null;
  models: TopList | null;
  keys: TopList | null;
}

/**
 * The rolling 24 hours: the total once, and which models and keys take it. Models and keys cut the same money, so the larger
 * of their sums stands in for a total that is missing; they are never added to each other.
 *
 * @param degraded - the source answered without its data store, so its zeros are unknown and no shares are taken
 */
export function summariseLiveDay(live: LiveFigures, limit: number, degraded = false): Noted<LiveDay> {
  const known = (value: number | null | undefined): number | null => (degraded && value === 0 ? null : (value ?? null));
  const believed = (rows: readonly LiveRow[] | null) =>
    rows?.map((row) => ({ ...row, costUsd: known(row.costUsd), requests: known(row.requests) })) ?? null;
  const { summary } = live;
  const models = believed(live.models);
  const keys = believed(live.keys);
  const notes: Note[] = [];
  const stated = toMicroOrNull(known(summary?.costUsd));
  const least = stated ?? largest([sumOf(models), sumOf(keys)]);
  if (stated === null && least !== null) {
    notes.push({ code: "lower_bound", text: "The total was not reported; it is at least the sum of the listed rows." });
  }
  if (live.hasRawCost) {
    notes.push({ code: "unit_unknown", text: "Costs came in storage units, which are not money, and are left out." });
  }
  const requests = known(summary?.requests);
  const success_pct = known(summary?.successPct);
  const avg_latency_ms = known(summary?.avgLatencyMs);
  const result: LiveDay = {
    total_cost_usd: toUsdOrNull(least),
    lower_bound: stated === null && least !== null,
    requests,
    tokens: {
      input: known(summary?.inputTokens),
      output: known(summary?.outputTokens),
      total: known(summary?.tokens),
    },
    cost_per_request_usd: costPerRequestUsd(stated, requests),
    success_pct,
    avg_latency_ms,
    models: models && topList("models", models, degraded ? null : stated, limit, notes),
    keys: keys && topList("keys", keys, degraded ? null : stated, limit, notes),
  };
  return {
    result,
    notes: [...notes, ...assumedUnits({ success: success_pct !== null, latency: avg_latency_ms !== null })],
  };
}

function topList(what: string, rows: readonly LiveRow[], total: Micro | null, limit: number, notes: Note[]): TopList {
  const ranked = rows.map((row) => ({ ...row, micro: toMicroOrNull(row.costUsd) }));
  ranked.sort((a, b) => (b.micro ?? -1) - (a.micro ?? -1) || byText(a.id, b.id));
  const shown = ranked.slice(0, limit);
  const listed = shown.reduce((sum, { micro }) => sum + (micro ?? 0), 0);
  const rest = total === null ? null : total - listed;
  const exceeds = rest !== null && rest < 0 && !isWithinTolerance(rest, total ?? 0);
  if (exceeds) {
    const text = `The listed ${what} add up to ${usdText(toUsd(listed))}, more than the total: no shares are given.`;
    notes.push({ code: "over_attributed", text });
  }
  const base = exceeds ? null : total;
  const parts = [...shown.map(({ micro }) => micro ?? 0), Math.max(0, rest ?? 0)];
  const shares = base === null ? [] : pctShares(parts, base);
  const shareAt = (index: number): number | null => shares[index] ?? null;
  return {
    rows: shown.map(({ id, name, provider, micro, requests }, index) => ({
      ...{ id, name, provider, cost_usd: toUsdOrNull(micro) },
      share_pct: micro === null ? null : shareAt(index),
      requests,
    })),
    not_listed_usd: exceeds ? null : toUsdOrNull(rest),
    not_listed_pct: shareAt(shown.length),
  };
}

/** Null when no row tells its cost. */
function sumOf(rows: readonly LiveRow[] | null): Micro | null {
  const costs = (rows ?? []).flatMap(({ costUsd }) => toMicroOrNull(costUsd) ?? []);
  return costs.length === 0 ? null : costs.reduce((sum, cost) => sum + cost, 0);
}

function largest(amounts: readonly (Micro | null)[]): Micro | null {
  const known = amounts.filter((amount) => amount !== null);
  return known.length === 0 ? null : Math.max(...known);
}
