import * as z from "zod";
import { BUDGET_ACTIONS } from "../../gather/budget-change.ts";
import { changeAnswer, changeResult } from "../../gather/change-answer.ts";
import { chooseMasterKey } from "../../gather/master-key.ts";
import { asPlanLimit, echoedKey, findNewKey, seenKey, toNewKey, wantedKey, withLabel } from "../../gather/new-key.ts";
import {
  creationAction,
  creationHeadline,
  creationRemarks,
  SECRET_CONSEQUENCE,
  secretFields,
  slotFacts,
} from "../../gather/new-key-words.ts";
import { keyState } from "../../gather/virtual-key.ts";
import { invalidArgument } from "../../tool/errors.ts";
import { label, usd, uuid } from "../../tool/params.ts";
import { defineWriteTool } from "../../tool/write.ts";

const NAME = "create_virtual_key";

const input = z.strictObject({
  label: label("Name of the new key"),
  master_key_id: uuid("master key", "the error of a call without it")
    .optional()
    .describe(
      "Id of the provider key (UUID). Default: the only usable one, and with several the error lists them; rows of drill_down_spend by master_key have it too.",
    ),
  budget_usd: usd("Budget"),
  rate_limit_rpm: z.int().min(1).max(10_000).describe("Requests per minute, 1-10000; there is no default."),
  entity_type: z
    .enum(["agent", "member"])
    .optional()
    .describe("Owner to bind it to: agent or member; with entity_id. Default none."),
  entity_id: uuid("agent or member", "list_agents or list_members")
    .optional()
    .describe("Id of the agent or member (UUID); from list_agents or list_members. Default none."),
  budget_action: z
    .enum(BUDGET_ACTIONS)
    .optional()
    .describe("When it is used up: alert_only alerts, block refuses calls. Default: the service's own choice."),
  expires_in_days: z.int().min(1).max(3_650).optional().describe("Days until it expires, 1-3650. Default never."),
});

export default defineWriteTool({
  name: NAME,
  title: "Create virtual key",
  description:
    "Creates a new virtual key, an API key or credential for a bot or person, with a budget in US dollars and a rate " +
    "limit, and returns its secret once, or in a file. The first call changes nothing: the person is asked, or it " +
    "returns a plan to show and a confirmation_token to repeat it with after their yes. It works at once and cannot " +
    "be unmade; revoke_virtual_key ends it; update_key_budget changes an existing one. It takes a place in the plan; " +
    "get_subscription_info counts these. Needs write scope.",
  modes: ["manager"],
  toolset: "keys",
  effect: "create",
  subject: { kind: "agent or member", listedBy: "list_agents or list_members" },
  checkWith: "list_virtual_keys",
  revealedField: "secret",
  input,
  output: changeAnswer(keyState, {
    secret: z.string().nullable().optional(),
    secret_file: z.string().optional(),
    secret_note: z.string().optional(),
  }),
  async plan(args, { api, now }) {
    if ((args.entity_type === undefined) !== (args.entity_id === undefined)) {
      throw invalidArgument("entity_type and entity_id go together; one of them is missing.");
    }
    const [master, keys] = await Promise.all([
      chooseMasterKey(api, args.master_key_id),
      api.allKeys({ keep: ({ label }) => label === args.label }),
    ]);
    const key = toNewKey(args, master.id, now);
    const same = withLabel(keys, key.label);
    return {
      target: { key, master, same },
      version: { sameLabel: same.ids, masterKeyId: master.id, masterKeyStatus: master.key?.status },
      before: null,
      after: wantedKey(key, master),
      isNoChange: false,
      action: creationAction(key, master),
      answer: { kind: "yes" },
      about: { label: key.label, amountUsd: key.budgetUsd, targetId: null },
    };
  },
  async describe(_args, { target: { key, same } }, { api, keyDelivery }) {
    const affected = [...creationRemarks(key, same.ids.length), ...(await slotFacts(api))];
    return { affected, consequence: SECRET_CONSEQUENCE[keyDelivery] };
  },
  async send(_args, { target: { key } }, writes) {
    const created = await writes.createKey(key).catch((error: unknown) => {
      throw asPlanLimit(error);
    });
    return { id: created.id, shown: echoedKey(created, key), secret: created.secret };
  },
  async look(_args, { target: { key, same }, version }, api, sent) {
    const keys = await api.allKeys({ keep: ({ id, label }) => label === key.label || id === sent?.id });
    const found = findNewKey(keys, sent?.id ?? null, key.label, same);
    const sameLabel = withLabel(keys, key.label);
    return {
      seen: found && seenKey(found, key),
      version: sameLabel.isComplete && same.isComplete ? { ...version, sameLabel: sameLabel.ids } : null,
    };
  },
  report(_args, plan, outcome, now) {
    const { key, master, same } = plan.target;
    const made = outcome.status === "confirmation_required" || outcome.status === "no_change" ? null : outcome;
    const id = made?.after?.id;
    const result = changeResult(now, plan, outcome, {
      tool: NAME,
      source: "virtual_keys",
      headline: (ended) => creationHeadline(key, master, ended),
      remarks: made ? creationRemarks(key, same.ids.length) : [],
      undo: id === undefined ? null : { tool: "revoke_virtual_key", arguments: { key_id: id } },
    });
    return { ...result, ...(made && secretFields(made)) };
  },
});
