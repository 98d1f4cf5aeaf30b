import { quantile } from "./quantile.ts";
import { byText } from "./rank.ts";

export type KeyFlag =
  | "no_budget"
  | "no_expiry"
  | "alert_only_fast"
  | "cap_far_above_use"
  | "shared"
  | "expiring"
  | "idle";

/** What is known about one key. Amounts in USD; null means unknown, except for `capUsd` and `daysToExpiry`: none set. */
export interface KeyFacts {
  readonly id: string;
  readonly capUsd: number | null;
  readonly isAlertOnly: boolean;
  /** spent in the present budget window */
  readonly spentUsd: number | null;
  readonly paceIndex: number | null;
  /** complete days of the key's own series; null when it has none */
  readonly daily: readonly (number | null)[] | null;
  readonly daysToReset: number | null;
  readonly daysToExpiry: number | null;
  /** 95 % quantile of the next budget window, see `rightsize` */
  readonly nextWindowP95Usd: number | null;
  /** agents seen in the key's request logs */
  readonly agentsInLogs: number | null;
  readonly isUsedInLast7Days: boolean | null;
  readonly isIdle: boolean | null;
}

export interface KeyRisk {
  readonly id: string;
  readonly flags: readonly KeyFlag[];
  /** what the key could still spend if it were misused at the rate of its worst days; null when not computable */
  readonly atRiskUsd: number | null;
}

const DAYS_WITHOUT_CAP = 30;

/** Flags and money at risk of every key, largest first, those that cannot be computed last, ties by id. */
export function rankKeyRisks(keys: readonly KeyFacts[]): KeyRisk[] {
  return keys
    .map((key) => ({ id: key.id, flags: keyFlags(key), atRiskUsd: atRiskUsd(key) }))
    .sort((a, b) => (b.atRiskUsd ?? -1) - (a.atRiskUsd ?? -1) || byText(a.id, b.id));
}

/** Warnings about one key. A warning whose facts are unknown is not raised. */
export function keyFlags(key: KeyFacts): KeyFlag[] {
  const { capUsd, nextWindowP95Usd: p95, daysToExpiry } = key;
  const raised: readonly (readonly [KeyFlag, boolean])[] = [
    ["no_budget", capUsd === null],
    ["no_expiry", daysToExpiry === null],
    ["alert_only_fast", key.isAlertOnly && key.paceIndex !== null && key.paceIndex > 1.2],
    ["cap_far_above_use", capUsd !== null && p95 !== null && capUsd > 5 * p95],
    ["shared", key.agentsInLogs !== null && key.agentsInLogs >= 2],
    ["expiring", daysToExpiry !== null && daysToExpiry <= 7 && key.isUsedInLast7Days === true],
    ["idle", key.isIdle === true],
  ];
  return raised.flatMap(([flag, isRaised]) => (isRaised ? [flag] : []));
}

/**
 * The smaller of what is left under the cap and the worst day times the days until reset or expiry; without a cap, the
 * worst day times 30. A budget that only alerts stops nothing, so that what is left of it is no limit: the worst day times the
 * days, 30 where neither end is known. Null without a daily series, or with a cap whose spend or end is unknown. Never below
 * 0. USD.
 */
export function atRiskUsd(key: KeyFacts): number | null {
  const worst = key.daily === null ? null : worstDayUsd(key.daily);
  if (worst === null) return null;
  if (key.capUsd === null) return Math.max(0, worst * DAYS_WITHOUT_CAP);
  const ends = [key.daysToReset, key.daysToExpiry].filter((days) => days !== null);
  const days = Math.min(...ends);
  if (key.isAlertOnly) return Math.max(0, worst * (Number.isFinite(days) ? days : DAYS_WITHOUT_CAP));
  if (key.spentUsd === null || ends.length === 0) return null;
  return Math.max(0, Math.min(key.capUsd - key.spentUsd, worst * days));
}

/** The 0.99 quantile of the known days from 30 of them on, else the largest; null without any. USD. */
export function worstDayUsd(daily: readonly (number | null)[]): number | null {
  const known = daily.filter((usd) => usd !== null);
  if (known.length === 0) return null;
  return known.length >= 30 ? quantile(known, 0.99) : Math.max(...known);
}
