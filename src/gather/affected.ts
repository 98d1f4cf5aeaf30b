import type { ManagerApi } from "../api/manager.ts";
import type { VirtualKey } from "../api/resources/virtual-keys.ts";
import { spanText } from "../finops/basis.ts";
import { addDays, dayOf } from "../finops/day.ts";
import { daysSince, type Lasting, lastingAt } from "../finops/lasting.ts";
import { toUsd, usdText } from "../finops/money.ts";
import type { UsageSeries } from "../finops/usage.ts";
import { exactly, sumSpan } from "../finops/usage-sum.ts";
import { quoted, word } from "../tool/quote.ts";
import { part } from "./part.ts";
import { gatherUsage } from "./usage.ts";

/** Days that a mean is taken over: complete ones, ending yesterday. */
export const MEAN_DAYS = 30;

/** Spend over some complete days. */
export interface RecentSpend {
  readonly usd: number;
  readonly from: string;
  readonly to: string;
}

/** What a daily series tells of the last complete days; null unless it tells of all of them. */
export function recentSpend(series: UsageSeries, now: Date): RecentSpend | null {
  const today = dayOf(now);
  const span = { from: addDays(today, -MEAN_DAYS), to: addDays(today, -1) };
  const cost = exactly(sumSpan(series, span).cost);
  return cost === null ? null : { usd: toUsd(cost), ...span };
}

/** @param whose such as `The workspace` */
export function recentSpendFact(whose: string, { usd, from, to }: RecentSpend): string {
  return `${whose} spent ${usdText(usd)} from ${spanText({ from, to })}.`;
}

/** What a pace would make of a new budget. @param lasting null when there was no spend to measure */
export function paceFacts(budgetUsd: number, window: string | null, lasting: Lasting | null): string[] {
  if (lasting === null) return [];
  const of = window === null ? "" : ` of its ${word(window)} window`;
  const days = `${lasting.days} ${lasting.days === 1 ? "day" : "days"}`;
  return [`At that pace (${usdText(lasting.perDayUsd)} a day) ${usdText(budgetUsd)} lasts about ${days}${of}.`];
}

/**
 * What a change to a key touches, each fact a sentence: whom it is bound to and what they spent, its last use, and its own
 * spend. What is not known, or cannot be read, is left out.
 * @param budgetUsd a budget to be set, to hold against the key's pace
 */
export async function keyFacts(api: ManagerApi, key: VirtualKey, now: Date, budgetUsd?: number): Promise<string[]> {
  const [subscription, ownerFacts] = await Promise.all([
    part("The subscription", api.subscription()),
    ownersSpend(api, key, now),
  ]);
  const { spentUsd, createdAt, budgetWindow } = key;
  const cycleStart = subscription.status === "ok" ? subscription.data.value.periodStart : null;
  const days = cycleStart === null ? null : daysSince([cycleStart, createdAt], now);
  const isPaced = budgetUsd !== undefined && days !== null;
  const since = cycleStart === null ? "" : ` (since ${cycleStart})`;
  return [
    ...ownerFacts,
    ...lastUse(key),
    ...(spentUsd === null ? [] : [`It spent ${usdText(spentUsd)} in this billing cycle${since}.`]),
    ...(isPaced ? paceFacts(budgetUsd, budgetWindow, lastingAt(budgetUsd, spentUsd, days)) : []),
  ];
}

function lastUse({ lastUsedAt, lastUsedReported }: VirtualKey): string[] {
  if (lastUsedAt !== null) return [`It was last used at ${lastUsedAt}.`];
  return lastUsedReported ? ["It was never used."] : [];
}

async function ownersSpend(api: ManagerApi, key: VirtualKey, now: Date): Promise<string[]> {
  const { entityType: type, entityId: id, entityName } = key;
  if (type === null) return [];
  const owner = `${word(type)} ${entityName === null ? (id ?? "of an unknown name") : quoted(entityName)}`;
  const bound = `It is bound to ${owner}.`;
  if (id === null || (type !== "agent" && type !== "member")) return [bound];
  const { usage } = await gatherUsage(api, { period: "30d" }, now, { entity: { type, id }, historyDays: MEAN_DAYS });
  const recent = usage.status === "ok" && !usage.degraded ? recentSpend(usage.data, now) : null;
  return recent === null ? [bound] : [bound, recentSpendFact(`This ${type}, with all its keys,`, recent)];
}
