import { ApiError, ForbiddenError, RejectedError } from "../api/errors.ts";
import type { CreatedKey, ManagerApi, NewKey } from "../api/manager.ts";
import type { VirtualKey } from "../api/resources/virtual-keys.ts";
import { usdText } from "../finops/money.ts";

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

/** What the answer to a creation shows of the new key; null when it shows too little to know it by. */
export function echoedKey({ key }: CreatedKey, asked: NewKey): VirtualKey | null {
  return key !== null && key.label === asked.label ? key : null;
}

/**
 * Finds a new key in the list: by its id, or as the only key of that label that was not there before.
 * @param before ids that had the label before; null when not all keys could be read, so that the label proves nothing
 */
export async function findNewKey(
  api: ManagerApi,
  { id }: CreatedKey,
  { label }: NewKey,
  before: readonly string[] | null,
): Promise<VirtualKey | null> {
  if (id === null && before === null) return null;
  const { rows } = await api.allKeys();
  const fresh = rows.filter((row) => (id === null ? row.label === label && !before?.includes(row.id) : row.id === id));
  return fresh.length === 1 ? (fresh[0] ?? null) : null;
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
    ...differs(key.label, asked.label, (label) => `the label ${JSON.stringify(label)}`),
    ...differs(key.budgetUsd, asked.budgetUsd, (amount) => `a budget of ${usdText(amount)}`),
    ...differs(key.rateLimitRpm, asked.rateLimitRpm, (rpm) => `${rpm} requests per minute`),
    ...differs(key.budgetAction, asked.action, (action) => `the budget action ${action}`),
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
