import type { ManagerApi } from "../api/manager.ts";
import { dayOf, daysBetween } from "../finops/day.ts";
import { lastingAt } from "../finops/lasting.ts";
import { usdText } from "../finops/money.ts";
import { policySpan, workspaceBudget } from "../finops/workspace-budget.ts";
import { MEAN_DAYS, paceFacts, recentSpend, recentSpendFact } from "./affected.ts";
import type { PolicyChange, WritablePolicy } from "./budget-policy.ts";
import { gatherUsage } from "./usage.ts";

/** What the workspace spent, in all and in the window of its budget, and what a new budget would mean for it. */
export async function policyFacts(
  api: ManagerApi,
  policy: WritablePolicy,
  asked: PolicyChange,
  now: Date,
): Promise<{ affected: string[]; isPassed: boolean }> {
  const changed = { ...policy, amount: asked.budget_usd, isEnabled: null };
  const windowDays = daysBetween(policySpan(changed, now).from, dayOf(now));
  const { usage } = await gatherUsage(api, { period: "30d" }, now, { historyDays: Math.max(MEAN_DAYS, windowDays) });
  if (usage.status === "failed" || usage.degraded) return { affected: [], isPassed: false };
  const { use } = workspaceBudget({ policy: changed, series: usage.data, now, scopeId: "workspace" }).result;
  const recent = recentSpend(usage.data, now);
  const since = use.window_start === null ? "" : ` since ${use.window_start.slice(0, 10)}`;
  const spent =
    use.spent_usd === null || use.used_pct === null
      ? []
      : [`In this budget window${since} ${usdText(use.spent_usd)} is spent: ${use.used_pct}% of the new budget.`];
  return {
    affected: [
      ...spent,
      ...(recent ? [recentSpendFact("The workspace", recent)] : []),
      ...paceFacts(asked.budget_usd, policy.period, recent && lastingAt(asked.budget_usd, recent.usd, MEAN_DAYS)),
    ],
    isPassed: (use.over_by_usd ?? 0) > 0,
  };
}
