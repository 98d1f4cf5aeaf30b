import { isDeepStrictEqual } from "node:util";
import * as z from "zod";
import { ConflictError } from "../api/errors.ts";
import type { ManagerApi, ManagerWrites } from "../api/manager.ts";
import {
  type BudgetPolicy,
  type JsonObject,
  type MergedBudgetConfig,
  mergeBudgetConfig,
  type PolicyEcho,
} from "../api/resources/budget-policy.ts";
import { invalidArgument, ToolError } from "../tool/errors.ts";
import { type AskedBudget, budgetDifferences } from "./budget-change.ts";

/** The workspace's budget policy as results show it. */
export const policyState = z.strictObject({
  budget_usd: z.number().nullable(),
  budget_action: z.string().optional(),
  window: z.string().optional(),
  thresholds_pct: z.array(z.number()).optional(),
  enabled: z.boolean().optional(),
});
export type PolicyState = z.input<typeof policyState>;

export function toPolicyState(policy: BudgetPolicy): PolicyState {
  return {
    budget_usd: policy.amountUsd,
    budget_action: policy.action ?? undefined,
    window: policy.period ?? undefined,
    thresholds_pct: policy.thresholds ?? undefined,
    enabled: policy.isEnabled ?? undefined,
  };
}

/** A policy that was read well enough to be written back whole. */
export type WritablePolicy = BudgetPolicy & { readonly config: JsonObject };

/**
 * Reads the policy that a change starts from.
 * @throws ToolError when there is no policy where one was expected, or when it is not kept in US dollars: writing defaults over
 * what could not be read would lose settings
 */
export async function readWritablePolicy(api: ManagerApi): Promise<WritablePolicy> {
  const policy = await api.budgetPolicy();
  const { config, currency } = policy;
  if (config === null) {
    throw new ToolError(
      "BAD_DATA",
      "The budget policy could not be found in the service's answer, so it was not overwritten.",
    );
  }
  if (currency !== "USD")
    throw invalidArgument(`The workspace budget is kept in ${currency}; this tool writes US dollars only.`);
  return { ...policy, config };
}

/** The whole config to write: the old one with amount and action replaced. */
export function changedConfig(policy: WritablePolicy, asked: PolicyChange): MergedBudgetConfig {
  return mergeBudgetConfig(policy.config, { amountUsd: asked.budget_usd, action: asked.budget_action });
}

export interface PolicyChange extends AskedBudget {
  readonly budget_action: "alert_only" | "block";
}

/**
 * Writes the config. A conflict is an explicit refusal: when a second look shows the very policy that the change was planned on,
 * it is sent once more; otherwise somebody else's change stands.
 * @throws ConflictError when the policy has changed, or on a second conflict
 */
export async function putPolicy(
  api: ManagerApi,
  writes: ManagerWrites,
  planned: WritablePolicy,
  config: JsonObject,
): Promise<PolicyEcho> {
  try {
    return await writes.putBudgetPolicy(config);
  } catch (error) {
    if (!(error instanceof ConflictError)) throw error;
    const current = await api.budgetPolicy().catch(() => null);
    if (current === null || !isSamePolicy(current, planned)) throw error;
    return writes.putBudgetPolicy(config);
  }
}

/** True when nothing that a write would touch or overwrite has changed. */
export function isSamePolicy(a: BudgetPolicy, b: BudgetPolicy): boolean {
  return a.isEnabled === b.isEnabled && isDeepStrictEqual(a.config, b.config);
}

/** How the policy differs from what was sent: in the budget, or in a field that should have stayed. */
export function policyDifferences(policy: BudgetPolicy, sent: JsonObject, asked: AskedBudget): string[] {
  const inBudget = budgetDifferences(toPolicyState(policy), asked);
  if (inBudget.length > 0) return inBudget;
  const { config } = policy;
  const changed = Object.keys(sent).filter(
    (name) => !isDeepStrictEqual(config?.[name], sent[name]) && name !== "exceededAction",
  );
  return changed.length === 0 ? [] : [`other values of ${changed.join(", ")} than were sent`];
}
