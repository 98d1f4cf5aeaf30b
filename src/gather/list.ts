import * as z from "zod";
import type { Page } from "../api/spend.ts";
import type { Note } from "../finops/basis.ts";
import { invalidArgument } from "../tool/errors.ts";
import { cutPage, jsonBytes, MAX_RESULT_BYTES, rowsThatFit } from "../tool/fit.ts";
import { facts, plainBasis } from "./answer.ts";

/** The output schema of a tool that lists one page of things. */
export function listing<R extends z.ZodObject>(row: R) {
  return facts({
    total: z.int().nullable(),
    returned: z.int(),
    next: z.strictObject({ page: z.int(), page_size: z.int() }).nullable(),
    rows: z.array(row),
  });
}

/** Room for the sandbox flag, a note on the clock and the separators around the rows. */
const SLACK_BYTES = 200;

/**
 * A page as the service served it: it may give fewer rows than asked for without saying so, and then its own page size is
 * what pages are counted by; or all rows at once.
 * @throws ToolError for a later page whose place cannot be known
 */
function asServed<T>(asked: Page<T>): Page<T> {
  const { rows, page, pageSize, total } = asked;
  const before = (page - 1) * pageSize;
  if (rows.length > pageSize) {
    return { ...asked, rows: rows.slice(before, before + pageSize), total: total ?? rows.length };
  }
  const isFull = rows.length === 0 || rows.length === pageSize || before + rows.length === total;
  if (isFull) return asked;
  if (page === 1) return { ...asked, pageSize: rows.length };
  if (total === null) return asked;
  const problem = `The service gives fewer rows per page than ${pageSize}, so page ${page} cannot be placed.`;
  throw invalidArgument(problem, "Start again with page 1 and follow next.");
}

/**
 * One page as a result: the rows that fit, the total, and the call that continues. The order is the service's own.
 * @param source name of the read behind it, for the basis
 * @param toRow one upstream row → one short row; facts that are not known stay out
 * @param notes what the reader must know of these rows; nothing is said of an empty page
 */
export function listAnswer<T, R extends object>(
  asked: Page<T>,
  {
    plural,
    source,
    now,
    toRow,
    notes = [],
  }: { plural: string; source: string; now: Date; toRow: (item: T) => R; notes?: readonly Note[] },
) {
  const page = asServed(asked);
  const rows = page.rows.map(toRow);
  const frame = (shown: number, next: { page: number; page_size: number } | null) => ({
    headline: headline(page, plural, shown),
    basis: plainBasis(now, [source], { notes: rows.length > 0 ? [...notes, ...unknownWords(rows)] : [] }),
    total: page.total,
    returned: shown,
    next,
  });
  const overhead = jsonBytes(frame(rows.length, { page: page.page + 1, page_size: page.pageSize })) + SLACK_BYTES;
  const fitting = rowsThatFit(rows, overhead, MAX_RESULT_BYTES);
  const { shown, next } = cutPage({ ...page, received: rows.length }, fitting);
  return { ...frame(shown, next), rows: rows.slice(0, shown) };
}

/** A status that is not one of the known ones is kept, and told. */
function unknownWords(rows: readonly object[]): Note[] {
  const isUnknown = ([name, value]: [string, unknown]) => name === "status" && /^unknown\(/.test(String(value));
  const count = rows.filter((row) => Object.entries(row).some(isUnknown)).length;
  if (count === 0) return [];
  return [{ code: "unknown_word", text: `${count} unknown status ${count === 1 ? "value" : "values"}.` }];
}

function headline({ page, pageSize, total, rows }: Page<unknown>, plural: string, shown: number): string {
  const first = (page - 1) * pageSize + 1;
  const of = total === null ? "; the service does not say how many there are" : ` of ${total}`;
  if (rows.length === 0) {
    if (total !== null && total > 0) return `Page ${page} is past the end: there are ${total} ${plural}.`;
    return page > 1 && total === null
      ? `Page ${page} is empty: there are no more ${plural}.`
      : `There are no ${plural}.`;
  }
  return `${capitalised(plural)} ${first} to ${first + shown - 1}${of}.`;
}

function capitalised(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

/** The note of rows whose cost covers a window that the service keeps to itself. */
export function unnamedWindowNote(better: string): Note {
  return {
    code: "window_mismatch",
    text: `The service does not say which window cost_usd and requests cover; for a stated one use ${better}.`,
  };
}
