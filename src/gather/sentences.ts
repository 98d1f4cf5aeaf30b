import { spanText } from "../finops/basis.ts";
import { type Change, changeText } from "../finops/change.ts";
import type { Windows } from "../finops/window.ts";

/** `2026-11-01 to 2026-11-21 (UTC, today still open)`. */
export function windowText({ total, includesToday }: Windows): string {
  return `${spanText(total)} (UTC${includesToday ? ", today still open" : ""})`;
}

/** A change with both windows named: `2026-11-13 to 2026-11-19 was up 8.0% on 2026-11-06 to 2026-11-12`. */
export function changeSentence(change: Change, { current, previous, isLongCycle }: Windows): string {
  if (isLongCycle) return "a cycle longer than a month is not compared";
  if (current === null || previous === null) return "there is no complete day to compare yet";
  if (change.word === "unknown") return "the change is not known";
  const days = spanText(current);
  const before = spanText(previous);
  switch (change.word) {
    case "new":
      return `${days} had spend, ${before} had none`;
    case "stopped":
      return `${days} had no spend, ${before} had some`;
    case "none":
      return `neither ${days} nor ${before} had spend`;
    case "unchanged":
      return change.pct === null ? `${days} equals ${before}` : `${days} was within 0.1% of ${before}`;
    default:
      return `${days} was ${changeText(change)} ${change.pct !== null && change.pct > 999 ? "as" : "on"} ${before}`;
  }
}

/** A probability as every answer words it: `probability 99%`. @param prob 0 to 1 */
export function chanceText(prob: number): string {
  return `probability ${Math.round(100 * prob)}%`;
}
