import * as z from "zod";
import { keyFacts } from "../../gather/affected.ts";
import { changeAnswer, changeResult } from "../../gather/change-answer.ts";
import { REVOKED, revocationDifferences, revocationHeadline, revocationVersion } from "../../gather/revocation.ts";
import {
  briefKey,
  KEY_SUBJECT,
  keyName,
  keyNameAndId,
  keyState,
  leadOfPlan,
  lookUpKey,
  remarksOn,
  stateBefore,
  toKeyRow,
} from "../../gather/virtual-key.ts";
import { uuid } from "../../tool/params.ts";
import { defineWriteTool } from "../../tool/write.ts";

const NAME = "revoke_virtual_key";

export default defineWriteTool({
  name: NAME,
  title: "Revoke virtual key",
  description:
    "Revokes one virtual key for good, for example a leaked or old one, and returns it before and after: " +
    "applications using it are refused (401) at once, and it cannot be restored, only replaced. It kills, deletes or " +
    "deactivates an API key permanently. The first call changes nothing: the person is asked, or it returns a plan " +
    "to show and a confirmation_token to repeat it with after their yes. Only for a key the person named. To cap " +
    "spending instead use update_key_budget; for unused keys find_idle_resources. Needs write scope.",
  modes: ["manager"],
  toolset: "keys",
  effect: "change",
  subject: KEY_SUBJECT,
  checkWith: "list_virtual_keys",
  input: z.strictObject({ key_id: uuid("virtual key", "list_virtual_keys") }),
  output: changeAnswer(keyState, {}),
  async plan(args, { api }) {
    const target = await lookUpKey(api, args.key_id);
    const { id, key } = target;
    const before = stateBefore(target);
    return {
      target,
      version: revocationVersion(id, key),
      before,
      after: { id, ...before, status: REVOKED },
      isNoChange: key?.status === REVOKED,
      action: `${leadOfPlan(target)}Revoke ${keyNameAndId(target)} for good.`,
      answer: { kind: "words", words: `REVOKE ${id.slice(0, 4)}` },
      about: { label: key?.label ?? null, amountUsd: null, targetId: id },
    };
  },
  async describe(_args, { target: { key } }, { api, now }) {
    return {
      affected: key ? await keyFacts(api, key, now) : [],
      consequence: "Applications that use it fail with 401 at once, and it cannot be restored.",
    };
  },
  async send(_args, { target: { id }, before }, writes) {
    const { status } = await writes.revokeKey(id);
    const shown = {
      state: { id, ...before, status: status ?? undefined },
      differences: revocationDifferences({ status }),
    };
    return { shown: status === null ? null : shown };
  },
  async look(_args, { target: { id } }, api) {
    const { key } = await api.findKey(id);
    if (key === null) return { seen: null, version: null };
    const seen = { state: toKeyRow(key), differences: revocationDifferences(key) };
    return { seen, version: revocationVersion(id, key) };
  },
  report(_args, plan, outcome, now) {
    const { target } = plan;
    return changeResult(now, plan, outcome, {
      tool: NAME,
      source: "virtual_keys",
      headline: (ended) => revocationHeadline(keyName(target), ended),
      remarks: remarksOn(target),
      brief: briefKey,
    });
  },
});
