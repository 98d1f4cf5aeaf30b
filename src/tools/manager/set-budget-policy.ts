import * as z from "zod";
import type { BudgetPolicy } from "../../api/resources/budget-policy.ts";
import { BUDGET_ACTIONS, budgetHeadline, budgetText, hasBudget } from "../../gather/budget-change.ts";
import {
  changedConfig,
  policyDifferences,
  policyState,
  putPolicy,
  readWritablePolicy,
  toPolicyState,
} from "../../gather/budget-policy.ts";
import { settle, writeAnswer, writeResult } from "../../gather/settle.ts";
import { defineWriteTool } from "../../tool/define.ts";
import { usd } from "../../tool/params.ts";

function whose({ period }: BudgetPolicy): string {
  return `The ${period ? `${period} ` : ""}budget of the workspace`;
}

const asked = ({ budget_usd, action }: { budget_usd: number; action: "alert_only" | "block" }) => ({
  budget_usd,
  budget_action: action,
});

export default defineWriteTool({
  name: "set_budget_policy",
  title: "Set the workspace budget",
  description:
    "Sets the budget of the whole workspace in US dollars and what happens when it is used up. Amount and action are " +
    "replaced; every other setting of the policy (window, thresholds) is read first and kept. With the action block, " +
    "a budget below what is spent can stop all calls. To undo it, set the values shown in before. For one key use " +
    "update_key_budget, to see the use get_workspace_budget_status. Refuses a policy that cannot be read or is not in " +
    "USD. Needs admin scope.",
  modes: ["manager"],
  effect: "change",
  input: z.strictObject({
    budget_usd: usd("Budget per window of the policy"),
    action: z.enum(BUDGET_ACTIONS).describe("When it is used up: alert_only sends alerts, block pauses all calls."),
  }),
  output: writeAnswer(policyState, {}),
  async plan(args, { api }) {
    const policy = await readWritablePolicy(api);
    return {
      target: policy,
      version: { config: policy.config, isEnabled: policy.isEnabled },
      isNoChange: hasBudget(toPolicyState(policy), asked(args)),
    };
  },
  unchanged(args, { target }, { now }) {
    const state = toPolicyState(target);
    const headline = `${whose(target)} already is ${budgetText(asked(args))}; nothing was sent.`;
    return writeResult(now, "budget_policy", { headline, status: "no_change", before: state, after: state });
  },
  async apply(args, { target }, { api, writes, now }) {
    const { config, defaulted } = changedConfig(target, asked(args));
    const echo = await putPolicy(api, writes, target, config);
    const settled = await settle<BudgetPolicy>({
      echo: echo.policy,
      readBack: () => api.budgetPolicy(),
      differences: (policy) => policyDifferences(policy, config, asked(args)),
      checkWith: "get_workspace_budget_status",
    });
    const before = toPolicyState(target);
    return writeResult(now, "budget_policy", {
      headline: budgetHeadline(whose(target), asked(args), before, settled.status),
      before,
      ...settled,
      after: settled.after && toPolicyState(settled.after),
      remarks: [
        ...settled.remarks,
        ...(defaulted.length > 0 ? [`The policy lacked ${defaulted.join(", ")}; the usual default was added.`] : []),
        ...(target.isEnabled === false
          ? ["The policy is switched off, so the new budget has no effect until it is switched on."]
          : []),
      ],
    });
  },
});
