import type { ManagerApi } from "../api/manager.ts";
import type { BudgetPolicy } from "../api/resources/budget-policy.ts";
import type { Note, Noted } from "../finops/basis.ts";
import { dayOf, daysBetween } from "../finops/day.ts";
import { policySpan, type WorkspaceBudget, workspaceBudget } from "../finops/workspace-budget.ts";
import { type NamedPart, plainPart } from "./part.ts";
import { type GatheredUsage, gatherUsage } from "./usage.ts";

/** What forecasts and anomalies look back on; longer budget windows are read on top of it. */
export const HISTORY_DAYS = 90;

/** The workspace's daily series over the last week, the week before it, and the days of history. */
export function gatherHistory(api: ManagerApi, now: Date): Promise<GatheredUsage> {
  return gatherUsage(api, { period: "7d" }, now, { historyDays: HISTORY_DAYS });
}

export interface GatheredBudget extends Noted<WorkspaceBudget> {
  readonly policyPart: NamedPart<BudgetPolicy>;
  /** `null` when it could not be read or the service has none. */
  readonly policy: BudgetPolicy | null;
  readonly usage: GatheredUsage["usage"];
}

/** The workspace budget against its daily series. A budget window longer than the history takes a second, longer read. */
export async function gatherWorkspaceBudget(
  api: ManagerApi,
  history: Promise<GatheredUsage>,
  now: Date,
): Promise<GatheredBudget> {
  const [policyPart, recent] = await Promise.all([plainPart("The budget policy", api.budgetPolicy()), history]);
  const policy = policyPart.status === "ok" && policyPart.data.config !== null ? policyPart.data : null;
  const windowDays = daysBetween(policySpan(policy, now).from, dayOf(now));
  const isLong = windowDays > HISTORY_DAYS;
  const { usage } = isLong ? await gatherUsage(api, { period: "7d" }, now, { historyDays: windowDays }) : recent;
  const series = usage.status === "ok" ? usage.data : null;
  const { result, notes } = workspaceBudget({ policy, series, now, scopeId: "workspace" });
  const isMissing = policyPart.status === "ok" && policy === null;
  const missing: Note[] = isMissing
    ? [{ code: "sub_call_failed", text: "The service returned no budget policy." }]
    : [];
  return { policyPart, policy, usage, result, notes: [...notes, ...missing] };
}
