import { toMicro, toMicroOrNull, usdText } from "../finops/money.ts";
import type { EndedOutcome } from "../tool/change.ts";
import { word } from "../tool/quote.ts";

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
  return `${usdText(amount)} with ${action === undefined ? "no action reported" : `the action ${word(action)}`}`;
}

/** True when both the amount and the action are known and as asked for. */
export function hasBudget(state: BudgetState, asked: AskedBudget): boolean {
  return toMicroOrNull(state.budget_usd) === toMicro(asked.budget_usd) && state.budget_action === asked.budget_action;
}

/** How a budget differs from the one asked for; empty when it does not. */
export function budgetDifferences(state: BudgetState, asked: AskedBudget): string[] {
  return hasBudget(state, asked) ? [] : [`a budget of ${budgetText(state)}, not of ${budgetText(asked)}`];
}

/** `SET 25.00`: the words that approve a new amount. */
export function setWords(budgetUsd: number): string {
  return `SET ${budgetUsd.toFixed(2)}`;
}

/** One sentence on a budget that was changed, or not. @param whose such as `The monthly budget of the workspace` */
export function budgetHeadline(
  whose: string,
  asked: AskedBudget,
  before: BudgetState | null,
  outcome: EndedOutcome<unknown, unknown>,
): string {
  if (outcome.status === "no_change") {
    return outcome.isByOthers
      ? `${whose} was set to ${budgetText(asked)} by somebody else in the meantime.`
      : `${whose} already is ${budgetText(asked)}; nothing was sent.`;
  }
  if (outcome.status === "accepted_not_confirmed") {
    return `${whose}: the service accepted ${budgetText(asked)}, but the change is not confirmed.`;
  }
  const earlier = before === null ? "" : `; before, it was ${budgetText(before)}`;
  return `${whose} is now ${budgetText(asked)}${earlier}.`;
}

/** What a budget that is used up leads to. @param calls such as `calls with this key are refused` */
export function actionConsequence({ budget_action: action }: AskedBudget, calls: string): string {
  return action === "block"
    ? `With the action block, ${calls} once it is used up.`
    : "With the action alert_only nothing is stopped: it only sends alerts.";
}

/** The values that set a budget back; null when they cannot be set with these tools. */
export function formerBudget({ budget_usd: amount, budget_action: action }: BudgetState): AskedBudget | null {
  const isSettable = BUDGET_ACTIONS.some((known) => known === action);
  if (amount === undefined || amount === null || amount < 0.01 || action === undefined || !isSettable) return null;
  return { budget_usd: amount, budget_action: action };
}
