import { type Dimension, type Driver, type Explanation, expectedParts, explainChange, UNATTRIBUTED } from "./causes.ts";
import { type CutComparison, pairEntities } from "./entity-change.ts";
import { type EntityList, mergeEntities } from "./entity-cost.ts";
import { toUsd } from "./money.ts";
import type { Part } from "./part.ts";
import { dataOf } from "./part.ts";
import { largestRemainder, roundTo } from "./rounding.ts";

/** The same money cut one way, as it was and as it was expected to be. */
export interface NamedCut {
  dimension: string;
  elements: readonly { id: string; name: string | null; actualUsd: number; expectedUsd: number }[];
}

export interface DriverRow {
  id: string;
  name?: string;
  actual_usd: number;
  expected_usd: number;
  delta_usd: number;
  /** Part of the whole change; absent when changes offset each other. */
  explained_pct?: number;
}

/** Why spend was not what it was expected to be. Drivers + `other` are exactly `change_usd`. Ready to return from a tool. */
export interface ChangeCauses {
  dimension: string;
  change_usd: number;
  /** Rises and falls nearly cancel out, so nothing is said to explain the change. */
  offsetting: boolean;
  drivers: DriverRow[];
  other: { count: number; delta_usd: number };
  /** Other cuts of the same money that explain the change too: never to be added to this one. */
  also: { dimension: string; id: string; name?: string; delta_usd: number; explained_pct: number }[];
}

const CENT = 0.01;

/** The causes of a change by its best cut; `null` for a change under a cent or when no cut is known. Amounts in USD. */
export function causesOf(
  total: { actualUsd: number; expectedUsd: number },
  cuts: readonly NamedCut[],
): ChangeCauses | null {
  const dimensions: Dimension[] = cuts.map(({ dimension, elements }) => ({ name: dimension, elements }));
  const [best, ...rest] = explainChange(total, dimensions).sort((a, b) => holes(a) - holes(b));
  if (!best) return null;
  const names = (dimension: string, id: string): { name?: string } => {
    const found = cuts.find((cut) => cut.dimension === dimension)?.elements.find((element) => element.id === id);
    return found?.name ? { name: found.name } : {};
  };
  const deltas = largestRemainder([...best.drivers.map((driver) => driver.deltaUsd), best.other.deltaUsd], CENT);
  return {
    dimension: best.dimension,
    change_usd: roundTo(total.actualUsd - total.expectedUsd, 2),
    offsetting: best.isOffsetting,
    drivers: best.drivers.map((driver, i) => ({
      id: driver.id,
      ...names(best.dimension, driver.id),
      actual_usd: roundTo(driver.actualUsd, 2),
      expected_usd: roundTo(driver.expectedUsd, 2),
      delta_usd: deltas[i] ?? 0,
      ...explained(driver),
    })),
    other: { count: best.other.count, delta_usd: deltas.at(-1) ?? 0 },
    also: rest.flatMap((explanation) => alsoExplains(explanation, names)),
  };
}

/** A cut that explains the change by money it does not hold explains nothing; it comes last. */
function holes({ drivers }: Explanation): number {
  return drivers.some(({ id }) => id === UNATTRIBUTED) ? 1 : 0;
}

/**
 * The cuts of two comparison windows: the window before is what was expected. A cut in which a change is unknown is left out,
 * because that money would look like nobody's.
 */
export function windowCuts(cuts: Readonly<Record<string, CutComparison>>): NamedCut[] {
  return Object.entries(cuts).flatMap(([dimension, comparison]) => {
    const { pairs } = pairEntities(comparison);
    const elements = pairs.flatMap(({ id, name, current, previous, delta }) =>
      current === null || previous === null || delta === null
        ? []
        : [{ id, name, actualUsd: toUsd(current), expectedUsd: toUsd(previous) }],
    );
    return elements.length > 0 && elements.length === pairs.length ? [{ dimension, elements }] : [];
  });
}

/**
 * The cuts of an episode: its expected total is shared out as the days before it were, their unattributed money included.
 *
 * @param beforeUsd spend of those days by the usage series; `null` when unknown, then the rows of a cut stand for all of it
 */
export function episodeCuts(
  { expectedUsd, beforeUsd }: { expectedUsd: number; beforeUsd: number | null },
  cuts: Readonly<Record<string, { during: Part<EntityList>; before: Part<EntityList> }>>,
): NamedCut[] {
  return Object.entries(cuts).flatMap(([dimension, { during, before }]) => {
    const [actual, history] = [knownCosts(during), knownCosts(before)];
    if (actual === null || history === null) return [];
    const parts = [...history].map(([id, { costUsd }]) => ({ id, costUsd }));
    const rest = (beforeUsd ?? 0) - parts.reduce((sum, { costUsd }) => sum + costUsd, 0);
    const expected = expectedParts(expectedUsd, [...parts, { id: UNATTRIBUTED, costUsd: Math.max(0, rest) }]);
    const ids = new Set([...actual.keys(), ...history.keys()]);
    const elements = [...ids].map((id) => ({
      id,
      name: actual.get(id)?.name ?? history.get(id)?.name ?? null,
      actualUsd: actual.get(id)?.costUsd ?? 0,
      expectedUsd: expected.get(id) ?? 0,
    }));
    return elements.length > 0 ? [{ dimension, elements }] : [];
  });
}

/** `null` when one cost is unknown: that money would look like nobody's, or like a fall to 0. */
function knownCosts(part: Part<EntityList>): Map<string, { name: string | null; costUsd: number }> | null {
  const list = dataOf(part);
  if (list === null || part.status === "failed" || part.degraded || !list.complete) return null;
  const { rows } = mergeEntities(list.rows);
  const costs = rows.flatMap(({ id, name, costMicro }) =>
    costMicro === null ? [] : [[id, { name, costUsd: toUsd(costMicro) }] as const],
  );
  return costs.length === rows.length ? new Map(costs) : null;
}

function alsoExplains(
  { dimension, isComplete, isOffsetting, drivers }: Explanation,
  names: (dimension: string, id: string) => { name?: string },
): ChangeCauses["also"] {
  const [top] = drivers;
  if (!isComplete || isOffsetting || !top || top.explained === null || top.id === UNATTRIBUTED) return [];
  const share = roundTo(100 * top.explained, 1);
  return [
    { dimension, id: top.id, ...names(dimension, top.id), delta_usd: roundTo(top.deltaUsd, 2), explained_pct: share },
  ];
}

function explained(driver: Driver): { explained_pct?: number } {
  return driver.explained === null ? {} : { explained_pct: roundTo(100 * driver.explained, 1) };
}
