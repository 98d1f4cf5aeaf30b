import * as z from "zod";
import { keyFacts } from "../../gather/affected.ts";
import {
  actionConsequence,
  BUDGET_ACTIONS,
  budgetDifferences,
  budgetHeadline,
  budgetText,
  formerBudget,
  hasBudget,
  setWords,
} from "../../gather/budget-change.ts";
import { changeAnswer, changeResult } from "../../gather/change-answer.ts";
import {
  briefKey,
  budgetVersion,
  KEY_SUBJECT,
  type KeyTarget,
  keyName,
  keyNameAndId,
  keyState,
  leadOfPlan,
  lookUpKey,
  overspent,
  remarksOn,
  stateBefore,
  toKeyRow,
} from "../../gather/virtual-key.ts";
import { invalidArgument } from "../../tool/errors.ts";
import { usd, uuid } from "../../tool/params.ts";
import { word } from "../../tool/quote.ts";
import { defineWriteTool } from "../../tool/write.ts";

const NAME = "update_key_budget";

const windowOf = ({ key }: KeyTarget) => (key?.budgetWindow ? `${word(key.budgetWindow)} ` : "");

export default defineWriteTool({
  name: NAME,
  title: "Update a key's budget",
  description:
    "Changes the budget of one virtual key, also one that ran out: increases or reduces (raises, lowers) its limit " +
    "(cap) in US dollars, sets block or alert only, and returns it before and after. All else is kept. The first " +
    "call changes nothing: the person is asked, or it returns a plan to show and a confirmation_token to repeat it " +
    "with after their yes. With block, a budget below present spend stops traffic; former values undo it. For the " +
    "workspace use set_budget_policy; to end it revoke_virtual_key. Needs write scope.",
  modes: ["manager"],
  toolset: "keys",
  effect: "change",
  subject: KEY_SUBJECT,
  checkWith: "list_virtual_keys",
  input: z.strictObject({
    key_id: uuid("virtual key", "list_virtual_keys"),
    budget_usd: usd("New budget"),
    budget_action: z
      .enum(BUDGET_ACTIONS)
      .describe("When it is used up: alert_only sends alerts, block refuses further calls."),
  }),
  output: changeAnswer(keyState, {}),
  async plan(args, { api }) {
    const target = await lookUpKey(api, args.key_id);
    const { id, key } = target;
    if (key?.status === "revoked")
      throw invalidArgument(`The ${keyName(target)} is revoked; its budget cannot be changed.`);
    const { key_id: _id, ...asked } = args;
    const before = stateBefore(target);
    const from = before === null ? "" : ` from ${budgetText(before)}`;
    return {
      target,
      version: budgetVersion(id, key),
      before,
      after: { id, ...before, ...asked },
      isNoChange: before !== null && hasBudget(before, args),
      action: `${leadOfPlan(target)}Set the ${windowOf(target)}budget (USD) of ${keyNameAndId(target)}${from} to ${budgetText(args)}.`,
      answer: { kind: "words", words: setWords(args.budget_usd) },
      about: { label: key?.label ?? null, amountUsd: args.budget_usd, targetId: id },
    };
  },
  async describe(args, { target: { key } }, { api, now }) {
    const affected = key ? await keyFacts(api, key, now, args.budget_usd) : [];
    const consequence = actionConsequence(args, "calls with this key are refused");
    return { affected, consequence: [consequence, ...overspent(key, args.budget_usd)].join(" ") };
  },
  async send(args, { target: { id }, before }, writes) {
    const echo = await writes.updateKeyBudget(id, { budgetUsd: args.budget_usd, action: args.budget_action });
    const { budgetUsd, budgetAction } = echo;
    if (budgetUsd === null || budgetAction === null) return { shown: null };
    const state = { id, ...before, budget_usd: budgetUsd, budget_action: budgetAction };
    return { shown: { state, differences: budgetDifferences(state, args) } };
  },
  async look(args, { target: { id } }, api) {
    const { key } = await api.findKey(id);
    if (key === null) return { seen: null, version: null };
    const state = toKeyRow(key);
    return { seen: { state, differences: budgetDifferences(state, args) }, version: budgetVersion(id, key) };
  },
  report(args, plan, outcome, now) {
    const { target, before } = plan;
    const former = before && formerBudget(before);
    return changeResult(now, plan, outcome, {
      tool: NAME,
      source: "virtual_keys",
      headline: (ended) => budgetHeadline(`The ${windowOf(target)}budget of ${keyName(target)}`, args, before, ended),
      remarks: [...remarksOn(target), ...(outcome.status === "applied" ? overspent(target.key, args.budget_usd) : [])],
      brief: briefKey,
      undo: former && { tool: NAME, arguments: { key_id: target.id, ...former } },
    });
  },
});
