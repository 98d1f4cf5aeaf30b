import type { Context } from "hono";
import { parseInstant } from "../dataset/days.ts";
import type { VirtualKey } from "../dataset/world.ts";
import type { Env } from "../simulation.ts";
import type { Switches } from "../switches.ts";
import { badRequest } from "../wire/failure.ts";

export type Fields = ReadonlyMap<string, unknown>;

/** The JSON object of the request. @throws ApiFailure 40001 when the body is none. */
export function fieldsOf(c: Context<Env>): Fields {
  const body: unknown = c.get("body");
  if (typeof body !== "object" || body === null || Array.isArray(body)) throw badRequest("body must be a JSON object");
  return new Map(Object.entries(body));
}

/** A budget in USD as whole cents; undefined when absent. @throws ApiFailure 40001 for null, 0 or more than two decimals. */
export function budgetField(fields: Fields, name = "budget"): number | undefined {
  if (!fields.has(name)) return undefined;
  const usd = fields.get(name);
  if (typeof usd !== "number" || !Number.isFinite(usd) || usd < 0.01)
    throw badRequest(`${name} must be at least 0.01 USD`);
  const cents = Math.round(usd * 100);
  if (cents / 100 !== usd) throw badRequest(`${name} must have at most two decimals`);
  return cents;
}

/** @throws ApiFailure 40001 unless 1 to 100 characters are left after trimming. */
export function labelField(fields: Fields): string | undefined {
  if (!fields.has("label")) return undefined;
  const value = fields.get("label");
  const label = typeof value === "string" ? value.trim() : "";
  if (label.length < 1 || label.length > 100) throw badRequest("label must have 1 to 100 characters");
  return label;
}

function wholeField(fields: Fields, name: string, least: number, most: number): number | undefined {
  if (!fields.has(name)) return undefined;
  const value = fields.get(name);
  if (typeof value !== "number" || !Number.isInteger(value) || value < least || value > most) {
    throw badRequest(`${name} must be a whole number from ${least} to ${most}`);
  }
  return value;
}

type Action = VirtualKey["budgetAction"];

const HYPHEN = new Map<unknown, Action>([
  ["alert-only", "alert_only"],
  ["block", "block_requests"],
]);
const UNDERSCORE = new Map<unknown, Action>([
  ["alert_only", "alert_only"],
  ["block_requests", "block_requests"],
  ["disable_key", "disable_key"],
]);

/** What a key does at its budget, in the words that the switch `vkActionWords` takes. @throws ApiFailure 40001. */
export function actionField(fields: Fields, words: Switches["vkActionWords"]): Action | undefined {
  if (!fields.has("budgetAction")) return undefined;
  const value = fields.get("budgetAction");
  const hyphen = words === "underscore" ? undefined : HYPHEN.get(value);
  const underscore = words === "hyphen" ? undefined : UNDERSCORE.get(value);
  const action = hyphen ?? underscore;
  if (action === undefined) throw badRequest("Field validation for 'budgetAction' failed on the 'oneof' tag");
  return action;
}

function windowField(fields: Fields): VirtualKey["budgetWindow"] | undefined {
  if (!fields.has("budgetWindow")) return undefined;
  const value = fields.get("budgetWindow");
  if (value === "daily" || value === "weekly" || value === "monthly") return value;
  throw badRequest("budgetWindow must be daily, weekly or monthly");
}

function expiryField(fields: Fields): number | null | undefined {
  if (!fields.has("expiresAt")) return undefined;
  const value = fields.get("expiresAt");
  if (value === null) return null;
  const instant = typeof value === "string" ? parseInstant(value) : null;
  if (instant === null) throw badRequest("expiresAt must be an RFC 3339 instant");
  return instant;
}

/** Every field that POST and PATCH share; absent ones are left out. @throws ApiFailure 40001. */
export function keyChanges(fields: Fields, words: Switches["vkActionWords"]): Partial<VirtualKey> {
  const changes: Partial<VirtualKey> = {};
  const label = labelField(fields);
  if (label !== undefined) changes.label = label;
  const budgetCents = budgetField(fields);
  if (budgetCents !== undefined) changes.budgetCents = budgetCents;
  const budgetAction = actionField(fields, words);
  if (budgetAction !== undefined) changes.budgetAction = budgetAction;
  const budgetWindow = windowField(fields);
  if (budgetWindow !== undefined) changes.budgetWindow = budgetWindow;
  const rateLimitRpm = wholeField(fields, "rateLimitRpm", 1, 10_000);
  if (rateLimitRpm !== undefined) changes.rateLimitRpm = rateLimitRpm;
  const expiresAt = expiryField(fields);
  if (expiresAt !== undefined) changes.expiresAt = expiresAt;
  return changes;
}
