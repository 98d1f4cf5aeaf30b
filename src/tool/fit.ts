/** Hosts cut or drop long results without a word; above this many bytes a result is paged by us instead. */
export const MAX_RESULT_BYTES = 8_000;

const encoder = new TextEncoder();

export function jsonBytes(value: unknown): number {
  return encoder.encode(JSON.stringify(value)).length;
}

/**
 * The largest number of leading rows whose JSON stays within `budget` bytes; at least one row when there is any.
 * @param overhead bytes of the rest of the result
 */
export function rowsThatFit(rows: readonly unknown[], overhead: number, budget = MAX_RESULT_BYTES): number {
  let used = overhead;
  let count = 0;
  for (const row of rows) {
    used += jsonBytes(row) + 1;
    if (used > budget && count > 0) break;
    count += 1;
  }
  return count;
}

/** Which rows of a page to show, and the call that continues right behind them. */
export interface PageCut {
  readonly shown: number;
  readonly next: { readonly page: number; readonly page_size: number } | null;
}

/**
 * Cuts a page to what fits. When it must cut, it cuts to a divisor of the page size, so that the rest can be asked for
 * by page number without a gap or an overlap.
 * @param total all rows there are, or null when the service does not say
 */
export function cutPage(
  { page, pageSize, received, total }: { page: number; pageSize: number; received: number; total: number | null },
  fitting: number,
): PageCut {
  const before = (page - 1) * pageSize;
  if (received <= fitting) {
    const isLast = total === null ? received < pageSize : before + received >= total;
    return { shown: received, next: isLast || received === 0 ? null : { page: page + 1, page_size: pageSize } };
  }
  let size = Math.max(1, Math.min(fitting, pageSize));
  while (before % size !== 0) size -= 1;
  return { shown: size, next: { page: before / size + 2, page_size: size } };
}
