import type { Note } from "./basis.ts";
import { MICRO_PER_CENT, type Micro, toUsd, usdText } from "./money.ts";

/** How the parts of one cut stand to the total: `unknown` when the total could not be read. */
export type Allocation = "balanced" | "unattributed" | "over_attributed" | "unknown";

export interface Reconciliation {
  allocation: Allocation;
  /** The total; the sum of the parts, as a lower bound, when the total is not known. */
  total: Micro;
  parts: Micro;
  /** `total − parts`: parts plus remainder are always the total. */
  remainder: Micro;
  /** What shares are taken of: the total, or the parts when they exceed it. */
  shareBase: Micro;
  lowerBound: boolean;
  notes: Note[];
}

/** True when a difference is at most one cent or 0.1 % of the total. */
export function isWithinTolerance(difference: Micro, total: Micro): boolean {
  return Math.abs(difference) <= Math.max(MICRO_PER_CENT, Math.abs(total) / 1000);
}

/**
 * Sets the sum of one cut (agents, models, …) against the total of its window.
 * @param isFull - every row of the cut was read, with its cost: only then belongs the remainder to no row at all
 */
export function reconcile(total: Micro | null, parts: Micro, isFull = true): Reconciliation {
  if (total === null) {
    const text = "The total could not be read: it is at least the sum of the rows, and shares are of that sum.";
    const notes: Note[] = [{ code: "lower_bound", text }];
    return { allocation: "unknown", total: parts, parts, remainder: 0, shareBase: parts, lowerBound: true, notes };
  }
  const remainder = total - parts;
  const settled = { total, parts, remainder, lowerBound: false };
  if (isWithinTolerance(remainder, total)) return { ...settled, allocation: "balanced", shareBase: total, notes: [] };
  if (remainder > 0) {
    const whose = isFull ? "belongs to no row" : "belongs to no row whose cost could be read";
    const text = `${usdText(toUsd(remainder))} of ${usdText(toUsd(total))} ${whose} and is shown as unattributed.`;
    return {
      ...settled,
      allocation: "unattributed",
      shareBase: total,
      notes: [{ code: "unattributed_remainder", text }],
    };
  }
  const sums = `The rows add up to ${usdText(toUsd(parts))}, the total is ${usdText(toUsd(total))}`;
  const text = `${sums}: windows differ or rows repeat. Shares are of the sum of the rows.`;
  return { ...settled, allocation: "over_attributed", shareBase: parts, notes: [{ code: "over_attributed", text }] };
}
