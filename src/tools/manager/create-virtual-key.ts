import * as z from "zod";
import type { NewKey } from "../../api/manager.ts";
import type { VirtualKey } from "../../api/resources/virtual-keys.ts";
import { usdText } from "../../finops/money.ts";
import { BUDGET_ACTIONS } from "../../gather/budget-change.ts";
import { type ChosenMasterKey, chooseMasterKey } from "../../gather/master-key.ts";
import { asPlanLimit, echoedKey, findNewKey, newKeyDifferences } from "../../gather/new-key.ts";
import { settle, writeAnswer, writeResult } from "../../gather/settle.ts";
import { keyState, toKeyRow } from "../../gather/virtual-key.ts";
import { defineWriteTool } from "../../tool/define.ts";
import { invalidArgument } from "../../tool/errors.ts";
import { label, usd, uuid } from "../../tool/params.ts";

const DAY_MS = 86_400_000;

const input = z.strictObject({
  label: label("Name of the new key"),
  master_key_id: uuid("master key", "the error of a call without it")
    .optional()
    .describe(
      "Id of the provider key (UUID). Without it the only usable one is taken; with several, the error lists them.",
    ),
  budget_usd: usd("Budget"),
  rate_limit_rpm: z.int().min(1).max(10_000).describe("Requests per minute, 1-10000."),
  entity_type: z.enum(["agent", "member"]).optional().describe("Bind to an agent or a member; with entity_id."),
  entity_id: uuid("agent or member", "list_agents or list_members").optional(),
  budget_action: z
    .enum(BUDGET_ACTIONS)
    .optional()
    .describe("When it is used up: alert_only alerts, block refuses calls. Default: the service's own."),
  expires_in_days: z.int().min(1).max(3_650).optional().describe("Days until it expires, 1-3650. Default never."),
});

function toNewKey(args: z.output<typeof input>, master: ChosenMasterKey, now: Date): NewKey {
  const { entity_type: type, entity_id: id, expires_in_days: days } = args;
  return {
    label: args.label,
    masterKeyId: master.id,
    budgetUsd: args.budget_usd,
    rateLimitRpm: args.rate_limit_rpm,
    ...(type !== undefined && id !== undefined && { entity: { type, id } }),
    ...(args.budget_action !== undefined && { action: args.budget_action }),
    ...(days !== undefined && { expiry: { days, at: new Date(now.getTime() + days * DAY_MS).toISOString() } }),
  };
}

function remarks(key: NewKey, sameLabel: number): string[] {
  return [
    ...(key.entity ? [] : ["The key is bound to no agent or member, so it will have no usage data."]),
    ...(sameLabel > 0 ? [`${sameLabel} other key(s) already had this label.`] : []),
  ];
}

const SECRET_NOTE = {
  shown: "This is the only time the secret is shown: store it in a secret manager now, and do not repeat it.",
  missing: "The answer carried no secret: reveal it in the dashboard, or revoke the key and create another.",
};

export default defineWriteTool({
  name: "create_virtual_key",
  title: "Create virtual key",
  description:
    "Creates a virtual key with a budget in US dollars and a rate limit, and returns its secret once, in this " +
    "conversation. Calling it twice makes two keys. It counts towards the plan's limit of keys " +
    "(get_subscription_info). Bind it to an agent or a member: an unbound key has no usage data. To change an " +
    "existing key's budget use update_key_budget, to undo a creation revoke_virtual_key. Needs write scope.",
  modes: ["manager"],
  effect: "create",
  subject: { kind: "agent or member", listedBy: "list_agents or list_members" },
  revealedField: "secret",
  input,
  output: writeAnswer(keyState, { secret: z.string().nullable(), secret_note: z.string() }),
  async plan(args, { api, now }) {
    if ((args.entity_type === undefined) !== (args.entity_id === undefined)) {
      throw invalidArgument("entity_type and entity_id go together; one of them is missing.");
    }
    const [master, keys] = await Promise.all([chooseMasterKey(api, args.master_key_id), api.allKeys()]);
    const sameLabel = keys.rows.filter((key) => key.label === args.label).map(({ id }) => id);
    return {
      target: { key: toNewKey(args, master, now), master, sameLabel, isSearched: keys.complete },
      version: { sameLabel: sameLabel.toSorted(), masterKeyId: master.id, masterKeyStatus: master.key?.status },
      isNoChange: false,
    };
  },
  unchanged() {
    throw new Error("a new key is always a change");
  },
  async apply(args, { target: { key, master, sameLabel, isSearched } }, { api, writes, now }) {
    const created = await writes.createKey(key).catch((error: unknown) => {
      throw asPlanLimit(error);
    });
    const settled = await settle<VirtualKey>({
      echo: echoedKey(created, key),
      readBack: () => findNewKey(api, created, key, isSearched ? sameLabel : null),
      differences: (made) => newKeyDifferences(made, key),
      checkWith: "list_virtual_keys",
    });
    const secret = created.secret?.reveal() ?? null;
    const masterName = master.key?.label ?? null;
    const on = `on master key ${masterName === null ? master.id : JSON.stringify(masterName)}`;
    const what = `virtual key ${JSON.stringify(key.label)} with a budget of ${usdText(args.budget_usd)} ${on}`;
    const headline =
      settled.status === "applied"
        ? `Created ${what}`
        : `The service accepted ${what}, but it is not confirmed as asked for`;
    const hint = secret === null ? "its secret was not in the answer" : "its secret is in this answer, once";
    const result = writeResult(now, "virtual_keys", {
      headline: `${headline}; ${hint}.`,
      before: null,
      ...settled,
      after: settled.after && toKeyRow(settled.after),
      remarks: [...settled.remarks, ...remarks(key, sameLabel.length)],
    });
    return { ...result, secret, secret_note: secret === null ? SECRET_NOTE.missing : SECRET_NOTE.shown };
  },
});
