import type { ManagerApi, NewKey } from "../api/manager.ts";
import { keySlots } from "../finops/key-slots.ts";
import { usdText } from "../finops/money.ts";
import type { EndedOutcome } from "../tool/change.ts";
import { quoted } from "../tool/quote.ts";
import { type ChosenMasterKey, masterKeyName } from "./master-key.ts";
import { part } from "./part.ts";

/** One sentence on a key to be made. */
export function creationAction(key: NewKey, master: ChosenMasterKey): string {
  const { label, budgetUsd, action, rateLimitRpm, entity, expiry } = key;
  const traits = [
    `with a budget of ${usdText(budgetUsd)} (USD)${action === undefined ? "" : ` and the action ${action}`}`,
    `${rateLimitRpm} requests per minute`,
    ...(entity ? [`bound to ${entity.type} ${entity.id}`] : []),
    expiry ? `expiring at ${expiry.at}` : "without expiry",
  ];
  return `Create virtual key ${quoted(label)} on ${masterKeyName(master)} ${traits.join(", ")}.`;
}

/** What a person should know before a key is made. */
export function creationRemarks(key: NewKey, sameLabel: number): string[] {
  return [
    ...(key.entity ? [] : ["The key is bound to no agent or member, so it will have no usage data."]),
    ...(sameLabel > 0 ? [`${sameLabel} other key(s) already had this label.`] : []),
  ];
}

/** The place that a new key takes in the plan; nothing when it cannot be told. */
export async function slotFacts(api: ManagerApi): Promise<string[]> {
  const plan = await part("The subscription", api.subscription());
  if (plan.status === "failed") return [];
  const { next, limit } = keySlots(plan.data.value);
  if (next === null) return [];
  return [
    limit === null ? `It would be active key ${next}.` : `It would be active key ${next} of ${limit} in the plan.`,
  ];
}

export const SECRET_CONSEQUENCE = {
  result: "Its secret will appear in this conversation, once.",
  file: "Its secret will be written to a private file on this computer, and not be shown.",
} as const;

/** What became of the plaintext of a key that was made. */
export interface SecretFields {
  readonly secret?: string | null;
  readonly secret_file?: string;
  readonly secret_note?: string;
}

/** @param outcome of a creation that was sent */
export function secretFields(outcome: EndedOutcome<unknown, unknown>): SecretFields {
  if (outcome.status === "no_change") return {};
  const { secret, secretFile, sent } = outcome;
  if (secret !== null) return { secret: secret.reveal(), secret_note: NOTES.shown };
  if (secretFile !== null) return { secret: null, secret_file: secretFile, secret_note: NOTES.inFile };
  return { secret: null, secret_note: sent === null ? NOTES.lost : NOTES.missing };
}

const NOTES = {
  shown: "This is the only time the secret is shown: store it in a secret manager now, and do not repeat it.",
  inFile:
    "The secret is in this file, which only its owner can read: move it to a secret manager, then delete the file.",
  missing: "The answer carried no secret: reveal it in the dashboard, or revoke the key and create another.",
  lost: "The answer with the secret was lost: revoke this key and create another.",
};

export function creationHeadline(
  key: NewKey,
  master: ChosenMasterKey,
  outcome: EndedOutcome<unknown, unknown>,
): string {
  const on = master.key?.label ? `master key ${quoted(master.key.label)}` : `master key ${master.id}`;
  const what = `virtual key ${quoted(key.label)} with a budget of ${usdText(key.budgetUsd)} on ${on}`;
  const { secret, secret_file: file } = secretFields(outcome);
  const where = file ? "its secret is in a file" : "its secret is in this answer, once";
  const hint = secret || file ? where : "its secret was not in the answer";
  return outcome.status === "applied"
    ? `Created ${what}; ${hint}.`
    : `The service accepted ${what}, but it is not confirmed as asked for; ${hint}.`;
}
