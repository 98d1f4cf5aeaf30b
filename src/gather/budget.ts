import * as z from "zod";
import type { BudgetUse } from "../finops/budget.ts";
import type { BudgetOutlook } from "../finops/budget-outlook.ts";
import { usdText } from "../finops/money.ts";
import { word } from "../tool/quote.ts";
import { chanceText } from "./sentences.ts";

const nullable = z.number().nullable();
const day = z.string().nullable();

/** Output fields of one budget: what is used, how fast, and what may still be spent. */
export const budgetFields = {
  budget_state: z.enum(["set", "not_set", "zero", "unknown"]),
  budget_usd: nullable,
  spent_usd: nullable,
  lower_bound: z.boolean(),
  remaining_usd: nullable,
  over_by_usd: nullable,
  used_pct: nullable,
  elapsed_pct: nullable,
  pace_index: nullable,
  burn_per_day_usd: nullable,
  allowance_per_day_usd: nullable,
  window_start: day,
  resets_at: day,
  run_out: z.strictObject({ prob: z.number(), p10: day, p50: day, p90: day }).nullable(),
};

export const landingRange = z.strictObject({ p10: z.number(), p50: z.number(), p90: z.number() }).nullable();

/** What a budget does when it is passed, and whether it is switched on, if the service says. */
export interface Limit {
  readonly action: string | null;
  readonly isEnabled?: boolean | null;
}

/** One sentence on a budget: how much is used, how that compares with the time gone, and when it is reached. */
export function budgetSentence(whose: string, use: BudgetUse, outlook: BudgetOutlook, limit: Limit): string {
  const least = use.lower_bound ? "at least " : "";
  if (use.budget_state !== "set") {
    const why = { not_set: "no budget is set", zero: "the budget is 0", unknown: "the budget is not known", set: "" };
    const since = use.window_start === null ? "" : ` since ${use.window_start.slice(0, 10)} (UTC)`;
    return `${whose}: ${least}${usdText(use.spent_usd)} spent${since}; ${why[use.budget_state]}.`;
  }
  if (use.used_pct === null)
    return `${whose}: the budget is ${usdText(use.budget_usd)}; what is spent of it is not known.`;
  const gone = use.elapsed_pct === null ? "" : ` with ${use.elapsed_pct}% of its window gone`;
  const used = `${whose}: ${least}${usdText(use.spent_usd)} of ${usdText(use.budget_usd)} used (${use.used_pct}%)${gone}`;
  if ((use.over_by_usd ?? 0) > 0)
    return `${used}; it is passed by ${usdText(use.over_by_usd)}${isOff(limit) ? OFF : afterwards(limit.action)}.`;
  return `${used}${runOutText(outlook, use.resets_at)}${isOff(limit) ? OFF : ""}.`;
}

function runOutText({ run_out: runOut }: BudgetOutlook, resetsAt: string | null): string {
  if (runOut === null) return "";
  const chance = chanceText(runOut.prob);
  const reset = resetsAt === null ? "the reset" : `the reset on ${resetsAt.slice(0, 10)}`;
  return runOut.p50 === null
    ? `; it probably lasts until ${reset} (${chance} of running out before)`
    : `; it is reached about ${runOut.p50} (${runOut.p10} to ${runOut.p90 ?? "not before the reset"}, ${chance}), before ${reset}`;
}

const OFF = "; the policy is switched off";

/** A limit that is switched off stops nothing, whatever its action. */
export function isOff({ isEnabled }: Limit): boolean {
  return isEnabled === false;
}

/** What happens once a budget is passed, in the words of its action. */
export function afterwards(action: string | null): string {
  if (action === null) return "";
  return action === "alert_only" ? "; calls continue, only alerts are sent" : `; calls stop (${word(action)})`;
}
