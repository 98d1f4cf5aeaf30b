import * as z from "zod";
import type { ManagerApi } from "../api/manager.ts";
import type { VirtualKey } from "../api/resources/virtual-keys.ts";
import { usdText } from "../finops/money.ts";
import type { Subject } from "../tool/define.ts";
import { notFound } from "../tool/errors.ts";
import { oneLine, quoted } from "../tool/quote.ts";

export const KEY_SUBJECT: Subject = { kind: "virtual key", listedBy: "list_virtual_keys" };

/** One virtual key as a row of a list. Its secret is never part of it. */
export const keyRow = z.strictObject({
  id: z.string(),
  label: z.string().optional(),
  status: z.string().optional(),
  bound_to: z.string().optional(),
  master_key: z.string().optional(),
  budget_usd: z.number().nullable(),
  cycle_spend_usd: z.number().optional(),
  budget_window: z.string().optional(),
  budget_action: z.string().optional(),
  rate_limit_rpm: z.number().optional(),
  last_used_at: z.string().optional(),
  expires_at: z.string().optional(),
});

/** A key before or after a change, of which less may be known; one that is only planned has no id. */
export const keyState = keyRow.partial({ id: true, budget_usd: true });
export type KeyState = z.input<typeof keyState>;

export function toKeyRow(key: VirtualKey): z.input<typeof keyRow> {
  const owner = key.entityName ?? key.entityId;
  return {
    id: key.id,
    label: key.label ?? undefined,
    status: key.status ?? undefined,
    bound_to: key.entityType === null ? undefined : `${key.entityType}: ${owner ?? "name not reported"}`,
    master_key: key.masterKeyName ?? undefined,
    budget_usd: key.budgetUsd,
    cycle_spend_usd: key.spentUsd ?? undefined,
    budget_window: key.budgetUsd === null ? undefined : (key.budgetWindow ?? undefined),
    budget_action: key.budgetUsd === null ? undefined : (key.budgetAction ?? undefined),
    rate_limit_rpm: key.rateLimitRpm ?? undefined,
    last_used_at: key.lastUsedAt ?? undefined,
    expires_at: key.expiresAt ?? undefined,
  };
}

/** What a plan shows of a key: the sentences beside it tell the rest. */
export function briefKey(state: KeyState): KeyState {
  const { id, label, status, budget_usd, budget_window, budget_action, rate_limit_rpm, expires_at } = state;
  const name = label === undefined ? undefined : oneLine(label);
  return { id, label: name, status, budget_usd, budget_window, budget_action, rate_limit_rpm, expires_at };
}

/** The key a change is about. `key` is null when not every key could be searched, so that its old state is unknown. */
export interface KeyTarget {
  readonly id: string;
  readonly key: VirtualKey | null;
  /** How far the search came, such as `1 of 40 keys searched`; null when the key was found. */
  readonly unknown: string | null;
}

/** The old state as far as it is known; null when the key could not be found among those searched. */
export function stateBefore({ key }: KeyTarget): KeyState | null {
  return key && toKeyRow(key);
}

/**
 * Looks at a key before it is changed: there is no route for a single key, so the list is searched.
 * @throws ToolError NOT_FOUND when the whole list was read and holds no such key
 */
export async function lookUpKey(api: ManagerApi, id: string): Promise<KeyTarget> {
  const { key, searched, total, complete } = await api.findKey(id);
  if (key !== null) return { id, key, unknown: null };
  if (complete) throw notFound(KEY_SUBJECT, id);
  return { id, key, unknown: total === null ? `${searched} keys searched` : `${searched} of ${total} keys searched` };
}

/** `virtual key "CS-Bot-Key"`, or the id when there is no label to show. */
export function keyName({ id, key }: Pick<KeyTarget, "id" | "key">): string {
  return `virtual key ${key?.label ? quoted(key.label) : id}`;
}

/** As `keyName`, with the id. */
export function keyNameAndId(target: Pick<KeyTarget, "id" | "key">): string {
  return target.key?.label ? `${keyName(target)} (${target.id})` : keyName(target);
}

/** A plan says first what it does not know. */
export function leadOfPlan({ unknown }: KeyTarget): string {
  return unknown === null ? "" : `Current state unknown: ${unknown}. `;
}

/** The same afterwards. */
export function remarksOn({ unknown }: KeyTarget): string[] {
  return unknown === null ? [] : [`The state before the change is unknown: ${unknown}.`];
}

/** A budget below what is spent already takes effect at once, which is easily overlooked. */
export function overspent(key: VirtualKey | null, budgetUsd: number): string[] {
  const spent = key?.spentUsd ?? null;
  return spent === null || spent <= budgetUsd
    ? []
    : [`In this billing cycle ${usdText(spent)} is spent, more than the new budget.`];
}

/** The fields of a key whose change makes a planned budget void; what moves by itself, such as spend, is none of them. */
export function budgetVersion(id: string, key: VirtualKey | null) {
  const { label, status, budgetUsd, budgetAction, budgetWindow } = key ?? {};
  return { id, label, status, budgetUsd, budgetAction, budgetWindow };
}
