import { jsonBytes, MAX_RESULT_BYTES } from "../tool/fit.ts";

/** What an answer of several parts should stay under when nobody asked for more. */
const AIM_BYTES = 5_900;
/** What it may take when more rows were asked for: the hard cap, less what is added round it. */
export const MOST_BYTES = MAX_RESULT_BYTES - 200;

/**
 * The fullest form of an answer that stays within the aim; the last form as it is. Every form must say what it leaves out.
 * @param forms such as how many rows to show, fullest first
 */
export function fullestThatFits<F, T extends object>(
  forms: readonly F[],
  build: (form: F) => T,
  aimBytes = AIM_BYTES,
): T {
  const [form, ...smaller] = forms;
  if (form === undefined) throw new RangeError("no form to choose from");
  const answer = build(form);
  return smaller.length === 0 || jsonBytes(answer) <= aimBytes ? answer : fullestThatFits(smaller, build, aimBytes);
}
