import * as z from "zod";
import type { EntityFilter } from "../api/spend.ts";
import type { Note } from "../finops/basis.ts";
import { toMicroOrNull } from "../finops/money.ts";
import type { GatheredDrillDown } from "./drill-down.ts";
import { dayLevel, staffLevel } from "./second-level.ts";
import { shortName } from "./short-name.ts";

const nullable = z.number().nullable();

/** The second level: a department's agents and members, or the days of an agent or member; or why there is none. */
export const childrenSchema = z.strictObject({
  status: z.enum(["ok", "failed", "none"]),
  /** Why there is nothing to show. */
  reason: z.string().optional(),
  of: z.strictObject({ id: z.string(), name: z.string().optional(), cost_usd: nullable }).optional(),
  rows: z
    .array(
      z.strictObject({
        id: z.string(),
        name: z.string().optional(),
        cost_usd: nullable,
        share_pct: nullable,
        requests: nullable,
      }),
    )
    .optional(),
  other: z.strictObject({ count: z.int(), cost_usd: z.number(), share_pct: nullable }).optional(),
  dates: z.array(z.string()).optional(),
  cost_usd: z.array(nullable).optional(),
  requests: z.array(nullable).optional(),
  omitted_days: z.int().optional(),
  total_cost_usd: nullable.optional(),
  unattributed_usd: nullable.optional(),
});
export type Children = z.output<typeof childrenSchema>;

const MOST_DAYS = 31;

/** Below one entity, reconciled with its cost in the first level. */
export function childrenOf(
  entity: EntityFilter,
  gathered: GatheredDrillDown,
  { now, limit }: { now: Date; limit: number },
): { children: Children; notes: Note[] } {
  const { list, level, windows, staff, days, other } = gathered;
  const row = list.rows.find(({ id }) => id === entity.id);
  const costUsd = row ? row.costUsd : list.complete && !isDegraded(gathered) ? 0 : null;
  const parentCost = toMicroOrNull(costUsd);
  const of = { id: entity.id, ...(row?.name ? { name: shortName(row.name) } : {}), cost_usd: costUsd };
  if (staff !== null && level.breakdown !== null) {
    const { result, notes } = staffLevel(staff, level.breakdown, { parentCost, limit });
    if (result.status === "failed") return { children: { ...result, of }, notes };
    const rows = result.rows.map(({ id, name, cost_usd, share_pct, requests }) => ({
      ...{ id, ...(name !== null && { name: shortName(name) }) },
      ...{ cost_usd, share_pct, requests },
    }));
    const { other, unattributed_usd, total_cost_usd } = result;
    return { children: { status: "ok", of, rows, other, total_cost_usd, unattributed_usd }, notes };
  }
  if (days === null) return { children: { status: "none", of }, notes: [] };
  // The days are those of the total, so that only a row of the same window is their sum.
  const sum = other === null ? parentCost : null;
  const { result, notes } = dayLevel(days, { window: windows.total, now, parentCost: sum, most: MOST_DAYS });
  return { children: { ...result, of }, notes };
}

function isDegraded({ level }: GatheredDrillDown): boolean {
  return level.list.status === "ok" && level.list.degraded;
}
