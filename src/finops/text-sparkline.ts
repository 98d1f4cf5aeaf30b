import { at } from "./at.ts";
import { median } from "./quantile.ts";

const BARS = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"] as const;
const GAP = "·";

/**
 * A row of bars for a series, one column per value; a longer series is grouped into `columns`, each the median of its known
 * values. An unknown value is a dot, never a low bar. Amounts and counts start at zero, so that a small wobble looks small;
 * rates and latencies (`from: "lowest"`) show their own range.
 */
export function textSparkline(
  values: readonly (number | null)[],
  { from = "zero", columns = 60 }: { from?: "zero" | "lowest"; columns?: number } = {},
): string {
  const shown = grouped(values, columns);
  const known = shown.filter((value) => value !== null);
  if (known.length === 0) return "";
  const low = Math.min(...known, from === "zero" ? 0 : Number.POSITIVE_INFINITY);
  const span = Math.max(...known) - low;
  return shown.map((value) => (value === null ? GAP : barOf(value - low, span, from))).join("");
}

/** A flat series stands at the floor when it is zero, else in the middle. */
function barOf(height: number, span: number, from: "zero" | "lowest"): string {
  if (span === 0) return from === "zero" ? BARS[0] : BARS[3];
  return at(BARS, Math.min(BARS.length - 1, Math.floor((height / span) * BARS.length)));
}

function grouped(values: readonly (number | null)[], columns: number): (number | null)[] {
  if (values.length <= columns) return [...values];
  return Array.from({ length: columns }, (_, column) => {
    const start = Math.floor((column * values.length) / columns);
    const end = Math.floor(((column + 1) * values.length) / columns);
    const known = values.slice(start, end).filter((value) => value !== null);
    return known.length === 0 ? null : median(known);
  });
}
