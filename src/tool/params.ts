import * as z from "zod";
import { clean } from "../text.ts";

/** Building blocks of input schemas. Each writes its own description: format, unit, default, where a value comes from. */

const UUID = /^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/;

export const PERIODS = ["24h", "7d", "30d", "billing_cycle"] as const;
export type Period = (typeof PERIODS)[number];

function periodOf<const P extends Period>(choices: readonly P[], fallback: P, what: string) {
  return z.enum(choices).optional().describe(`${what}. Default ${fallback}.`).meta({ default: fallback });
}

/** A window of UTC days that ends today. The default is applied by the window resolver, so that from/to can replace it. */
export function period(what = "Window of UTC days, today included") {
  return periodOf(PERIODS, "billing_cycle", `${what}: 24h, 7d, 30d or billing_cycle (since it began)`);
}

/** A window for one entity: the service keeps no billing-cycle view of a single agent, member or department. */
export function entityPeriod(fallback: "24h" | "7d" | "30d" = "30d") {
  return periodOf(["24h", "7d", "30d"], fallback, "Window of UTC days, today included: 24h (today so far), 7d or 30d");
}

/** Two windows of complete days, the later one ending yesterday. */
export function comparisonPeriod(fallback: "7d" | "30d" = "7d") {
  return periodOf(["7d", "30d"], fallback, "Complete UTC days up to yesterday, against as many before: 7d or 30d");
}

/** The calendar is checked where the window is chosen; a pattern would only cost every conversation tokens. */
const day = (text: string) => z.string().optional().describe(text);

/** An explicit window, in place of `period`. */
export function explicitSpan() {
  return {
    from: day("First day, YYYY-MM-DD (UTC, inclusive). With to, in place of period."),
    to: day("Last day, YYYY-MM-DD (UTC, inclusive)."),
  };
}

/**
 * An id of the service. Where it comes from is a clause of its own, which is left out where that tool is not listed.
 * @example uuid("agent", "list_agents")
 */
export function uuid(kind: string, listedBy: string) {
  return z
    .string()
    .regex(UUID, `must be the UUID of a ${kind}; ${listedBy} lists them`)
    .transform((id) => id.toLowerCase())
    .describe(`Id of the ${kind} (UUID); from ${listedBy}.`);
}

/** How many rows to show. */
export function limit(max: number, fallback: number, what = "Rows to show") {
  return z.int().min(1).max(max).default(fallback).describe(`${what}, 1-${max}. Default ${fallback}.`);
}

export function offset() {
  return z.int().min(0).max(1_000_000).default(0).describe("Rows to skip, 0-1000000. Default 0.");
}

export function page() {
  return z.int().min(1).max(100_000).default(1).describe("Page number, 1-100000. Default 1.");
}

export function pageSize(fallback: number) {
  return z.int().min(1).max(200).default(fallback).describe(`Rows per page, 1-200. Default ${fallback}.`);
}

const LABEL = /^[\p{L}\p{N} ._\-/:@()+&',]{1,100}$/u;

/** A name to write. What a later reader could take for a link, a credential or markup is refused before it is stored. */
export function label(what: string) {
  return z
    .string()
    .trim()
    .normalize("NFC")
    .refine((text) => LABEL.test(text), "must be 1-100 letters, digits, spaces or . _ - / : @ ( ) + & ' ,")
    .refine((text) => clean(text) === text, "must not contain a link or look like a credential")
    .describe(`${what}: 1-100 letters, digits, spaces or . _ - / : @ ( ) + & ' , (no links).`);
}

/** An amount of money a person sets: dollars and cents, never zero (zero could mean "block all" or "no limit"). */
export function usd(what: string) {
  return z
    .number()
    .min(0.01)
    .max(1_000_000)
    .refine(hasAtMostTwoDecimals, "must have at most two decimals")
    .describe(`${what} in US dollars, 0.01-1000000, at most two decimals.`);
}

function hasAtMostTwoDecimals(value: number): boolean {
  return Number(value.toFixed(2)) === value;
}

/** The yes to a plan, in a client that cannot ask the person itself. Any text is looked up, so that a wrong one is told as such. */
export function confirmationToken() {
  return z
    .string()
    .max(200)
    .optional()
    .describe(
      "Single-use token from the plan of this same call, valid for 5 minutes, once the person has agreed. Omit it at first.",
    );
}
