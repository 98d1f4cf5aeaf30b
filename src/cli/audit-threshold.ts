import * as z from "zod";
import type { Block } from "./audit-blocks.ts";

/** What `--fail-over-pct` found. `exceeded` is null when that cannot be told. */
export interface Threshold {
  readonly limit_pct: number;
  readonly used_pct: number | null;
  readonly exceeded: boolean | null;
  readonly text: string;
}

const use = z.object({ used_pct: z.number().nullable(), lower_bound: z.boolean(), budget_state: z.string() });

const WHY_UNKNOWN: Readonly<Record<string, string>> = {
  not_set: "no budget is set",
  zero: "the budget is 0",
  set: "the spend is not known",
};

/** Compares budget use with a limit. Use that is only known from below counts when it is over, but never as being under. */
export function judgeBudget(limitPct: number, blocks: readonly Block[]): Threshold {
  const budget = blocks.find(({ name }) => name === "budget");
  if (budget === undefined || budget.data === null) return unknown(limitPct, null, "the budget could not be read");
  const { used_pct: used, lower_bound: isLowerBound, budget_state: state } = use.parse(budget.data);
  if (used === null) return unknown(limitPct, null, WHY_UNKNOWN[state] ?? "the budget is not known");
  if (used > limitPct)
    return { limit_pct: limitPct, used_pct: used, exceeded: true, text: `over ${limitPct}%: ${used}% used` };
  if (isLowerBound) return unknown(limitPct, used, `at least ${used}% is used, and some spend is not known`);
  return { limit_pct: limitPct, used_pct: used, exceeded: false, text: `not over ${limitPct}%: ${used}% used` };
}

function unknown(limitPct: number, used: number | null, why: string): Threshold {
  return { limit_pct: limitPct, used_pct: used, exceeded: null, text: `cannot be compared with ${limitPct}%: ${why}` };
}
