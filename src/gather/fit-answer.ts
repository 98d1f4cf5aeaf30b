import { jsonBytes } from "../tool/fit.ts";

/** What an answer of several parts should stay under; the hard cap leaves room above it. */
const AIM_BYTES = 5_900;

/**
 * The fullest form of an answer that stays within the aim; the last form as it is. Every form must say what it leaves out.
 * @param forms such as how many rows to show, fullest first
 */
export function fullestThatFits<F, T extends object>(forms: readonly F[], build: (form: F) => T): T {
  const [form, ...smaller] = forms;
  if (form === undefined) throw new RangeError("no form to choose from");
  const answer = build(form);
  return smaller.length === 0 || jsonBytes(answer) <= AIM_BYTES ? answer : fullestThatFits(smaller, build);
}
