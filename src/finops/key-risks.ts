import type { Note, Noted } from "./basis.ts";
import { budgetUse } from "./budget.ts";
import { budgetPeriodOf, calendarWindow, windowProgress } from "./budget-window.ts";
import { type Day, dayOf, daysBetween } from "./day.ts";
import { estimatedUsd, toMicroOrNull } from "./money.ts";
import { type KeyFlag, type KeyFacts as RiskFacts, rankKeyRisks } from "./risk.ts";
import type { UsageSeries } from "./usage.ts";
import { completeDaysUsd, exactly, sumSpan } from "./usage-sum.ts";

/** What a list tells of one key. Amounts in USD. */
export interface ListedKey {
  id: string;
  name: string | null;
  status: string | null;
  /** `null` when none is set */
  budgetUsd: number | null;
  budgetAction: string | null;
  budgetWindow: string | null;
  /** Spend since `spendFrom`. */
  spentUsd: number | null;
  spendFrom: Day | null;
  createdAt: Date | null;
  lastUsedAt: Date | null;
  /** `null` when it never expires, `undefined` when the source says nothing of expiry */
  expiresAt: Date | null | undefined;
  /** The agent or member it is bound to. */
  ownerId: string | null;
  ownerType?: string | null;
}

export interface KeyRiskRow {
  id: string;
  name: string | null;
  flags: KeyFlag[];
  cap_usd: number | null;
  spent_usd: number | null;
  /** What could still be spent at the rate of its worst days; `null` when not computed. */
  at_risk_usd: number | null;
}

/** Keys that need a look although they are not idle, largest amount at risk first. */
export interface KeyRisks {
  rows: KeyRiskRow[];
  /** Keys per flag, over all that were looked at. */
  counts: Partial<Record<KeyFlag, number>>;
  judged: number;
  /** Keys with a flag, when not all of them are in `rows`. */
  flagged?: number;
}

export interface KeyRisksInput {
  keys: readonly ListedKey[];
  /** Idle and never used keys are told elsewhere. */
  idleIds: ReadonlySet<string>;
  /** Keys too new to be judged, or of unknown use: little spend is no evidence about their caps. */
  unsureIds: ReadonlySet<string>;
  /** The daily series of owners, by id, as far as they were read. */
  owners: ReadonlyMap<string, UsageSeries>;
  now: Date;
}

const DAY_MS = 86_400_000;
/** A cap counts as far above use from ten times the projected spend on: five times a P95 that is taken as twice the projection. */
const P95_OVER_PROJECTION = 2;
const MIN_PROJECTION_DAYS = 7;

/**
 * Flags and money at risk of the active keys that are not idle. A key has no daily series of its own: its days are its owner's
 * days times its share of its owner's spend, where the owner's series was read.
 */
export function keyRisks({ keys, idleIds, unsureIds, owners, now }: KeyRisksInput): Noted<KeyRisks> {
  const judged = keys.filter(({ id, status }) => status?.toLowerCase() === "active" && !idleIds.has(id));
  const byId = new Map(judged.map((key) => [key.id, key]));
  const ranked = rankKeyRisks(judged.map((key) => factsOf(key, { owners, now, isInUse: !unsureIds.has(key.id) })));
  const counts: Partial<Record<KeyFlag, number>> = {};
  for (const { flags } of ranked) for (const flag of flags) counts[flag] = (counts[flag] ?? 0) + 1;
  const rows = ranked.flatMap(({ id, flags, atRiskUsd }): KeyRiskRow[] => {
    const key = byId.get(id);
    if (!key || flags.length === 0) return [];
    return [
      {
        ...{ id, name: key.name, flags: [...flags], cap_usd: key.budgetUsd, spent_usd: key.spentUsd },
        at_risk_usd: atRiskUsd === null ? null : estimatedUsd(atRiskUsd),
      },
    ];
  });
  const isAlertOnly = rows.some(
    (row) => row.at_risk_usd !== null && row.cap_usd !== null && alertsOnly(byId.get(row.id)),
  );
  return {
    result: { rows: rows.sort(byWeight), counts, judged: judged.length },
    notes: [...riskNotes(rows), ...(isAlertOnly ? [ALERT_ONLY] : [])],
  };
}

const ALERT_ONLY: Note = {
  code: "lower_bound",
  text: "at_risk_usd of an alert-only budget is the worst day times the days to its reset or expiry, used up or not: it stops no call.",
};

function alertsOnly(key: ListedKey | undefined): boolean {
  return key?.budgetAction === "alert_only";
}

/** The owners whose series would tell the most: those of the keys with the gravest flags, by spend. */
export function ownersToRead({ rows }: KeyRisks, keys: readonly ListedKey[], most: number): string[] {
  const owners = new Map(keys.map(({ id, ownerId }) => [id, ownerId]));
  const found = rows.filter(({ flags }) => gravity(flags) > 1).flatMap(({ id }) => owners.get(id) ?? []);
  return [...new Set(found)].slice(0, most);
}

