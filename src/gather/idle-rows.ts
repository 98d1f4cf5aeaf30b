import * as z from "zod";
import { spanText } from "../finops/basis.ts";
import type { IdleGroup, IdleResources } from "../finops/idle.ts";
import type { KeyRisks } from "../finops/key-risks.ts";
import { usdText } from "../finops/money.ts";
import type { Windows } from "../finops/window.ts";
import { shortName } from "./short-name.ts";

const CLASSES = ["never_used", "idle", "unknown", "too_new", "in_use", "not_judged"] as const;
const count = z.int();

/** The schema of one kind of resource: who is not used, who cannot be judged, and what to do. */
export const idleGroupSchema = z.strictObject({
  rows: z.array(
    z.strictObject({
      id: z.string(),
      name: z.string().optional(),
      class: z.enum(CLASSES),
      days_idle: count.optional(),
      last_used_at: z.string().optional(),
      cap_usd: z.number().optional(),
      evidence: z.string().optional(),
    }),
  ),
  /** Rows of these classes that are not shown. */
  omitted: count,
  counts: z.strictObject({
    never_used: count,
    idle: count,
    unknown: count,
    too_new: count,
    in_use: count,
    not_judged: count,
  }),
  scanned: count,
  total: count.nullable(),
  truncated: z.boolean(),
  what_to_do: z.partialRecord(z.enum(CLASSES), z.string()),
});

/** Where the date of the last use is known it is the evidence; the advice of a class is told once. */
export function toIdleGroup({
  rows,
  counts,
  scanned,
  total,
  truncated,
  omitted,
}: IdleGroup): z.output<typeof idleGroupSchema> {
  return {
    rows: rows.map(({ id, name, class: found, days_idle, last_used_at, cap_usd, evidence }) => ({
      id,
      ...(name !== null && { name: shortName(name) }),
      class: found,
      ...(days_idle !== null && { days_idle }),
      ...(last_used_at === null ? { evidence } : { last_used_at }),
      ...(cap_usd !== null && { cap_usd }),
    })),
    ...{ omitted, counts, scanned, total, truncated },
    what_to_do: Object.fromEntries(
      rows.flatMap(({ class: found, suggestion }) => (suggestion === null ? [] : [[found, suggestion]])),
    ),
  };
}

const FLAGS = ["no_budget", "no_expiry", "alert_only_fast", "cap_far_above_use", "shared", "expiring", "idle"] as const;

const ADVICE: Readonly<Record<(typeof FLAGS)[number], string>> = {
  no_budget: "Set a budget with update_key_budget.",
  no_expiry: "Agree on an end date with its owner.",
  alert_only_fast: "It spends faster than its budget allows and nothing stops it: raise the budget, or let it block.",
  cap_far_above_use: "Lower the cap with update_key_budget.",
  shared: "Give each agent a key of its own.",
  expiring: "It is in use and expires within 7 days: replace it in time.",
  idle: "Ask its owner, then disable it.",
};

/** The schema of keys that need a look although they are not idle. */
export const risksSchema = z.strictObject({
  rows: z.array(
    z.strictObject({
      id: z.string(),
      name: z.string().optional(),
      flags: z.array(z.enum(FLAGS)),
      cap_usd: z.number().optional(),
      cycle_spend_usd: z.number().optional(),
      at_risk_usd: z.number().nullable(),
    }),
  ),
  omitted: count,
  counts: z.partialRecord(z.enum(FLAGS), count),
  judged: count,
  what_to_do: z.partialRecord(z.enum(FLAGS), z.string()),
});

export function toRisks(
  { rows, counts, judged, flagged = rows.length }: KeyRisks,
  limit: number,
): z.output<typeof risksSchema> {
  const shown = rows.slice(0, limit);
  const raised = new Set(shown.flatMap(({ flags }) => flags));
  return {
    rows: shown.map(({ id, name, flags, cap_usd, spent_usd, at_risk_usd }) => ({
      id,
      ...(name !== null && { name: shortName(name) }),
      flags,
      ...(cap_usd !== null && { cap_usd }),
      ...(spent_usd !== null && { cycle_spend_usd: spent_usd }),
      at_risk_usd,
    })),
    omitted: flagged - shown.length,
    ...{ counts, judged },
    what_to_do: Object.fromEntries(FLAGS.filter((flag) => raised.has(flag)).map((flag) => [flag, ADVICE[flag]])),
  };
}

/** Asked for and read, asked for and failed (`null`), or not asked for. */
type Asked<T> = T | null | undefined;

/** What is not used, out of how many; never "none" of a list that was not read to its end. */
export function idleHeadline(
  {
    keys,
    agents,
    risks,
    capsUsd,
  }: {
    keys: Asked<IdleGroup>;
    agents: Asked<IdleGroup>;
    risks: KeyRisks | null;
    capsUsd: IdleResources["idle_caps_usd"];
  },
  { total }: Windows,
): string {
  const caps = keys && capsUsd !== null && capsUsd > 0 ? ` (unused caps of ${usdText(capsUsd)})` : "";
  const risky =
    risks && risks.rows.length > 0 ? `${counted(risks.flagged ?? risks.rows.length, "key")} with a risk` : null;
  const parts = [groupText("keys", keys, caps), groupText("agents", agents, ""), risky].filter((part) => part !== null);
  return `Not used in ${spanText(total)} (UTC): ${parts.join("; ")}.`;
}

function groupText(kind: "keys" | "agents", group: Asked<IdleGroup>, caps: string): string | null {
  if (group === undefined) return null;
  if (group === null) return `${kind} are not known, their list could not be read`;
  const { counts, scanned, total, truncated } = group;
  const least = truncated ? "at least " : "";
  const of = truncated ? `${scanned} read of ${total ?? "an unknown number of"} ${kind}` : `${scanned} ${kind}`;
  const idle = counts.never_used + counts.idle;
  if (idle === 0 && counts.unknown > 0) return `${counts.unknown} of ${of} cannot be judged, so none is called idle`;
  const never = counts.never_used > 0 ? `, ${counts.never_used} of them never used at all` : "";
  const unknown = counts.unknown > 0 ? `; ${counts.unknown} of the ${kind} cannot be judged` : "";
  return `${least}${idle} of ${of}${never}${caps}${unknown}`;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}
