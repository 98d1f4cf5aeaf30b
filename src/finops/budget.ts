import type { BasisBudget, Note, Noted } from "./basis.ts";
import { type BudgetWindow, daysToDate, windowProgress } from "./budget-window.ts";
import { estimatedUsd, MICRO_PER_USD, type Micro, toUsd, toUsdOrNull, usdText } from "./money.ts";
import { roundTo } from "./rounding.ts";
import type { UsageSeries } from "./usage.ts";
import { exactly, type Sum, sumSpan } from "./usage-sum.ts";
import type { Span } from "./window.ts";

/** `not_set`: the owner set none. `zero`: 0 is stored and its meaning is not documented. `unknown`: it could not be read. */
export type BudgetState = "set" | "not_set" | "zero" | "unknown";

/** The arithmetic of one budget, ready to return from a tool. */
export interface BudgetUse {
  budget_state: BudgetState;
  budget_usd: number | null;
  spent_usd: number | null;
  /** Days are missing: spent and used are "at least", what remains is "at most", and there is no pace. */
  lower_bound: boolean;
  /** Negative once the budget is passed. */
  remaining_usd: number | null;
  /** 0 until the budget is passed. */
  over_by_usd: number | null;
  used_pct: number | null;
  elapsed_pct: number | null;
  /** Used share over elapsed share of the window: above 1 is too fast. `null` in the first 3 % of the window. */
  pace_index: number | null;
  burn_per_day_usd: number | null;
  allowance_per_day_usd: number | null;
  window_start: string | null;
  resets_at: string | null;
}

export interface BudgetUseInput {
  /** micro-USD, `null` when none is set */
  budget: Micro | null | "unknown";
  spent: Sum;
  /** `null` when the window is not known: then only budget, spent and used are told. */
  window: BudgetWindow | null;
  now: Date;
}

const PACE_FROM_ELAPSED_PCT = 3;

/** How much of a budget is used, how fast, and what may be spent per day until the reset. */
export function budgetUse({ budget, spent, window, now }: BudgetUseInput): Noted<BudgetUse> {
  const state = stateOf(budget);
  const amount = typeof budget === "number" && state === "set" ? budget : null;
  const used = amount === null || spent.value === null ? null : (100 * spent.value) / amount;
  const remaining = amount === null || spent.value === null ? null : amount - spent.value;
  const progress = window && windowProgress(window, now);
  const elapsed = progress && (100 * progress.elapsedDays) / (progress.elapsedDays + progress.daysLeft);
  const isExact = exactly(spent) !== null;
  const canPace = isExact && used !== null && elapsed !== null && elapsed >= PACE_FROM_ELAPSED_PCT;
  const canBurn = isExact && progress !== null && progress.elapsedDays > 0;
  const canAllow = remaining !== null && (isExact || remaining <= 0);
  const result: BudgetUse = {
    budget_state: state,
    budget_usd: typeof budget === "number" ? toUsd(budget) : null,
    spent_usd: toUsdOrNull(spent.value),
    lower_bound: spent.lowerBound && spent.value !== null,
    remaining_usd: toUsdOrNull(remaining),
    over_by_usd: remaining === null ? null : toUsd(Math.max(0, -remaining)),
    used_pct: used === null ? null : roundTo(used, 1),
    elapsed_pct: elapsed === null ? null : roundTo(elapsed, 1),
    pace_index: canPace ? roundTo(used / elapsed, 3) : null,
    burn_per_day_usd: canBurn ? estimatedUsd(toUsd(spent.value ?? 0) / progress.elapsedDays) : null,
    allowance_per_day_usd:
      !canAllow || progress === null ? null : estimatedUsd(toUsd(Math.max(0, remaining)) / progress.daysLeft),
    window_start: window?.start.toISOString() ?? null,
    resets_at: window?.end.toISOString() ?? null,
  };
  return { result, notes: budgetNotes(state, result, window) };
}

/** Spend a service states itself, with the days it covers. */
export interface StatedSpend {
  micro: Micro | null;
  span: Span | null;
}

/**
 * Spend since the start of the budget window, today included. The service's own figure helps out only when it covers exactly
 * the budget window; a degraded series tells nothing.
 */
export function spentInWindow(
  series: UsageSeries | null,
  window: BudgetWindow,
  now: Date,
  stated: StatedSpend = { micro: null, span: null },
): Sum {
  const span = daysToDate(window, now);
  const own = series && !series.degraded ? sumSpan(series, span).cost : { value: null, lowerBound: true };
  const fits = stated.span?.from === span.from && stated.span.to >= span.to;
  return own.lowerBound && fits && stated.micro !== null ? { value: stated.micro, lowerBound: false } : own;
}

/** The note owed when a spend figure the service reports is more than 1 % and more than $1 away from the daily rows. */
export function crossCheckSpent(computed: Micro | null, reported: Micro | null): Note[] {
  if (computed === null || reported === null) return [];
  const difference = Math.abs(computed - reported);
  if (difference <= MICRO_PER_USD || difference <= Math.abs(computed) / 100) return [];
  const text = `The service reports ${usdText(toUsd(reported))} spent; the daily rows of this window add up to ${usdText(toUsd(computed))}, which is used.`;
  return [{ code: "window_mismatch", text }];
}

/** The short form that travels in the basis of other answers. */
export function basisBudget(use: BudgetUse): BasisBudget {
  return { used_pct: use.used_pct, remaining_usd: use.remaining_usd, resets_at: use.resets_at };
}

function stateOf(budget: Micro | null | "unknown"): BudgetState {
  if (budget === "unknown") return "unknown";
  if (budget === null) return "not_set";
  return budget > 0 ? "set" : "zero";
}

function budgetNotes(state: BudgetState, use: BudgetUse, window: BudgetWindow | null): Note[] {
  const notes: Note[] = [];
  if (state === "zero") {
    notes.push({
      code: "unit_unknown",
      text: "The budget is 0; the service does not say whether that means no limit.",
    });
  }
  if (use.lower_bound) {
    const open = "so what remains is at most that, and how fast it goes is not known";
    const text = `Spend is at least the figure shown, ${open}: days of the budget window are missing from the source.`;
    notes.push({ code: "lower_bound", text });
  }
  if (window?.isMoved) {
    const text = "The stated reset does not bound the present window; it was moved by whole budget windows.";
    notes.push({ code: "window_mismatch", text });
  }
  if (window && window.start.getTime() % 86_400_000 !== 0) {
    const text = "The budget window does not start at midnight UTC; its first day is counted whole.";
    notes.push({ code: "window_mismatch", text });
  }
  return notes;
}
