import type { Secret } from "../secret.ts";
import { ArgumentError, RejectedError } from "./errors.ts";
import type { Http } from "./http.ts";
import { path, uuid } from "./path.ts";
import type { Payload } from "./payload.ts";
import { type JsonObject, type PolicyEcho, parsePolicyEcho, policyPath } from "./resources/budget-policy.ts";
import { parseCreatedKey, parseKeyEcho } from "./resources/key-echo.ts";
import { within } from "./resources/query.ts";
import type { VirtualKey } from "./resources/virtual-keys.ts";

/** A new key to create. `entityType` and `entityId`: both or neither. */
export interface NewKey {
  /** 1-100 characters, trimmed. */
  label: string;
  masterKeyId: string;
  /** USD, 0.01 or more, at most two decimals. */
  budgetUsd: number;
  /** 1-10000. */
  rateLimitRpm: number;
  entity?: { type: "agent" | "member"; id: string };
  /** Sent as `budgetAction`, with the second spelling when the service refuses the first. Left out = the service's default. */
  action?: "alert_only" | "block";
  /** Sent as `expiresAt` (now + days) and `expiryPreset` (`7d`, `30d`, `90d`, else `custom`). Left out = never expires. */
  expiry?: { days: number; at: string };
}

export interface CreatedKey {
  /** The id of the new key when the answer names it. */
  id: string | null;
  /** The row when the answer carries a readable one. */
  key: VirtualKey | null;
  /** The plaintext, returned by the service once; null when the answer carried none. */
  secret: Secret | null;
  /** True when the answer was empty: accepted, not confirmed. */
  isEmpty: boolean;
}

/** What the service said a key is after a change. Fields it did not echo are null. */
export interface KeyEcho {
  isEmpty: boolean;
  id: string | null;
  status: string | null;
  budgetUsd: number | null;
  /** `alert_only`, `block`, `disable_key`, or the service's own word. */
  budgetAction: string | null;
}

export interface KeyBudgetChange {
  budgetUsd: number;
  action: "alert_only" | "block";
}

export interface WriteOptions {
  /** Awaited before every request that leaves, so that each send can be recorded; `send` counts from 1. */
  beforeSend?: (send: number) => Promise<void> | void;
}

/** The four writes. Handed only to the step that applies an approved plan. */
export interface ManagerWrites {
  createKey(key: NewKey, options?: WriteOptions): Promise<CreatedKey>;
  /** As `createKey`, both send once more with the other spelling when the service refuses the word for the action. */
  updateKeyBudget(id: string, change: KeyBudgetChange, options?: WriteOptions): Promise<KeyEcho>;
  revokeKey(id: string, options?: WriteOptions): Promise<KeyEcho>;
  /** Writes the whole config, as built by `mergeBudgetConfig`. @throws ConflictError on 409; the caller reads again. */
  putBudgetPolicy(config: JsonObject, options?: WriteOptions): Promise<PolicyEcho>;
}

export function createManagerWrites(http: Http): ManagerWrites {
  return {
    async createKey(key, options) {
      const send = (count: number, words: ActionWords) => {
        const body = createBody(key, words);
        return sending(options, count, () => http.post(path`/api/v1/virtual-keys`, body));
      };
      return parseCreatedKey(await (key.action === undefined ? send(1, HYPHENATED) : inEitherSpelling(send)));
    },
    async updateKeyBudget(id, change, options) {
      const target = path`/api/v1/virtual-keys/${id}`;
      const budget = budgetAmount(change.budgetUsd);
      return parseKeyEcho(
        await inEitherSpelling((count, words) =>
          sending(options, count, () => http.patch(target, { budget, budgetAction: words[change.action] })),
        ),
      );
    },
    async revokeKey(id, options) {
      const target = path`/api/v1/virtual-keys/${id}/revoke`;
      return parseKeyEcho(await sending(options, 1, () => http.post(target)));
    },
    async putBudgetPolicy(config, options) {
      return parsePolicyEcho(await sending(options, 1, () => http.put(policyPath, { config })));
    },
  };
}

/** What is sent for each action. */
type ActionWords = Readonly<Record<KeyBudgetChange["action"], string>>;

/** Which of the two spellings the service takes is disputed; `disable_key` is never sent. */
const HYPHENATED: ActionWords = { alert_only: "alert-only", block: "block" };
const AS_STORED: ActionWords = { alert_only: "alert_only", block: "block_requests" };

/** Sends once; once more with the other spelling when the first is refused for its word. */
async function inEitherSpelling(send: (count: number, words: ActionWords) => Promise<Payload>): Promise<Payload> {
  try {
    return await send(1, HYPHENATED);
  } catch (error) {
    if (!refusesActionWord(error)) throw error;
    return send(2, AS_STORED);
  }
}

/** An explicit refusal of the word, and of nothing else: only then may the same change be sent once more. */
function refusesActionWord(error: unknown): boolean {
  return error instanceof RejectedError && error.status === 400 && /budget[_ ]?action/i.test(error.serviceText ?? "");
}

async function sending(
  options: WriteOptions | undefined,
  count: number,
  send: () => Promise<Payload>,
): Promise<Payload> {
  await options?.beforeSend?.(count);
  return send();
}

function createBody(
  { label, masterKeyId, budgetUsd, rateLimitRpm, entity, action, expiry }: NewKey,
  words: ActionWords,
): object {
  const trimmed = label.trim();
  if (trimmed === "" || [...trimmed].length > 100) throw new ArgumentError("The label must have 1 to 100 characters.");
  return {
    label: trimmed,
    masterKeyId: uuid(masterKeyId, "master key id"),
    budget: budgetAmount(budgetUsd),
    rateLimitRpm: within("rate limit", rateLimitRpm, 1, 10_000),
    ...(entity === undefined ? {} : { entityType: entity.type, entityId: uuid(entity.id, `${entity.type} id`) }),
    ...(action === undefined ? {} : { budgetAction: words[action] }),
    ...(expiry === undefined ? {} : { expiresAt: expiry.at, expiryPreset: expiryPreset(expiry.days) }),
  };
}

/** The service's word for a lifetime; it has words of its own for three of them. */
function expiryPreset(days: number): string {
  return [7, 30, 90].includes(days) ? `${days}d` : "custom";
}

/** 0 is refused, because it may mean "block everything" as well as "no limit". */
function budgetAmount(usd: number): number {
  if (usd >= 0.01 && usd <= 1_000_000 && Math.round(usd * 100) / 100 === usd) return usd;
  throw new ArgumentError("A budget must be from 0.01 to 1,000,000 USD with at most two decimals.");
}
