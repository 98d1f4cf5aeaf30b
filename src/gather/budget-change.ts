import { toMicro, toMicroOrNull, usdText } from "../finops/money.ts";
import type { Settled } from "./settle.ts";

/** The two actions a person may choose for a budget that is used up. */
export const BUDGET_ACTIONS = ["alert_only", "block"] as const;

/** A budget as results show it. */
export interface BudgetState {
  readonly budget_usd?: number | null | undefined;
  readonly budget_action?: string | undefined;
}

export interface AskedBudget {
  readonly budget_usd: number;
  readonly budget_action: string;
}

/** `$25.00 with the action block`. */
export function budgetText({ budget_usd: amount, budget_action: action }: BudgetState): string {
  if (amount === undefined || amount === null) return "not set";
  return `${usdText(amount)} with ${action === undefined ? "no action reported" : `the action ${action}`}`;
}

/** True when both the amount and the action are known and as asked for. */
export function hasBudget(state: BudgetState, asked: AskedBudget): boolean {
  return toMicroOrNull(state.budget_usd) === toMicro(asked.budget_usd) && state.budget_action === asked.budget_action;
}

/** How a budget differs from the one asked for; empty when it does not. */
export function budgetDifferences(state: BudgetState, asked: AskedBudget): string[] {
  return hasBudget(state, asked) ? [] : [`a budget of ${budgetText(state)}, not of ${budgetText(asked)}`];
}

/** One sentence on what became of a budget. @param whose such as `The monthly budget of the workspace` */
export function budgetHeadline(
  whose: string,
  asked: AskedBudget,
  before: BudgetState | null,
  status: Settled<unknown>["status"],
): string {
  if (status === "accepted_not_confirmed") {
    return `${whose}: the service accepted ${budgetText(asked)}, but the change is not confirmed.`;
  }
  const earlier = before === null ? "" : `; before, it was ${budgetText(before)}`;
  return `${whose} is now ${budgetText(asked)}${earlier}.`;
}
