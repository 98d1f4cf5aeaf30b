import { at } from "./at.ts";
import { mean, median, quantileOfSorted, sorted } from "./quantile.ts";

/** Effect per key: shrunken median of the values under it, centred so that the effects of all values average 0. */
export function weeklyEffects(keys: readonly number[], detrended: readonly number[]): Map<number, number> {
  const effects = new Map<number, number>();
  for (const [key, group] of groupByKey(keys, detrended)) {
    effects.set(key, (median(group) * group.length) / (group.length + 0.5));
  }
  const centre = mean(keys.map((key) => effects.get(key) ?? 0));
  for (const [key, effect] of effects) effects.set(key, effect - centre);
  return effects;
}

/** For each value, the shrunken median of the *other* values of its group: a pattern must predict days it has not seen. */
export function leaveOneOut(keys: readonly number[], values: readonly number[]): number[] {
  const groups = new Map([...groupByKey(keys, values)].map(([key, group]) => [key, sorted(group)]));
  return values.map((value, i) => {
    const group = groups.get(at(keys, i)) ?? [];
    const others = group.toSpliced(group.indexOf(value), 1);
    return others.length === 0 ? 0 : (quantileOfSorted(others, 0.5) * others.length) / (others.length + 0.5);
  });
}

function groupByKey(keys: readonly number[], values: readonly number[]): Map<number, number[]> {
  const groups = new Map<number, number[]>();
  keys.forEach((key, i) => {
    const group = groups.get(key);
    if (group) group.push(at(values, i));
    else groups.set(key, [at(values, i)]);
  });
  return groups;
}
