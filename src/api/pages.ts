import type { AllPagesOptions, Listing, ListingEnd, Page } from "./answer.ts";
import { ApiError, AuthError, CancelledError, DeadlineError, RateLimitedError } from "./errors.ts";

/** Rows per page when a whole list is read; nobody is known to ask for more. */
export const SCAN_PAGE_SIZE = 200;

const IN_FLIGHT = 4;
/** More rows than any workspace is expected to have; an endless list ends here. */
const MOST_ROWS = 10_000;

export interface ReadAllOptions<T> extends AllPagesOptions {
  /** Ends the reading once a page holds such a row. */
  until?: (row: T) => boolean;
}

/**
 * Reads page after page of a list; side by side, at most four at once, when the first page told the total. A page that fails
 * after its retries, the deadline, and a page without anything new end the reading, and `complete` is then false.
 *
 * @throws what the first page throws; AuthError and CancelledError of any page
 */
export async function readAllPages<T extends { id: string }>(
  fetchPage: (page: number, pageSize: number) => Promise<Page<T>>,
  options: ReadAllOptions<T> = {},
): Promise<Listing<T>> {
  const first = await fetchPage(1, SCAN_PAGE_SIZE);
  const merged = new Merged<T>(first.total);
  let end = merged.add(first.rows, options);
  // The service may give fewer rows than asked for without saying so.
  const perPage = first.rows.length;
  let page = 2;
  while (end === null) {
    const wanted = merged.total === null ? 1 : Math.min(IN_FLIGHT, Math.ceil(merged.missing / perPage));
    const numbers = Array.from({ length: Math.max(1, wanted) }, (_, i) => page + i);
    page += numbers.length;
    const pages = await Promise.all(numbers.map((number) => attempt(fetchPage(number, SCAN_PAGE_SIZE))));
    for (const next of pages) {
      if (end === null || end === "page_failed") end = settle(next, merged, options, perPage) ?? end;
    }
  }
  return merged.listing(end);
}

type Attempt<T> = { rows: T[] } | { end: ListingEnd };

async function attempt<T>(request: Promise<Page<T>>): Promise<Attempt<T>> {
  try {
    return { rows: (await request).rows };
  } catch (error) {
    if (!(error instanceof ApiError) || error instanceof AuthError || error instanceof CancelledError) throw error;
    const ranOut = error instanceof DeadlineError || (error instanceof RateLimitedError && error.isOwnLimit);
    return { end: ranOut ? "deadline" : "page_failed" };
  }
}

function settle<T extends { id: string }>(
  next: Attempt<T>,
  merged: Merged<T>,
  options: ReadAllOptions<T>,
  perPage: number,
): ListingEnd | null {
  if ("end" in next) return next.end;
  const end = merged.add(next.rows, options);
  // Without a total only a page that is shorter than the first one shows that it was the last.
  return end === null && merged.total === null && next.rows.length < perPage ? "end" : end;
}

/** The rows read so far, each id once. */
class Merged<T extends { id: string }> {
  readonly total: number | null;
  readonly #rows: T[] = [];
  readonly #ids = new Set<string>();
  #pages = 0;
  #duplicates = 0;

  constructor(total: number | null) {
    this.total = total;
  }

  get missing(): number {
    return (this.total ?? Number.POSITIVE_INFINITY) - this.#rows.length;
  }

  /** Takes a page; the reason to stop after it, or null to go on. */
  add(rows: readonly T[], { until, onPage }: ReadAllOptions<T>): ListingEnd | null {
    this.#pages += 1;
    const fresh = rows.filter(({ id }) => {
      const isNew = !this.#ids.has(id);
      this.#ids.add(id);
      return isNew;
    });
    this.#duplicates += rows.length - fresh.length;
    this.#rows.push(...fresh);
    onPage?.({ rows: this.#rows.length, total: this.total, pages: this.#pages });
    if (until !== undefined && fresh.some(until)) return "found";
    if (rows.length === 0) return "end";
    if (fresh.length === 0) return "repeated_page";
    if (this.missing <= 0) return "end";
    return this.#rows.length >= MOST_ROWS ? "row_limit" : null;
  }

  listing(end: ListingEnd): Listing<T> {
    const isWhole = this.total === null ? end === "end" : this.missing <= 0;
    return { rows: this.#rows, total: this.total, complete: isWhole, stoppedBy: end, duplicates: this.#duplicates };
  }
}
