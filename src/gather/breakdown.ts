import type { ManagerApi } from "../api/manager.ts";
import type { CostBreakdown } from "../api/resources/costs.ts";
import type { Answer, Span } from "../api/spend.ts";
import { type Day, dayOf } from "../finops/day.ts";
import type { CutComparison } from "../finops/entity-change.ts";
import type { EntityCost, EntityList } from "../finops/entity-cost.ts";
import type { Part } from "../finops/part.ts";
import { inAskedWindow } from "./asked-window.ts";
import { type NamedPart, part } from "./part.ts";

export type Breakdown = NamedPart<Answer<CostBreakdown>>;

/** The cuts of a breakdown that are entities of the workspace. Models are read from their own route, which knows tokens. */
export const ENTITY_CUTS = ["agent", "department", "member", "master_key"] as const;

/** Row limits that services commonly have: a list of exactly that length may have been cut off without a word. */
const LIKELY_ROW_LIMITS = [50, 100, 200];

/** Reads the cost breakdown of one window; one that speaks for another window has failed. @param name under which it is missed when it fails */
export async function gatherBreakdown(api: ManagerApi, span: Span, name: string): Promise<Breakdown> {
  return inAskedWindow(await part(name, api.costs(span)), span);
}

/**
 * One cut of a breakdown. A cut that the service did not send is not an empty one: it failed.
 * Items without id and name cannot be told apart; they are left out, so their money shows as unattributed.
 */
export function cutOf(breakdown: Breakdown, dimension: string): Part<EntityList> {
  if (breakdown.status === "failed") return { status: "failed", reason: breakdown.reason };
  const found = breakdown.data.value.dimensions.find((cut) => cut.dimension === dimension);
  if (!found) return { status: "failed", reason: "not_found" };
  const rows = found.items.flatMap(({ id, name, costUsd, requests }): EntityCost[] => {
    const known = id ?? name;
    return known === null ? [] : [{ id: known, name: id === null ? null : name, costUsd, requests }];
  });
  const complete = !LIKELY_ROW_LIMITS.includes(found.items.length);
  return { status: "ok", data: { rows, complete }, degraded: breakdown.degraded };
}

/** The dimensions a breakdown holds, in the service's order. */
export function dimensionsOf(breakdown: Breakdown): string[] {
  return breakdown.status === "ok" ? breakdown.data.value.dimensions.map(({ dimension }) => dimension) : [];
}

/** The UTC day on which each entity of a breakdown was last used, where the service tells. */
export function lastUseDays(breakdown: Breakdown): Map<string, Day> {
  const items = breakdown.status === "ok" ? breakdown.data.value.dimensions.flatMap((cut) => cut.items) : [];
  return new Map(
    items.flatMap(({ id, lastUsedAt }) =>
      id === null || lastUsedAt === null ? [] : [[id, dayOf(new Date(lastUsedAt))]],
    ),
  );
}

/** The entity cuts of two windows, those that at least one of them holds. */
export function comparedCuts(current: Breakdown, previous: Breakdown): Record<string, CutComparison> {
  const present = new Set([...dimensionsOf(current), ...dimensionsOf(previous)]);
  const cuts = ENTITY_CUTS.filter((dimension) => present.has(dimension));
  return Object.fromEntries(
    cuts.map((dimension) => [dimension, { current: cutOf(current, dimension), previous: cutOf(previous, dimension) }]),
  );
}
