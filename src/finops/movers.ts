import type { Note, Noted } from "./basis.ts";
import type { ChangeWord } from "./change.ts";
import { type CutComparison, type EntityPair, pairEntities } from "./entity-change.ts";
import type { EntityList } from "./entity-cost.ts";
import { MICRO_PER_USD, type Micro, subtractKnown, sumMicro, toUsd, toUsdOrNull } from "./money.ts";
import type { Part } from "./part.ts";
import { rankByUsd } from "./rank.ts";

export interface MoverRow {
  id: string;
  name: string | null;
  current_usd: number | null;
  previous_usd: number | null;
  delta_usd: number | null;
  pct: number | null;
  word: ChangeWord;
}

/**
 * Rows + `other` + `unattributed_delta_usd` are exactly `total_delta_usd`; a sum over a delta that is unknown is unknown too.
 * Ready to return from a tool.
 */
export interface Movers {
  rows: MoverRow[];
  other: { count: number; delta_usd: number | null };
  unattributed_delta_usd: number | null;
  total_delta_usd: number | null;
  /** Smaller moves are in `other`. */
  threshold_usd: number;
}

export interface MoversInput extends CutComparison {
  /** micro-USD of the usage series in each comparison window; `null` when unknown */
  totalCurrent: Micro | null;
  totalPrevious: Micro | null;
  /** @default 10 */
  limit?: number;
}

/**
 * The entities of one cut whose cost moved, largest USD move first, over the union of both windows. A move counts from the
 * larger of $1 and 0.5 % of the larger window total. When a side is unknown its deltas are `null` and the rows are ranked by
 * the side that is known.
 */
export function movers({ totalCurrent, totalPrevious, limit = 10, ...cut }: MoversInput): Noted<Movers> {
  const { pairs, notes } = pairEntities(cut);
  const threshold = materiality(pairs, totalCurrent, totalPrevious);
  const shown = rankMoves(pairs, threshold).slice(0, limit);
  const isShown = new Set(shown.map((pair) => pair.id));
  const rest = pairs.filter((pair) => !isShown.has(pair.id));
  const totalDelta = subtractKnown(totalCurrent, totalPrevious);
  const isKnown = canCompare(cut.current) && canCompare(cut.previous);
  const known = isKnown ? sumOrNull(pairs) : null;
  const restDelta = isKnown ? sumOrNull(rest) : null;
  const result: Movers = {
    rows: shown.map(moverRow),
    other: { count: rest.length, delta_usd: toUsdOrNull(restDelta) },
    unattributed_delta_usd: toUsdOrNull(subtractKnown(totalDelta, known)),
    total_delta_usd: toUsdOrNull(totalDelta),
    threshold_usd: toUsd(threshold),
  };
  const hasHoles = known === null && isWhole(cut.current) && isWhole(cut.previous);
  return { result, notes: hasHoles ? [...notes, HOLES] : notes };
}

const HOLES: Note = {
  code: "lower_bound",
  text: "The cost of a row is missing from one of the two windows, so its change, and what belongs to no row, are not known.",
};

function canCompare(side: Part<EntityList>): boolean {
  return side.status === "ok" && !side.degraded;
}

/** A list that may be cut off says so itself. */
function isWhole(side: Part<EntityList>): boolean {
  return side.status === "ok" && !side.degraded && side.data.complete;
}

function materiality(pairs: readonly EntityPair[], totalCurrent: Micro | null, totalPrevious: Micro | null): Micro {
  const current = totalCurrent ?? sumMicro(pairs.map((pair) => pair.current ?? 0));
  const previous = totalPrevious ?? sumMicro(pairs.map((pair) => pair.previous ?? 0));
  return Math.max(MICRO_PER_USD, Math.round(Math.max(current, previous) / 200));
}

/** Known moves first; where a side is unknown, the size of the known side ranks. */
function rankMoves(pairs: readonly EntityPair[], threshold: Micro): EntityPair[] {
  const known = pairs.filter((pair) => Math.abs(pair.delta ?? 0) >= threshold);
  const unknown = pairs.filter((pair) => pair.delta === null && Math.abs(knownSide(pair) ?? 0) >= threshold);
  return [
    ...rankByUsd(known, (pair) => Math.abs(pair.delta ?? 0)).shown,
    ...rankByUsd(unknown, (pair) => Math.abs(knownSide(pair) ?? 0)).shown,
  ];
}

function knownSide(pair: EntityPair): Micro | null {
  return pair.current ?? pair.previous;
}

/** `null` when one of them is unknown. */
function sumOrNull(pairs: readonly EntityPair[]): Micro | null {
  const deltas = pairs.flatMap(({ delta }) => delta ?? []);
  return deltas.length === pairs.length ? sumMicro(deltas) : null;
}

function moverRow(pair: EntityPair): MoverRow {
  return {
    id: pair.id,
    name: pair.name,
    current_usd: toUsdOrNull(pair.current),
    previous_usd: toUsdOrNull(pair.previous),
    delta_usd: toUsdOrNull(pair.delta),
    pct: pair.change.pct,
    word: pair.change.word,
  };
}
