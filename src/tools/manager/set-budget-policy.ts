import * as z from "zod";
import {
  actionConsequence,
  BUDGET_ACTIONS,
  budgetHeadline,
  budgetText,
  formerBudget,
  hasBudget,
  setWords,
} from "../../gather/budget-change.ts";
import {
  changedConfig,
  fieldNames,
  policyDifferences,
  policyName,
  policyState,
  policyVersion,
  readWritablePolicy,
  switchedOff,
  toPolicyState,
} from "../../gather/budget-policy.ts";
import { changeAnswer, changeResult } from "../../gather/change-answer.ts";
import { policyFacts } from "../../gather/policy-facts.ts";
import { usd } from "../../tool/params.ts";
import { defineWriteTool } from "../../tool/write.ts";

const NAME = "set_budget_policy";

const input = z.strictObject({
  budget_usd: usd("Budget per window of the policy"),
  action: z.enum(BUDGET_ACTIONS).describe("When it is used up: alert_only sends alerts, block pauses all calls."),
});

const asked = ({ budget_usd, action }: z.output<typeof input>) => ({ budget_usd, budget_action: action });

export default defineWriteTool({
  name: NAME,
  title: "Set the workspace budget",
  description:
    "Sets the budget of the whole workspace (overall, company-wide limit) in US dollars and whether reaching it " +
    "blocks all calls or only alerts, and returns the policy before and after. All else is kept. The first call " +
    "changes nothing: the person is asked, or it returns a plan to show and a confirmation_token to repeat it with " +
    "after their yes. With block, a budget below present spend stops all traffic; the former values undo it. For one " +
    "key use update_key_budget; to see its use get_workspace_budget_status. Needs admin scope.",
  modes: ["manager"],
  toolset: "policy",
  effect: "change",
  checkWith: "get_workspace_budget_status",
  resendsAfterConflict: true,
  input,
  output: changeAnswer(policyState, {}),
  async plan(args, { api }) {
    const policy = await readWritablePolicy(api);
    const { config, defaulted } = changedConfig(policy, asked(args));
    const before = toPolicyState(policy);
    const added = defaulted.length > 0 ? ` The policy lacks ${fieldNames(defaulted)}: the usual default is added.` : "";
    return {
      target: { policy, config, added },
      version: policyVersion(policy),
      before,
      after: { ...before, ...asked(args) },
      isNoChange: hasBudget(before, asked(args)),
      action: `Set the ${policyName(policy)} (USD) from ${budgetText(before)} to ${budgetText(asked(args))}.${added}`,
      answer: { kind: "words", words: setWords(args.budget_usd) },
      about: { label: null, amountUsd: args.budget_usd, targetId: null },
    };
  },
  async describe(args, { target: { policy } }, { api, now }) {
    const { affected, isPassed } = await policyFacts(api, policy, asked(args), now);
    const over = isPassed ? " More than the new budget is spent already." : "";
    return {
      affected,
      consequence: `${actionConsequence(asked(args), "all calls of the workspace are paused")}${over}`,
    };
  },
  async send(args, { target: { config } }, writes) {
    const { policy } = await writes.putBudgetPolicy(config);
    if (policy === null) return { shown: null };
    return { shown: { state: toPolicyState(policy), differences: policyDifferences(policy, config, asked(args)) } };
  },
  async look(args, { target: { config } }, api) {
    const policy = await api.budgetPolicy();
    const seen = { state: toPolicyState(policy), differences: policyDifferences(policy, config, asked(args)) };
    return { seen, version: policyVersion(policy) };
  },
  report(args, plan, outcome, now) {
    const { target, before } = plan;
    const former = before && formerBudget(before);
    const isPlan = outcome.status === "confirmation_required";
    return changeResult(now, plan, outcome, {
      tool: NAME,
      source: "budget_policy",
      headline: (ended) => budgetHeadline(`The ${policyName(target.policy)}`, asked(args), before, ended),
      remarks: isPlan ? [] : [...(target.added === "" ? [] : [target.added.trim()]), ...switchedOff(target.policy)],
      undo: former && { tool: NAME, arguments: { budget_usd: former.budget_usd, action: former.budget_action } },
    });
  },
});
