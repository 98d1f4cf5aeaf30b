import type { Noted } from "./basis.ts";
import { type Micro, toMicroOrNull, toUsd, usdText } from "./money.ts";

interface CappedKey {
  status: string | null;
  budgetUsd: number | null;
  /** `daily`, `weekly`, `monthly` … as the service words it. */
  budgetWindow: string | null;
}

const WINDOWS = ["daily", "weekly", "monthly", "yearly"];

/**
 * Sum of the budgets of active keys, in USD; keys without a budget add nothing, because they have no ceiling to add. Budgets
 * of different windows are different amounts a month, so their sums are told apart as well.
 */
export function keyCapSums(keys: readonly CappedKey[]): Noted<number> {
  const sums = new Map<string, Micro>();
  for (const { status, budgetUsd, budgetWindow } of keys) {
    const cap = toMicroOrNull(budgetUsd);
    const window = WINDOWS.find((word) => word === budgetWindow) ?? "no known window";
    if (status === "active" && cap !== null) sums.set(window, (sums.get(window) ?? 0) + cap);
  }
  const result = toUsd([...sums.values()].reduce((sum, each) => sum + each, 0));
  if (sums.size < 2) return { result, notes: [] };
  const parts = [...sums].sort(([, a], [, b]) => b - a).map(([window, sum]) => `${window} ${usdText(toUsd(sum))}`);
  const text = `sum_of_key_caps_usd adds caps of different windows: ${parts.join(", ")}.`;
  return { result, notes: [{ code: "window_mismatch", text }] };
}
