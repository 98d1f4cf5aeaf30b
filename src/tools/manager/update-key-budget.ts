import * as z from "zod";
import { usdText } from "../../finops/money.ts";
import {
  BUDGET_ACTIONS,
  budgetDifferences,
  budgetHeadline,
  budgetText,
  hasBudget,
} from "../../gather/budget-change.ts";
import { settle, writeAnswer, writeResult } from "../../gather/settle.ts";
import {
  KEY_SUBJECT,
  type KeyState,
  type KeyTarget,
  keyName,
  keyState,
  lookUpKey,
  readKeyState,
  stateBefore,
} from "../../gather/virtual-key.ts";
import { defineWriteTool } from "../../tool/define.ts";
import { invalidArgument } from "../../tool/errors.ts";
import { usd, uuid } from "../../tool/params.ts";

function whose(target: KeyTarget): string {
  const window = target.key?.budgetWindow;
  return `The ${window ? `${window} ` : ""}budget of ${keyName(target)}`;
}

/** A budget below what is spent already takes effect at once, which is easily overlooked. */
function overspentRemark({ key }: KeyTarget, budgetUsd: number): string[] {
  const spent = key?.spentUsd ?? null;
  return spent === null || spent <= budgetUsd
    ? []
    : [`In this billing cycle ${usdText(spent)} is spent, more than the new budget.`];
}

export default defineWriteTool({
  name: "update_key_budget",
  title: "Update a key's budget",
  description:
    "Sets the budget of one virtual key in US dollars and what happens when it is used up. Both are replaced; the " +
    "budget's window and everything else of the key stay. With the action block, a budget below what is spent stops " +
    "live traffic. To undo it, set the values shown in before. For the budget of the whole workspace use " +
    "set_budget_policy, to end a key for good revoke_virtual_key. A revoked key is refused. Needs write scope.",
  modes: ["manager"],
  effect: "change",
  subject: KEY_SUBJECT,
  input: z.strictObject({
    key_id: uuid("virtual key", "list_virtual_keys"),
    budget_usd: usd("New budget"),
    budget_action: z
      .enum(BUDGET_ACTIONS)
      .describe("When it is used up: alert_only sends alerts, block refuses further calls."),
  }),
  output: writeAnswer(keyState, {}),
  async plan(args, { api }) {
    const target = await lookUpKey(api, args.key_id);
    const { id, key } = target;
    if (key?.status === "revoked")
      throw invalidArgument(`The ${keyName(target)} is revoked; its budget cannot be changed.`);
    const { label, status, budgetUsd, budgetAction, budgetWindow } = key ?? {};
    return {
      target,
      version: { id, label, status, budgetUsd, budgetAction, budgetWindow },
      isNoChange: key !== null && hasBudget(stateBefore(target) ?? {}, args),
    };
  },
  unchanged(args, { target }, { now }) {
    const state = stateBefore(target);
    const headline = `${whose(target)} already is ${budgetText(args)}; nothing was sent.`;
    return writeResult(now, "virtual_keys", { headline, status: "no_change", before: state, after: state });
  },
  async apply(args, { target }, { api, writes, now }) {
    const { id } = target;
    const before = stateBefore(target);
    const echo = await writes.updateKeyBudget(id, { budgetUsd: args.budget_usd, action: args.budget_action });
    const isTelling = echo.budgetUsd !== null && echo.budgetAction !== null;
    const settled = await settle<KeyState>({
      echo: isTelling
        ? { id, ...before, budget_usd: echo.budgetUsd, budget_action: echo.budgetAction ?? undefined }
        : null,
      readBack: () => readKeyState(api, id),
      differences: (state) => budgetDifferences(state, args),
      checkWith: "list_virtual_keys",
    });
    return writeResult(now, "virtual_keys", {
      headline: budgetHeadline(whose(target), args, before, settled.status),
      before,
      ...settled,
      remarks: [...target.remarks, ...settled.remarks, ...overspentRemark(target, args.budget_usd)],
    });
  },
});
