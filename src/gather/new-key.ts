import type { Listing } from "../api/answer.ts";
import { ApiError, ForbiddenError, RejectedError } from "../api/errors.ts";
import type { CreatedKey, NewKey } from "../api/manager.ts";
import type { VirtualKey } from "../api/resources/virtual-keys.ts";
import { usdText } from "../finops/money.ts";
import { quoted, word } from "../tool/quote.ts";
import type { ChosenMasterKey } from "./master-key.ts";
import { type KeyState, toKeyRow } from "./virtual-key.ts";

const DAY_MS = 86_400_000;

/** What a caller asks for. */
export interface AskedKey {
  readonly label: string;
  readonly budget_usd: number;
  readonly rate_limit_rpm: number;
  readonly entity_type?: "agent" | "member" | undefined;
  readonly entity_id?: string | undefined;
  readonly budget_action?: NewKey["action"] | undefined;
  readonly expires_in_days?: number | undefined;
}

/** @param now from which the days until expiry count */
export function toNewKey(asked: AskedKey, masterKeyId: string, now: Date): NewKey {
  const { entity_type: type, entity_id: id, expires_in_days: days } = asked;
  return {
    label: asked.label,
    masterKeyId,
    budgetUsd: asked.budget_usd,
    rateLimitRpm: asked.rate_limit_rpm,
    ...(type !== undefined && id !== undefined && { entity: { type, id } }),
    ...(asked.budget_action !== undefined && { action: asked.budget_action }),
    ...(days !== undefined && { expiry: { days, at: new Date(now.getTime() + days * DAY_MS).toISOString() } }),
  };
}

/** Statuses by which the service may say that the plan allows no further key. */
const LIMIT_STATUSES: readonly (number | undefined)[] = [402, 403, 409];

/** A refusal that speaks of a limit is about the plan, not about the credential. */
export function asPlanLimit(error: unknown): unknown {
  if (!(error instanceof ApiError) || !LIMIT_STATUSES.includes(error.status)) return error;
  if (error instanceof ForbiddenError && error.requiredScope !== undefined) return error;
  if (!/\b(limit|quota|plan)\b/i.test(error.serviceText ?? "")) return error;
  const message =
    "The service refused a new key: the plan's limit of active keys may be reached (see get_subscription_info).";
  const { path, outcome, status, method, serviceCode, serviceText } = error;
  return new RejectedError(message, {
    path,
    outcome,
    ...(status !== undefined && { status }),
    ...(method !== undefined && { method }),
    ...(serviceCode !== undefined && { serviceCode }),
    ...(serviceText !== undefined && { serviceText }),
  });
}

/** Keys of a label: their ids, and whether they are all there are. */
export interface SameLabel {
  readonly ids: readonly string[];
  readonly isComplete: boolean;
}

export function withLabel({ rows, complete }: Listing<VirtualKey>, label: string): SameLabel {
  const ids = rows.filter((key) => key.label === label).map(({ id }) => id);
  return { ids: ids.sort(), isComplete: complete };
}

/**
 * The new key in a list: by its id, or as the only key of that label that was not there before.
 * @param id null when the answer did not name it
 * @param before when not all keys could be read then, a label proves nothing
 */
export function findNewKey(
  { rows }: Listing<VirtualKey>,
  id: string | null,
  label: string,
  before: SameLabel,
): VirtualKey | null {
  if (id !== null) return rows.find((row) => row.id === id) ?? null;
  if (!before.isComplete) return null;
  const fresh = rows.filter((row) => row.label === label && !before.ids.includes(row.id));
  return fresh.length === 1 ? (fresh[0] ?? null) : null;
}

/** The key as results show it, and how it differs from the one asked for. */
export function seenKey(key: VirtualKey, asked: NewKey) {
  return { state: toKeyRow(key), differences: newKeyDifferences(key, asked) };
}

/** What the answer to a creation shows of the new key; null when it shows too little to know it by. */
export function echoedKey({ key }: CreatedKey, asked: NewKey) {
  return key !== null && key.label === asked.label ? seenKey(key, asked) : null;
}

/** The key as it would be; it has no id yet. */
export function wantedKey(asked: NewKey, master: ChosenMasterKey): KeyState {
  const { label, budgetUsd, action, rateLimitRpm, entity, expiry } = asked;
  return {
    label,
    bound_to: entity && `${entity.type}: ${entity.id}`,
    master_key: master.key?.label ?? master.id,
    budget_usd: budgetUsd,
    budget_action: action,
    rate_limit_rpm: rateLimitRpm,
    expires_at: expiry?.at,
  };
}

/** The service may round the instant of expiry, or count whole days. */
const EXPIRY_TOLERANCE_MS = 86_400_000;

/** How the key that was made differs from the one asked for. What the service does not report is no difference. */
export function newKeyDifferences(key: VirtualKey, asked: NewKey): string[] {
  const expires = key.expiresAt === null ? null : Date.parse(key.expiresAt);
  const isOnTime = asked.expiry
    ? expires !== null && Math.abs(expires - Date.parse(asked.expiry.at)) <= EXPIRY_TOLERANCE_MS
    : expires === null;
  return [
    ...differs(key.label, asked.label, (label) => `the label ${quoted(label)}`),
    ...differs(key.budgetUsd, asked.budgetUsd, (amount) => `a budget of ${usdText(amount)}`),
    ...differs(key.rateLimitRpm, asked.rateLimitRpm, (rpm) => `${rpm} requests per minute`),
    ...differs(key.budgetAction, asked.action, (action) => `the budget action ${word(action)}`),
    ...differs(key.masterKeyId, asked.masterKeyId, (id) => `the master key ${id}`),
    ...differs(key.entityId, asked.entity?.id, (id) => `the entity ${id}`),
    ...(isOnTime
      ? []
      : [
          `${key.expiresAt === null ? "no expiry" : `an expiry on ${key.expiresAt}`}, not ${asked.expiry?.at ?? "none"}`,
        ]),
  ];
}

/** Values that were not asked for, or not reported, cannot differ. */
function differs<V>(actual: V | null, asked: V | undefined, say: (value: V) => string): string[] {
  return actual === null || asked === undefined || actual === asked ? [] : [`${say(actual)}, not ${say(asked)}`];
}
