import * as z from "zod";
import type { Movers } from "../finops/movers.ts";
import type { ScopeCheck } from "../finops/scope-check.ts";
import { shortName } from "./short-name.ts";

const nullable = z.number().nullable();

/** The schema of the movers of one dimension: rows + other + unattributed are the change of the total. */
export const moversSchema = z.strictObject({
  rows: z.array(
    z.strictObject({
      id: z.string(),
      name: z.string().optional(),
      current_usd: nullable,
      previous_usd: nullable,
      delta_usd: nullable,
      pct: nullable,
      word: z.enum(["up", "down", "unchanged", "new", "stopped", "none", "unknown"]),
      /** Whether its own days hold an episode; absent when they were not looked at. */
      anomalous: z.boolean().optional(),
    }),
  ),
  other: z.strictObject({ count: z.int(), delta_usd: nullable }),
  unattributed_delta_usd: nullable,
});

/** A mover is not an anomaly: it counts as one only if its own daily series was checked and holds an episode. */
export function moverTable(
  { rows, other, unattributed_delta_usd }: Movers,
  dimension: string,
  checks: readonly ScopeCheck[],
): z.output<typeof moversSchema> {
  return {
    rows: rows.map(({ id, name, ...figures }) => {
      const check = checks.find(({ scope }) => scope.type === dimension && scope.id === id);
      return {
        id,
        ...(name !== null && !id.endsWith(name) && { name: shortName(name) }),
        ...figures,
        ...(check?.isJudged && { anomalous: check.episodes.length > 0 }),
      };
    }),
    other,
    unattributed_delta_usd,
  };
}
