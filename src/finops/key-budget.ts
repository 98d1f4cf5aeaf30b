import type { Note, Noted } from "./basis.ts";
import { type BudgetUse, budgetUse, spentInWindow } from "./budget.ts";
import { type BudgetOutlook, budgetOutlook, NO_OUTLOOK } from "./budget-outlook.ts";
import { type BudgetWindow, budgetPeriodOf, calendarWindow, daysToDate, windowEndingAt } from "./budget-window.ts";
import { toMicroOrNull } from "./money.ts";
import type { UsageSeries } from "./usage.ts";
import { seriesNotes } from "./usage-notes.ts";
import type { Sum } from "./usage-sum.ts";
import type { Span } from "./window.ts";

/** A key's budget as the service states it. */
export interface KeyBudgetFacts {
  /** `null` = none set. */
  budgetUsd: number | null;
  /** Spend of `spentSpan`, which need not be the budget's own window. */
  spentUsd: number | null;
  spentSpan: Span | null;
  window: string | null;
  resetsAt: string | null;
}

export interface KeyBudget {
  use: BudgetUse;
  outlook: BudgetOutlook;
}

export interface KeyBudgetInput {
  /** `null` when the service told nothing of a budget. */
  facts: KeyBudgetFacts | null;
  /** The service answered without its data store: figures of spend are unknown, configuration stands. */
  degraded: boolean;
  series: UsageSeries | null;
  now: Date;
  scopeId: string;
}

/** The window of a key's budget: it ends at the stated reset; without one, the calendar window of its word; else unknown. */
export function keyBudgetWindow(facts: KeyBudgetFacts | null, now: Date): BudgetWindow | null {
  const period = budgetPeriodOf(facts?.window ?? null);
  if (facts === null || period === null) return null;
  const reset = facts.resetsAt === null ? Number.NaN : Date.parse(facts.resetsAt);
  return Number.isNaN(reset) ? calendarWindow(period, now) : windowEndingAt(new Date(reset), period, now);
}

/** Use, pace and run-out of one key's budget, computed from the daily series since its window began. */
export function keyBudget({ facts, degraded, series, now, scopeId }: KeyBudgetInput): Noted<KeyBudget> {
  const window = keyBudgetWindow(facts, now);
  const budget = facts === null ? "unknown" : facts.budgetUsd === null ? null : toMicroOrNull(facts.budgetUsd);
  const stated = degraded ? null : toMicroOrNull(facts?.spentUsd);
  const spent: Sum =
    window === null
      ? { value: null, lowerBound: true }
      : spentInWindow(series, window, now, { micro: stated, span: facts?.spentSpan ?? null });
  const use = budgetUse({ budget, spent, window, now });
  const gaps = series === null || window === null ? [] : seriesNotes(series, [daysToDate(window, now)]);
  const notes: Note[] = [...gaps, ...use.notes];
  if (facts !== null && window === null) {
    notes.push({
      code: "window_mismatch",
      text: "The service named no budget window that is known, so no use is computed.",
    });
  }
  if (window === null) return { result: { use: use.result, outlook: NO_OUTLOOK }, notes };
  const amount = typeof budget === "number" && budget > 0 ? budget : null;
  const outlook = budgetOutlook({ series, window, budget: amount, spent, now, scopeId });
  return { result: { use: use.result, outlook: outlook.result }, notes: [...notes, ...outlook.notes] };
}
