import { toMicroOrNull, toUsd } from "./money.ts";

/** Sum of the budgets of active keys, in USD; keys without a budget add nothing, because they have no ceiling to add. */
export function sumOfCapsUsd(keys: readonly { status: string | null; budgetUsd: number | null }[]): number {
  const caps = keys.filter(({ status }) => status === "active").map(({ budgetUsd }) => toMicroOrNull(budgetUsd) ?? 0);
  return toUsd(caps.reduce((sum, cap) => sum + cap, 0));
}
