import { rowOf } from "../envelope.ts";
import { ShapeError } from "../errors.ts";
import type { Http } from "../http.ts";
import { readNumber } from "../numbers.ts";
import { type ApiPath, path } from "../path.ts";
import type { Payload } from "../payload.ts";
import { isRecord, type JsonRecord, own } from "../record.ts";
import { policyActionWord } from "./words.ts";

export type Json = null | boolean | number | string | Json[] | JsonObject;
export interface JsonObject {
  [name: string]: Json;
}

/** The workspace's budget policy as read from the service. */
export interface BudgetPolicy {
  /**
   * The whole config exactly as the service sent it, for comparing and writing back; its strings are not cleaned, so it is
   * never shown. `null` when the answer held no config: then nothing may be written.
   */
  config: JsonObject | null;
  isEnabled: boolean | null;
  /** In `currency`; null when not set. */
  amount: number | null;
  /** `USD` when the config names none. */
  currency: string;
  /** The amount when the currency is USD, else null. */
  amountUsd: number | null;
  /** `alert_only`, `block`, or the service's own word. */
  action: string | null;
  /** `monthly`, `weekly`, `daily`, `yearly` or the service's own word. */
  period: string | null;
  /** Percent of the amount, ascending. */
  thresholds: number[] | null;
}

export interface BudgetPolicyChange {
  amountUsd: number;
  action: "alert_only" | "block";
}

/** The config to write, and the fields that a default had to fill in. */
export interface MergedBudgetConfig {
  config: JsonObject;
  defaulted: string[];
}

/** What the service answered to a policy write. */
export interface PolicyEcho {
  /** True when the answer carried no readable config: accepted, not confirmed. */
  isEmpty: boolean;
  policy: BudgetPolicy | null;
}

export const policyPath: ApiPath = path`/api/v1/policies/budget-control`;

export async function readBudgetPolicy(http: Http): Promise<BudgetPolicy> {
  return parseBudgetPolicy(await http.get(policyPath));
}

export function parseBudgetPolicy(payload: Payload): BudgetPolicy {
  const found = findConfig(payload.root);
  const row = rowOf(found?.config ?? {}, payload, {}, "config");
  const beside = rowOf(found?.beside ?? {}, payload);
  const amount = row.usd("amount");
  const currency = currencyOf(found?.config ?? {}, row.text("currency"));
  return {
    config: found === null ? null : toJsonObject(found.config, payload),
    isEnabled: beside.flag("enabled"),
    amount,
    currency,
    amountUsd: currency === USD ? amount : null,
    action: policyActionWord(row.text("exceededAction")),
    period: row.text("period"),
    thresholds:
      row
        .points("thresholds", false)
        ?.filter((value) => value !== null)
        .sort((a, b) => a - b) ?? null,
  };
}

/** An echo that cannot be read is none: the write itself was accepted. */
export function parsePolicyEcho(payload: Payload): PolicyEcho {
  try {
    const policy = parseBudgetPolicy(payload);
    return policy.config === null ? { isEmpty: true, policy: null } : { isEmpty: false, policy };
  } catch (error) {
    if (error instanceof ShapeError) return { isEmpty: true, policy: null };
    throw error;
  }
}

/** What the vendor's own client fills in where a config lacks it. */
const DEFAULTS: readonly (readonly [string, Json])[] = [
  ["period", "monthly"],
  ["thresholds", [50, 75, 90, 100]],
  ["currency", "USD"],
];

const SENT_ACTION = { alert_only: "alert-only", block: "pause" } as const;

/** The config to write: every old field kept, amount and action replaced, defaults only where a field is missing. */
export function mergeBudgetConfig(old: JsonObject, change: BudgetPolicyChange): MergedBudgetConfig {
  const missing = DEFAULTS.filter(([name]) => !Object.hasOwn(old, name));
  const fields = new Map<string, Json>([
    ...Object.entries(old),
    ["amount", change.amountUsd],
    ["exceededAction", SENT_ACTION[change.action]],
    ...missing,
  ]);
  return { config: Object.fromEntries(fields), defaulted: missing.map(([name]) => name) };
}

const USD = "USD";
const CONFIG_NAMES = ["amount", "exceededAction", "period", "thresholds", "currency"];

/** `data.config`, `config`, `data`, in that order; an object named `config` counts even when it is empty. */
function findConfig(root: unknown): { config: JsonRecord; beside: JsonRecord } | null {
  if (!isRecord(root)) return null;
  const data = own(root, "data");
  for (const beside of [data, root]) {
    const config = isRecord(beside) ? own(beside, "config") : undefined;
    if (isRecord(beside) && isRecord(config)) return { config, beside };
  }
  // Without an envelope the fields stand at the top.
  const bare = isRecord(data) ? data : root;
  return CONFIG_NAMES.some((name) => Object.hasOwn(bare, name)) ? { config: bare, beside: bare } : null;
}

function currencyOf(config: JsonRecord, text: string | null): string {
  const currency = own(config, "currency");
  if (currency === undefined || currency === null) return USD;
  return text ?? "unknown";
}

function toJsonObject(record: JsonRecord, payload: Payload): JsonObject {
  return Object.fromEntries(
    Object.entries(record).map(([name, value]): [string, Json] => [name, toJson(value, payload)]),
  );
}

/** @throws ShapeError for a number that was rounded on the way: written back, it would change a field nobody touched */
function toJson(value: unknown, payload: Payload): Json {
  if (Array.isArray(value)) return value.map((entry) => toJson(entry, payload));
  if (isRecord(value)) return toJsonObject(value, payload);
  if (value === null || typeof value === "boolean" || typeof value === "string") return value;
  const number = readNumber(value, false);
  if (typeof number === "number") return number;
  throw new ShapeError(`A number in the answer of ${payload.path} cannot be read exactly.`, { path: payload.path });
}
