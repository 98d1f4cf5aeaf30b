import type { AllPagesOptions, KeepOptions, Listing, ListingEnd, Page, Scan } from "./answer.ts";
import { ApiError, AuthError, CancelledError, DeadlineError, RateLimitedError } from "./errors.ts";
import { createKnownIds, type KnownIds } from "./known-ids.ts";
import { nextTurn } from "./turn.ts";

/** Rows per page when a whole list is read; nobody is known to ask for more. */
export const SCAN_PAGE_SIZE = 200;

const IN_FLIGHT = 4;
/** More rows than are kept in memory at once; what must see every row of a longer list takes them page by page. */
const MOST_ROWS = 10_000;
/** Ids by which a page is recognised as read before, while rows are not kept: lists shift by a few rows, not by pages. */
const RECENT_IDS = 4_000;

type FetchPage<T> = (page: number, pageSize: number) => Promise<Page<T>>;

/**
 * Reads all pages and keeps the rows, or those that are wanted; 10,000 at most.
 * @throws what the first page throws; AuthError and CancelledError of any page
 */
export async function readAllPages<T extends { id: string }>(
  fetchPage: FetchPage<T>,
  { keep, enough = Number.POSITIVE_INFINITY, onPage }: KeepOptions<T> = {},
): Promise<Listing<T>> {
  const kept = new Map<string, T>();
  const take = (fresh: readonly T[]): ListingEnd | null => {
    for (const row of fresh) if (keep === undefined || keep(row)) kept.set(row.id, row);
    if (kept.size >= enough) return "found";
    return kept.size >= MOST_ROWS ? "row_limit" : null;
  };
  const ids = createKnownIds(keep === undefined ? MOST_ROWS : RECENT_IDS);
  const { total, complete, stoppedBy, duplicates } = await walk(fetchPage, take, { ids, ...(onPage && { onPage }) });
  return { rows: [...kept.values()], total, complete, stoppedBy, duplicates };
}

/**
 * Hands each page's new rows on and forgets them, so that memory does not grow with the list. `take` may end the reading by
 * returning true.
 * @throws as `readAllPages`
 */
export function scanPages<T extends { id: string }>(
  fetchPage: FetchPage<T>,
  take: (rows: readonly T[]) => unknown,
  options: AllPagesOptions = {},
): Promise<Scan> {
  const takeOrEnd = (rows: readonly T[]): ListingEnd | null => (take(rows) === true ? "found" : null);
  return walk(fetchPage, takeOrEnd, { ...options, ids: createKnownIds(RECENT_IDS) });
}

interface WalkOptions extends AllPagesOptions {
  ids: KnownIds;
}

/** Takes the new rows of a page; why the reading ends with them, or null to go on. */
type Take<T> = (rows: readonly T[]) => ListingEnd | null;

/**
 * Reads page after page of a list; side by side, at most four at once, when the first page told the total. A page that fails
 * after its retries, the deadline, and a page without anything new end the reading, and `complete` is then false.
 */
async function walk<T extends { id: string }>(
  fetchPage: FetchPage<T>,
  take: Take<T>,
  options: WalkOptions,
): Promise<Scan> {
  const first = await fetchPage(1, SCAN_PAGE_SIZE);
  const seen = new Seen<T>(take, options);
  let end = seen.add(first.rows, first.total);
  // The service may give fewer rows than asked for without saying so.
  const perPage = first.rows.length;
  let page = 2;
  while (end === null) {
    const wanted = seen.total === null ? 1 : Math.min(IN_FLIGHT, Math.ceil(seen.missing / perPage));
    const numbers = Array.from({ length: Math.max(1, wanted) }, (_, i) => page + i);
    page += numbers.length;
    const pages = await Promise.all(numbers.map((number) => attempt(fetchPage(number, SCAN_PAGE_SIZE))));
    for (const next of pages) {
      // Between two pages a cancel is heard, and another call goes on: judging a page takes its time.
      await nextTurn();
      if (end === null || end === "page_failed") end = settle(next, seen, perPage) ?? end;
    }
  }
  return seen.scan(end);
}

type Attempt<T> = Page<T> | { end: ListingEnd };

async function attempt<T>(request: Promise<Page<T>>): Promise<Attempt<T>> {
  try {
    return await request;
  } catch (error) {
    if (!(error instanceof ApiError) || error instanceof AuthError || error instanceof CancelledError) throw error;
    const ranOut = error instanceof DeadlineError || (error instanceof RateLimitedError && error.isOwnLimit);
    return { end: ranOut ? "deadline" : "page_failed" };
  }
}

function settle<T extends { id: string }>(next: Attempt<T>, seen: Seen<T>, perPage: number): ListingEnd | null {
  if ("end" in next) {
    seen.breakOff();
    return next.end;
  }
  const end = seen.add(next.rows, next.total);
  // Without a total only a page that is shorter than the first one shows that it was the last.
  return end === null && seen.total === null && next.rows.length < perPage ? "end" : end;
}

/** How much of a list has been read. */
class Seen<T extends { id: string }> {
  /** The largest that any page has told: a list may grow while it is read. */
  total: number | null = null;
  readonly #take: Take<T>;
  readonly #options: WalkOptions;
  #rows = 0;
  #pages = 0;
  #duplicates = 0;
  #unbroken = 0;
  #isBroken = false;

  constructor(take: Take<T>, options: WalkOptions) {
    this.#take = take;
    this.#options = options;
  }

  get missing(): number {
    return (this.total ?? Number.POSITIVE_INFINITY) - this.#rows;
  }

  /** A page is missing: what comes behind it leaves a gap. */
  breakOff(): void {
    this.#isBroken = true;
  }

  /** Takes a page; the reason to stop after it, or null to go on. */
  add(rows: readonly T[], total: number | null): ListingEnd | null {
    const { ids, onPage } = this.#options;
    this.#pages += 1;
    if (total !== null) this.total = Math.max(this.total ?? 0, total);
    const fresh = rows.filter(({ id }) => ids.isNew(id));
    this.#duplicates += rows.length - fresh.length;
    if (!this.#isBroken) this.#unbroken += rows.length;
    this.#rows += fresh.length;
    onPage?.({ rows: this.#rows, total: this.total, pages: this.#pages });
    const end = this.#take(fresh);
    if (end === "found" || rows.length === 0) return end ?? "end";
    if (fresh.length === 0) return "repeated_page";
    return this.missing <= 0 ? "end" : end;
  }

  scan(end: ListingEnd): Scan {
    const isWhole = this.total === null ? end === "end" : this.missing <= 0;
    return {
      ...{ read: this.#rows, total: this.total, complete: isWhole, stoppedBy: end },
      ...{ duplicates: this.#duplicates, unbroken: this.#unbroken },
    };
  }
}
