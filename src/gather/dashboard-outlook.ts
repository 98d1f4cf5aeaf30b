import * as z from "zod";
import type { Noted } from "../finops/basis.ts";
import { summariseLiveDay } from "../finops/live-day.ts";
import { budgetFields, landingRange } from "./budget.ts";
import type { GatheredDashboard } from "./dashboard.ts";
import type { Block } from "./dashboard-blocks.ts";
import { liveFigures } from "./live.ts";
import { shortName } from "./short-name.ts";

const nullable = z.number().nullable();

const { budget_state, budget_usd, spent_usd, lower_bound, used_pct, elapsed_pct, pace_index, resets_at } = budgetFields;
const { allowance_per_day_usd, run_out } = budgetFields;
export const budgetBlockFields = {
  ...{ budget_state, budget_usd, spent_usd, lower_bound, used_pct, elapsed_pct, pace_index, resets_at },
  ...{ allowance_per_day_usd, run_out, at_period_end_usd: landingRange, budget_variance_usd: nullable },
  action: z.string().nullable(),
};

/** The workspace budget in short: the same figures as its own status. */
export function budgetBlock({ budget }: GatheredDashboard): Block<z.output<z.ZodObject<typeof budgetBlockFields>>> {
  const { policyPart, policy, usage, result } = budget;
  if (usage.status === "failed" && policy === null) return { status: "failed", data: null, reason: usage.reason };
  const { use, outlook } = result;
  const data = {
    budget_state: use.budget_state,
    budget_usd: use.budget_usd,
    spent_usd: use.spent_usd,
    lower_bound: use.lower_bound,
    used_pct: use.used_pct,
    elapsed_pct: use.elapsed_pct,
    pace_index: use.pace_index,
    resets_at: use.resets_at,
    allowance_per_day_usd: use.allowance_per_day_usd,
    run_out: outlook.run_out,
    at_period_end_usd: outlook.landing_usd,
    budget_variance_usd: outlook.budget_variance_usd,
    action: policy?.action ?? null,
  };
  if (usage.status === "failed") return { status: "partial", data, reason: `spend: ${usage.reason}` };
  if (policyPart.status === "failed") return { status: "partial", data, reason: `budget policy: ${policyPart.reason}` };
  if (policy === null) return { status: "partial", data, reason: "the service returned no budget policy" };
  return { status: "ok", data };
}

const share = { cost_usd: nullable, share_pct: nullable };
export const liveFields = {
  total_cost_usd: nullable,
  lower_bound: z.boolean(),
  requests: nullable,
  success_pct: nullable,
  avg_latency_ms: nullable,
  top_models: z.array(z.strictObject({ model: z.string(), ...share })).nullable(),
  top_keys: z.array(z.strictObject({ id: z.string(), label: z.string().optional(), ...share })).nullable(),
};

const LIVE_ROWS = 3;

/** The rolling last 24 hours in short: the same figures as the live view on its own. */
export function liveBlock({ live }: GatheredDashboard): Noted<Block<z.output<z.ZodObject<typeof liveFields>>>> {
  if (live.status === "failed") return { result: { status: "failed", data: null, reason: live.reason }, notes: [] };
  const { result: day, notes } = summariseLiveDay(liveFigures(live), LIVE_ROWS, live.degraded);
  const data = {
    total_cost_usd: day.total_cost_usd,
    lower_bound: day.lower_bound,
    requests: day.requests,
    success_pct: day.success_pct,
    avg_latency_ms: day.avg_latency_ms,
    top_models:
      day.models?.rows.map(({ name, cost_usd, share_pct }) => ({ model: shortName(name), cost_usd, share_pct })) ??
      null,
    top_keys:
      day.keys?.rows.map(({ id, name, cost_usd, share_pct }) => ({
        ...{ id, ...(name !== id && { label: shortName(name) }) },
        ...{ cost_usd, share_pct },
      })) ?? null,
  };
  const result: Block<typeof data> =
    data.total_cost_usd === null ? { status: "partial", data, reason: "no cost in dollars" } : { status: "ok", data };
  return { result, notes };
}
