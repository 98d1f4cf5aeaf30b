import type { Note } from "./basis.ts";
import { type Micro, toUsd, toUsdOrNull } from "./money.ts";
import { type ListingFacts, rankByUsd } from "./rank.ts";
import { type Allocation, reconcile } from "./reconcile.ts";
import { pctShares, roundTo } from "./rounding.ts";

/** What is cut off after the shown rows. */
export interface OtherRows {
  count: number;
  cost_usd: number;
  share_pct: number | null;
}

/**
 * The figures every cost table carries; rows + `other` + `unattributed_usd` are exactly `total_cost_usd`. Without the total,
 * nothing is known to be unattributed; when not even the cost of a single row is known, the sums are `null` as well.
 */
export interface CostTableFacts {
  other: OtherRows;
  /** Negative when the rows exceed the total (`over_attributed`). */
  unattributed_usd: number | null;
  unattributed_pct: number | null;
  rows_total_usd: number | null;
  total_cost_usd: number | null;
  lower_bound: boolean;
  allocation: Allocation;
  listing: ListingFacts;
}

export interface RankedCost<T> {
  row: T;
  cost_usd: number | null;
  share_pct: number | null;
  cumulative_pct: number | null;
}

export interface CostSource {
  complete: boolean;
  degraded: boolean;
  /** Why the rows are of another window than the total. */
  otherWindow?: Note | undefined;
}

export interface CostTable<T> {
  ranked: RankedCost<T>[];
  facts: CostTableFacts;
  notes: Note[];
}

/**
 * Ranks the rows of one cut by cost, cuts at `limit`, and reconciles them with the total of the window. Shares are rounded so
 * that the column adds up.
 *
 * @param total - the window's total in micro-USD; `null` when it is unknown, then the rows are a lower bound
 * @param source - `complete` is false when rows may be missing; of a `degraded` answer no shares are taken, and of rows of
 *   another window than the total neither shares nor a remainder
 */
export function costTable<T extends { id: string; costMicro: Micro | null }>(
  rows: readonly T[],
  total: Micro | null,
  limit: number,
  { complete, degraded, otherWindow }: CostSource,
): CostTable<T> {
  const isComparable = otherWindow === undefined;
  const { shown, rest } = rankByUsd(rows, (row) => row.costMicro, limit);
  const restMicro = sumCosts(rest);
  const known = rows.filter((row) => row.costMicro !== null).length;
  const isBlind = total === null && known === 0 && (degraded || rows.length > 0);
  const settled = reconcile(total, sumCosts(shown) + restMicro, complete && !degraded && known === rows.length);
  const base = degraded || !isComparable ? 0 : settled.shareBase;
  const remainder = settled.allocation === "over_attributed" ? 0 : settled.remainder;
  const shares = pctShares([...shown.map((row) => row.costMicro ?? 0), restMicro, remainder], base);
  const shareAt = (index: number): number | null => shares[index] ?? null;
  let cumulative = 0;
  const ranked = shown.map((row, index): RankedCost<T> => {
    const share = row.costMicro === null ? null : shareAt(index);
    cumulative = roundTo(cumulative + (share ?? 0), 1);
    const isShared = shareAt(index) !== null;
    return {
      row,
      cost_usd: toUsdOrNull(row.costMicro),
      share_pct: share,
      cumulative_pct: isShared ? cumulative : null,
    };
  });
  const facts: CostTableFacts = {
    other: { count: rest.length, cost_usd: toUsd(restMicro), share_pct: shareAt(shown.length) },
    unattributed_usd: total === null || !isComparable ? null : toUsd(settled.remainder),
    unattributed_pct: total === null || settled.allocation === "over_attributed" ? null : shareAt(shown.length + 1),
    rows_total_usd: isBlind ? null : toUsd(settled.parts),
    total_cost_usd: isBlind || !(isComparable || total !== null) ? null : toUsd(settled.total),
    lower_bound: settled.lowerBound && !isBlind && isComparable,
    allocation: isComparable ? settled.allocation : "unknown",
    listing: { total: rows.length, returned: shown.length, truncated: !complete, omitted_usd: toUsd(restMicro) },
  };
  const onTotal = otherWindow ? [otherWindow] : isBlind ? [BLIND] : settled.notes;
  return { ranked, facts, notes: [...onTotal, ...gapNotes(rows, complete, isBlind)] };
}

const BLIND: Note = {
  code: "lower_bound",
  text: "What was spent is not known: neither the total nor the cost of a row could be read.",
};

function sumCosts(rows: readonly { costMicro: Micro | null }[]): Micro {
  return rows.reduce((acc, row) => acc + (row.costMicro ?? 0), 0);
}

function gapNotes(rows: readonly { costMicro: Micro | null }[], isComplete: boolean, isBlind: boolean): Note[] {
  const notes: Note[] = [];
  const unknown = rows.filter((row) => row.costMicro === null).length;
  if (unknown > 0 && !isBlind) {
    const text = `The cost of ${unknown} of ${rows.length} rows is unknown; the sum of the rows is at least the figure shown.`;
    notes.push({ code: "lower_bound", text });
  }
  if (!isComplete) {
    const text = `Only ${rows.length} rows could be read; there may be more, so counts and sums are "at least".`;
    notes.push({ code: "truncated_rows", text });
  }
  return notes;
}
