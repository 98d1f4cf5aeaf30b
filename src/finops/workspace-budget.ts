import type { Note, Noted } from "./basis.ts";
import { type BudgetUse, budgetUse, spentInWindow } from "./budget.ts";
import { type BudgetOutlook, budgetOutlook } from "./budget-outlook.ts";
import { type BudgetWindow, budgetPeriodOf, calendarWindow, daysToDate } from "./budget-window.ts";
import { type Micro, toMicroOrNull } from "./money.ts";
import { type ThresholdLine, thresholdLines } from "./thresholds.ts";
import type { UsageSeries } from "./usage.ts";
import { seriesNotes } from "./usage-notes.ts";
import type { Span } from "./window.ts";

/** A workspace's budget policy as far as a budget needs it. */
export interface PolicyFacts {
  /** In `currency`; null when none is set. */
  amount: number | null;
  currency: string;
  isEnabled: boolean | null;
  /** The service's word for the window. */
  period: string | null;
  /** Percent of the amount. */
  thresholds: readonly number[] | null;
}

export interface WorkspaceBudget {
  use: BudgetUse;
  outlook: BudgetOutlook;
  thresholds: ThresholdLine[];
  window: BudgetWindow;
}

export interface WorkspaceBudgetInput {
  /** `null` when the policy could not be read. */
  policy: PolicyFacts | null;
  series: UsageSeries | null;
  now: Date;
  scopeId: string;
}

/** The window a policy counts in, by the UTC calendar; the month when the policy names none that is known. */
export function policyWindow(policy: PolicyFacts | null, now: Date): BudgetWindow {
  return calendarWindow(budgetPeriodOf(policy?.period ?? null) ?? "monthly", now);
}

/** The days of the present budget window up to today. */
export function policySpan(policy: PolicyFacts | null, now: Date): Span {
  return daysToDate(policyWindow(policy, now), now);
}

/** Use, pace, run-out and alert lines of the workspace budget, computed from the daily series. */
export function workspaceBudget({ policy, series, now, scopeId }: WorkspaceBudgetInput): Noted<WorkspaceBudget> {
  const window = policyWindow(policy, now);
  const budget = budgetOf(policy);
  const spent = spentInWindow(series, window, now);
  const use = budgetUse({ budget, spent, window, now });
  const amount = typeof budget === "number" && budget > 0 ? budget : null;
  const outlook = budgetOutlook({ series, window, budget: amount, spent, now, scopeId });
  const thresholds =
    amount === null || series === null
      ? []
      : thresholdLines({
          budget: amount,
          thresholds: policy?.thresholds ?? [],
          series,
          window,
          now,
          expectedOn: outlook.result.expectedOn,
        });
  const gaps = series === null ? [] : seriesNotes(series, [daysToDate(window, now)]);
  const notes = [...policyNotes(policy), ...gaps, ...use.notes, ...outlook.notes];
  return { result: { use: use.result, outlook: outlook.result, thresholds, window }, notes };
}

function budgetOf(policy: PolicyFacts | null): Micro | null | "unknown" {
  if (policy === null || policy.currency !== "USD") return "unknown";
  return toMicroOrNull(policy.amount);
}

function policyNotes(policy: PolicyFacts | null): Note[] {
  if (policy === null) return [];
  const notes: Note[] = [];
  if (policy.currency !== "USD") {
    const text = `The policy is in ${policy.currency} (${policy.amount ?? "no amount"}); it is not compared with spend in USD.`;
    notes.push({ code: "mixed_currency", text });
  }
  if (policy.isEnabled === false) {
    notes.push({ code: "window_mismatch", text: "The policy is switched off: it neither alerts nor stops anything." });
  }
  const known = budgetPeriodOf(policy.period) !== null;
  const window = known ? `${policy.period} window` : "calendar month (the policy names no window that is known)";
  const text = `Spend is counted over the ${window}, UTC; the service may count another window.`;
  notes.push({ code: "window_mismatch", text });
  return notes;
}
