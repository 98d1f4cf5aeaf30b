import type { Detection } from "./anomaly.ts";
import { median } from "./quantile.ts";

/** A series without holes and without spikes that are over. */
export interface SpikeFree {
  /** USD per day */
  readonly values: readonly number[];
  /** positions of the spikes that were replaced by their expected amount */
  readonly leftOut: readonly number[];
}

/**
 * Replace spikes that are over by what was expected, so that they are not carried forward; keep days that belong to a
 * level shift or to a run that still goes on. Unknown days take the expected amount, or the median of the known days
 * where the history is too short. At least one day must be known.
 *
 * @param values USD per day, null when unknown, no negative values
 * @param detection of the same series, with low days and the money gate switched off
 */
export function withoutSpikes(values: readonly (number | null)[], detection: Detection): SpikeFree {
  const kept = keptPositions(values.length, detection);
  const replaced = new Map<number, number>();
  for (const hit of detection.hits) {
    if (hit.direction === "up" && !kept.has(hit.position)) replaced.set(hit.position, hit.expectedUsd);
  }
  const usual = median(values.filter((value) => value !== null));
  return {
    values: values.map((value, i) => replaced.get(i) ?? value ?? detection.unknownExpectedUsd.get(i) ?? usual),
    leftOut: [...replaced.keys()],
  };
}

function keptPositions(length: number, { hits, judgedPositions }: Detection): Set<number> {
  const kept = new Set<number>();
  const hitPositions = new Set(hits.map((hit) => hit.position));
  for (const hit of hits) {
    if (hit.kind === "level_shift") for (let i = hit.position - 6; i <= hit.position; i++) kept.add(i);
  }
  for (let i = length - 1; i >= 0; i--) {
    if (!judgedPositions.has(i)) continue;
    if (!hitPositions.has(i)) break;
    kept.add(i);
  }
  return kept;
}
