import type { Note } from "./basis.ts";
import { type Micro, toUsd, usdText } from "./money.ts";
import type { Sum } from "./usage-sum.ts";

export interface TotalOnce {
  micro: Micro | null;
  lowerBound: boolean;
  /** `usage_series`, or the name of the cut the figure comes from. */
  source: string | null;
  notes: Note[];
}

/**
 * The total of a window, counted once. It is the sum of the usage series; agents, departments, models and so on are cuts of the
 * same money and are never added to each other. Without the series, the largest single cut is a lower bound.
 *
 * @param cuts - the sum of each cut in micro-USD, `null` when it could not be read
 */
export function totalOnce(series: Sum | null, cuts: Readonly<Record<string, Micro | null>>): TotalOnce {
  if (series && series.value !== null) {
    return { micro: series.value, lowerBound: series.lowerBound, source: "usage_series", notes: [] };
  }
  const known = Object.entries(cuts).flatMap(([name, micro]) => (micro === null ? [] : [{ name, micro }]));
  known.sort((a, b) => b.micro - a.micro || (a.name < b.name ? -1 : 1));
  const [largest] = known;
  if (!largest) return { micro: null, lowerBound: false, source: null, notes: [] };
  const text = `The usage series is missing: the total is at least ${usdText(toUsd(largest.micro))}, the sum by ${largest.name}.`;
  return { micro: largest.micro, lowerBound: true, source: largest.name, notes: [{ code: "lower_bound", text }] };
}
