export interface Ranked<T> {
  shown: T[];
  rest: T[];
}

/** How much of a list is shown. `truncated`: the source itself was not read to its end, so `total` is "at least". */
export interface ListingFacts {
  total: number;
  returned: number;
  truncated: boolean;
  omitted_usd: number;
}

/** Text order by code unit: the same in every locale. */
export function byText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/**
 * Ranks by USD, largest first, ties by id, unknown last; only then cuts at `limit`, so that nothing large is ever cut off.
 *
 * @param usdOf - what counts, in any one unit: the cost of a row, or the size of its change
 */
export function rankByUsd<T extends { id: string }>(
  items: readonly T[],
  usdOf: (item: T) => number | null,
  limit = Number.POSITIVE_INFINITY,
): Ranked<T> {
  const key = (item: T): number => usdOf(item) ?? Number.NEGATIVE_INFINITY;
  const ranked = [...items].sort((a, b) => (key(a) === key(b) ? byText(a.id, b.id) : key(b) - key(a)));
  return { shown: ranked.slice(0, limit), rest: ranked.slice(limit) };
}