const GRAVE: readonly KeyFlag[] = ["no_budget", "alert_only_fast", "cap_far_above_use"];

/** A missing expiry or a near one alone is the least of all. */
function gravity(flags: readonly KeyFlag[]): number {
  return flags.reduce((sum, flag) => sum + (GRAVE.includes(flag) ? 2 : 1), 0);
}

/** Known amounts first; without one, the graver flags and the larger spend. */
export function byWeight(a: KeyRiskRow, b: KeyRiskRow): number {
  const known = (b.at_risk_usd ?? -1) - (a.at_risk_usd ?? -1);
  return (
    known || gravity(b.flags) - gravity(a.flags) || (b.spent_usd ?? 0) - (a.spent_usd ?? 0) || (a.id < b.id ? -1 : 1)
  );
}

function factsOf(
  key: ListedKey,
  { owners, now, isInUse }: Pick<KeyRisksInput, "owners" | "now"> & { isInUse: boolean },
): RiskFacts {
  const period = budgetPeriodOf(key.budgetWindow);
  const window = period && calendarWindow(period, now);
  const isSameWindow = window !== null && key.spendFrom === dayOf(window.start);
  const spent = isSameWindow ? toMicroOrNull(key.spentUsd) : null;
  const budget = toMicroOrNull(key.budgetUsd);
  const use = budgetUse({ budget, spent: { value: spent, lowerBound: spent === null }, window, now }).result;
  const lengthDays = window === null ? null : (window.end.getTime() - window.start.getTime()) / DAY_MS;
  const highWindow = isInUse ? highWindowUsd(key, lengthDays, now) : null;
  return {
    id: key.id,
    capUsd: key.budgetUsd,
    isAlertOnly: alertsOnly(key),
    spentUsd: use.spent_usd,
    paceIndex: use.pace_index,
    daily: dailyByShare(key, owners),
    daysToReset: window === null ? null : windowProgress(window, now).daysLeft,
    daysToExpiry: daysToExpiry(key.expiresAt, now),
    nextWindowP95Usd: highWindow,
    agentsInLogs: null,
    isUsedInLast7Days: key.lastUsedAt === null ? null : now.getTime() - key.lastUsedAt.getTime() <= 7 * DAY_MS,
    isIdle: null,
  };
}

/** `null` for a key that never expires; not known counts as far away, so that no warning is raised. */
function daysToExpiry(expiresAt: ListedKey["expiresAt"], now: Date): number | null {
  if (expiresAt === undefined) return Number.POSITIVE_INFINITY;
  return expiresAt === null ? null : (expiresAt.getTime() - now.getTime()) / DAY_MS;
}

/**
 * What a whole budget window would hardly exceed: twice its cost at the mean of the days the spend figure covers. All of that
 * spend may have fallen into one window where windows are shorter than these days. `null` under seven of them.
 */
function highWindowUsd(
  { spentUsd, spendFrom, createdAt }: ListedKey,
  lengthDays: number | null,
  now: Date,
): number | null {
  if (spentUsd === null || spendFrom === null || lengthDays === null) return null;
  const created = createdAt === null ? spendFrom : dayOf(createdAt);
  const days = daysBetween(created > spendFrom ? created : spendFrom, dayOf(now)) + 1;
  if (days < MIN_PROJECTION_DAYS) return null;
  const high = (P95_OVER_PROJECTION * spentUsd * lengthDays) / days;
  return lengthDays < days ? Math.max(high, spentUsd) : high;
}

function dailyByShare(key: ListedKey, owners: KeyRisksInput["owners"]): (number | null)[] | null {
  const series = key.ownerId === null ? undefined : owners.get(key.ownerId);
  const spent = toMicroOrNull(key.spentUsd);
  if (!series || spent === null || key.spendFrom === null) return null;
  const whole = exactly(sumSpan(series, { from: key.spendFrom, to: series.today }).cost);
  if (whole === null || whole <= 0) return null;
  const share = Math.min(1, spent / whole);
  return completeDaysUsd(series).usd.map((usd) => (usd === null ? null : usd * share));
}

function riskNotes(rows: readonly KeyRiskRow[]): Note[] {
  const notes: Note[] = [];
  if (rows.some(({ at_risk_usd }) => at_risk_usd !== null)) {
    const text =
      "at_risk_usd is estimated from share: a key's days are its owner's days times its share of the owner's spend in this cycle.";
    notes.push({ code: "lower_bound", text });
  }
  if (rows.some(({ flags }) => flags.includes("cap_far_above_use"))) {
    const text =
      "cap_far_above_use: the cap is over ten times what its window would cost at the pace of this cycle, and over five times what one window can have cost.";
    notes.push({ code: "short_history", text });
  }
  return notes;
}
