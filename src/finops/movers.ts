import type { Noted } from "./basis.ts";
import type { ChangeWord } from "./change.ts";
import { type CutComparison, type EntityPair, pairEntities } from "./entity-change.ts";
import { MICRO_PER_USD, type Micro, subtractKnown, sumMicro, toUsd, toUsdOrNull } from "./money.ts";
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

/** Rows + `other` + `unattributed_delta_usd` are exactly `total_delta_usd`. Ready to return from a tool. */
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
  const shownDelta = sumMicro(knownDeltas(shown));
  const restDeltas = knownDeltas(rest);
  const totalDelta = subtractKnown(totalCurrent, totalPrevious);
  const isKnown = cut.current.status === "ok" && cut.previous.status === "ok";
  const result: Movers = {
    rows: shown.map(moverRow),
    other: { count: rest.length, delta_usd: isKnown ? toUsd(sumMicro(restDeltas)) : null },
    unattributed_delta_usd:
      isKnown && totalDelta !== null ? toUsd(totalDelta - shownDelta - sumMicro(restDeltas)) : null,
    total_delta_usd: toUsdOrNull(totalDelta),
    threshold_usd: toUsd(threshold),
  };
  return { result, notes };
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

function knownDeltas(pairs: readonly EntityPair[]): Micro[] {
  return pairs.flatMap((pair) => pair.delta ?? []);
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
