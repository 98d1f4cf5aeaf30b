import { degradedNote, type Note, type Noted } from "./basis.ts";
import type { Change } from "./change.ts";
import { type CostTableFacts, costTable } from "./cost-table.ts";
import { type CutComparison, NO_PAIRS, pairEntities } from "./entity-change.ts";
import { type EntityList, mergeEntities } from "./entity-cost.ts";
import type { Micro } from "./money.ts";
import type { FailureReason, Part } from "./part.ts";

export interface DrillDownRow {
  id: string;
  name: string | null;
  cost_usd: number | null;
  share_pct: number | null;
  cumulative_pct: number | null;
  requests: number | null;
  change: Change;
}

/** One level of a drill-down, ready to return from a tool. */
export interface DrillDown extends CostTableFacts {
  rows: DrillDownRow[];
}

/** The second level: a failed one is told, never shown as empty. */
export type DrillDownChildren = ({ status: "ok" } & DrillDown) | { status: "failed"; reason: FailureReason };

export interface DrillDownInput {
  list: EntityList;
  degraded?: boolean;
  /** Why the rows are of another window than the total, which then says nothing about them. */
  otherWindow?: Note | undefined;
  /** micro-USD of the same window: the usage series for the first level, the parent's cost for the second; `null` = unknown */
  total: Micro | null;
  comparison?: CutComparison;
  limit: number;
}

/** Where the money of one window goes along one dimension. Entities that stopped stay in the list with a cost of 0. */
export function drillDown(input: DrillDownInput): Noted<DrillDown> {
  const { list, degraded = false, otherWindow, total, comparison, limit } = input;
  const merged = mergeEntities(list.rows, degraded);
  const compared = comparison ? pairEntities(comparison) : NO_PAIRS;
  const changes = new Map(compared.pairs.map((pair) => [pair.id, pair.change]));
  const listed = new Set(merged.rows.map((row) => row.id));
  const canBeGone = list.complete && !degraded && otherWindow === undefined;
  const gone = compared.pairs
    .filter((pair) => canBeGone && !listed.has(pair.id))
    .map(({ id, name }) => ({ id, name, costMicro: 0, requests: 0 }));
  const table = costTable([...merged.rows, ...gone], total, limit, { complete: list.complete, degraded, otherWindow });
  const rows = table.ranked.map(({ row, cost_usd, share_pct, cumulative_pct }): DrillDownRow => {
    const change = changes.get(row.id) ?? compared.unlisted;
    return { id: row.id, name: row.name, cost_usd, share_pct, cumulative_pct, requests: row.requests, change };
  });
  const own = degraded ? [degradedNote("The cost breakdown")] : [];
  return {
    result: { rows, ...table.facts },
    notes: [...own, ...table.notes, ...(list.notes ?? []), ...merged.notes, ...compared.notes],
  };
}

/** The second level of a drill-down, reconciled with its parent's cost in the same window. */
export function drillDownChildren(
  part: Part<EntityList>,
  parentCost: Micro | null,
  limit: number,
): Noted<DrillDownChildren> {
  if (part.status === "failed") {
    const text = `The second level could not be read (${part.reason}); the first level stands.`;
    return { result: { status: "failed", reason: part.reason }, notes: [{ code: "sub_call_failed", text }] };
  }
  const { result, notes } = drillDown({ list: part.data, degraded: part.degraded, total: parentCost, limit });
  return { result: { status: "ok", ...result }, notes };
}
