import * as z from "zod";
import { jsonBytes, MAX_RESULT_BYTES, rowsThatFit } from "../tool/fit.ts";

/** The output fields of a list that is continued by offset. */
export const offsetListFields = {
  total: z.int().nullable(),
  returned: z.int(),
  next: z.strictObject({ limit: z.int(), offset: z.int() }).nullable(),
};

/** Room for the sandbox flag, a note on the clock and the separators around the rows. */
const SLACK_BYTES = 200;

/**
 * As many leading rows as the size limit allows, and the call that continues right behind them.
 * @param rows what was read, starting at `offset`
 * @param isLast whether nothing follows the rows that were read
 * @param frame everything else in the result, for its size
 */
export function cutByOffset<R>(
  rows: readonly R[],
  { limit, offset, isLast, frame }: { limit: number; offset: number; isLast: boolean; frame: object },
): { returned: number; next: { limit: number; offset: number } | null; rows: R[] } {
  const overhead = jsonBytes({ ...frame, returned: rows.length, next: { limit, offset } }) + SLACK_BYTES;
  const shown = rowsThatFit(rows, overhead, MAX_RESULT_BYTES);
  const isEnd = rows.length === 0 || (shown === rows.length && isLast);
  return {
    returned: shown,
    next: isEnd ? null : { limit: Math.min(limit, shown), offset: offset + shown },
    rows: rows.slice(0, shown),
  };
}
