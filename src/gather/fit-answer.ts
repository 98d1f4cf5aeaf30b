import { jsonBytes } from "../tool/fit.ts";

/** What an answer of several parts should stay under; the hard cap leaves room above it. */
const AIM_BYTES = 5_900;

/**
 * The fullest form of an answer that stays within the aim: built with fewer and fewer rows per list, the last form as it is.
 * Every form must say what it leaves out.
 */
export function fullestThatFits<T extends object>(rowsPerList: readonly number[], build: (rows: number) => T): T {
  const [rows, ...fewer] = rowsPerList;
  if (rows === undefined) throw new RangeError("no form to choose from");
  const answer = build(rows);
  return fewer.length === 0 || jsonBytes(answer) <= AIM_BYTES ? answer : fullestThatFits(fewer, build);
}
