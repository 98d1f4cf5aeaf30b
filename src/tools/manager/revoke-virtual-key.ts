import * as z from "zod";
import { REVOKED, revocationDifferences, revoke } from "../../gather/revocation.ts";
import { settle, writeAnswer, writeResult } from "../../gather/settle.ts";
import {
  KEY_SUBJECT,
  type KeyState,
  keyName,
  keyState,
  lookUpKey,
  readKeyState,
  stateBefore,
} from "../../gather/virtual-key.ts";
import { defineWriteTool } from "../../tool/define.ts";
import { uuid } from "../../tool/params.ts";

export default defineWriteTool({
  name: "revoke_virtual_key",
  title: "Revoke virtual key",
  description:
    "Revokes one virtual key for good: applications that use it are refused (401) at once, and it cannot be restored, " +
    "only replaced by a new key. Call it only when the person named this key; find its id with list_virtual_keys. To " +
    "cap spending and keep the key use update_key_budget; to look for unused keys find_idle_resources. An already " +
    "revoked key gives no_change. Needs write scope.",
  modes: ["manager"],
  effect: "change",
  subject: KEY_SUBJECT,
  input: z.strictObject({ key_id: uuid("virtual key", "list_virtual_keys") }),
  output: writeAnswer(keyState, {}),
  async plan(args, { api }) {
    const target = await lookUpKey(api, args.key_id);
    const { label, status, entityType, entityId } = target.key ?? {};
    return { target, version: { id: target.id, label, status, entityType, entityId }, isNoChange: status === REVOKED };
  },
  unchanged(_args, { target }, { now }) {
    const state = stateBefore(target);
    const headline = `The ${keyName(target)} is already revoked; nothing was sent.`;
    return writeResult(now, "virtual_keys", { headline, status: "no_change", before: state, after: state });
  },
  async apply(_args, { target }, { api, writes, now }) {
    const { id } = target;
    const before = stateBefore(target);
    const revocation = await revoke(api, writes, id);
    if ("alreadyRevoked" in revocation) {
      const headline = `The ${keyName(target)} was revoked by somebody else in the meantime.`;
      const after = revocation.alreadyRevoked;
      return writeResult(now, "virtual_keys", { headline, status: "no_change", before, after });
    }
    const { echo } = revocation;
    const settled = await settle<KeyState>({
      echo: echo.status === null ? null : { id, ...before, status: echo.status },
      readBack: () => readKeyState(api, id),
      differences: revocationDifferences,
      checkWith: "list_virtual_keys",
    });
    return writeResult(now, "virtual_keys", {
      headline:
        settled.status === "applied"
          ? `The ${keyName(target)} is revoked; calls with it are refused from now on.`
          : `The service accepted the revocation of ${keyName(target)}, but it is not confirmed.`,
      before,
      ...settled,
      remarks: [...target.remarks, ...settled.remarks],
    });
  },
});
