import { isDeepStrictEqual } from "node:util";
import * as z from "zod";
import type { ManagerApi } from "../api/manager.ts";
import {
  type BudgetPolicy,
  type JsonObject,
  type MergedBudgetConfig,
  mergeBudgetConfig,
} from "../api/resources/budget-policy.ts";
import { invalidArgument, ToolError } from "../tool/errors.ts";
import { oneLine, word } from "../tool/quote.ts";
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
    throw invalidArgument(`The workspace budget is kept in ${word(currency)}; this tool writes US dollars only.`);
  return { ...policy, config };
}

export interface PolicyChange extends AskedBudget {
  readonly budget_action: "alert_only" | "block";
}

/** The whole config to write: the old one with amount and action replaced. */
export function changedConfig(policy: WritablePolicy, asked: PolicyChange): MergedBudgetConfig {
  return mergeBudgetConfig(policy.config, { amountUsd: asked.budget_usd, action: asked.budget_action });
}

/** Everything that a write would touch or overwrite: if any of it changes, a planned write is void. */
export function policyVersion({ config, isEnabled }: BudgetPolicy) {
  return { config, isEnabled };
}

/** How the policy differs from what was sent: in the budget, or in a field that should have stayed. */
export function policyDifferences(policy: BudgetPolicy, sent: JsonObject, asked: AskedBudget): string[] {
  const inBudget = budgetDifferences(toPolicyState(policy), asked);
  if (inBudget.length > 0) return inBudget;
  const { config } = policy;
  const changed = Object.keys(sent).filter(
    (name) => !isDeepStrictEqual(config?.[name], sent[name]) && name !== "exceededAction",
  );
  return changed.length === 0 ? [] : [`other values of ${fieldNames(changed)} than were sent`];
}

/** Names of a config's fields may be the service's own words. */
export function fieldNames(names: readonly string[]): string {
  return names.map((name) => oneLine(name, 40)).join(", ");
}

/** `The weekly budget of the workspace`. */
export function policyName({ period }: BudgetPolicy): string {
  return `${period ? `${word(period)} ` : ""}budget of the workspace`;
}

/** A new budget in a policy that is switched off would look like a safeguard. */
export function switchedOff({ isEnabled }: BudgetPolicy): string[] {
  return isEnabled === false
    ? ["The policy is switched off, so the new budget has no effect until it is switched on."]
    : [];
}
