/** A span of UTC calendar dates (YYYY-MM-DD), inclusive at both ends. */
export interface Span {
  from: string;
  to: string;
}

/** One UTC day of usage. `null` means that the service did not report the figure; it is never an invented 0. */
export interface UsageDay {
  date: string;
  costUsd: number | null;
  requests: number | null;
  tokens: number | null;
}

/** One answer of the service, read and cleaned. */
export interface Answer<T> {
  value: T;
  /** The service said that it has no live data: zeros and gaps are unknown, not facts. */
  degraded: boolean;
  /** The service's own remark beside the payload, cleaned; `null` when there is none. Never an envelope's "ok". */
  message: string | null;
  /** The window as the service reports it; `null` when it reports none or only a word. */
  period: Span | null;
}

/** One page of a list, as asked for. */
export interface Page<T> {
  rows: T[];
  /** As reported by the service; `null` means "total not reported". */
  total: number | null;
  page: number;
  pageSize: number;
}

/** Why a read over all pages ended. `end` and `found` are the good ones. */
export type ListingEnd = "end" | "found" | "deadline" | "repeated_page" | "page_failed" | "row_limit";

/** All pages of a list. */
export interface Listing<T> {
  rows: T[];
  total: number | null;
  /** True only when every row of the list is known to have been read; `rows` holds those that were to be kept. */
  complete: boolean;
  stoppedBy: ListingEnd;
  /** Rows whose id had been read before; they are not in `rows` twice. */
  duplicates: number;
}

/** How the rows of a list are kept. */
export interface KeepOptions<T> extends AllPagesOptions {
  /** Which rows to keep, so that a long list costs no more memory than what is wanted of it. @default all, at most 10,000 */
  keep?: (row: T) => boolean;
  /** The reading ends as soon as so many are kept. */
  enough?: number;
}

/** All pages of a list, each handed on and forgotten. */
export interface Scan {
  /** Rows handed on, each id once. */
  read: number;
  total: number | null;
  /** True only when every row of the list is known to have been handed on. */
  complete: boolean;
  stoppedBy: ListingEnd;
  duplicates: number;
  /** Places of the list, from its start, up to the first that could not be read: where a reader can go on. */
  unbroken: number;
}

/** How far a read over all pages has come. */
export interface PageProgress {
  rows: number;
  total: number | null;
  pages: number;
}

export interface AllPagesOptions {
  onPage?: (progress: PageProgress) => void;
}

/** The one entity that usage can be narrowed to; `id` must look like a UUID. */
export type EntityFilter = { type: "agent" | "member" | "department"; id: string };

/** The windows that the service resolves by itself. */
export type Period = "24h" | "7d" | "30d" | "billing_cycle";
