import { type Day, daysBetween } from "./day.ts";
import { type CutComparison, type EntityPair, pairEntities } from "./entity-change.ts";
import type { Micro } from "./money.ts";
import { median } from "./quantile.ts";
import { rankByUsd } from "./rank.ts";
import type { EntityScope } from "./scope-check.ts";
import { type Span, spanDays } from "./window.ts";

const LEAVES = ["agent", "member"] as const;
const ROOF = "department";

/** Ordinary drift between two windows, on the log scale: the detector's least spread of a day, and its least relative difference. */
const LEAST_DRIFT = 0.1;
const MOST_DRIFT = 0.25;

/** A weekend without use is no news; a third whole day is. */
const SILENT_FROM_DAYS = 3;

/** When entities were last used, as far as the breakdown of the window tells. */
export interface LastUses {
  readonly window: Span;
  readonly days: ReadonlyMap<string, Day>;
}

/**
 * The entities whose daily series are worth reading within a budget of calls: those that moved by the most USD beyond ordinary
 * drift, then those that moved most. What is new or gone counts in full, what fell silent inside the window with what it would
 * have cost since, and a move of less than twice the usual drift of this workspace's entities only after all others, however
 * large. Departments take free places, and the place of a leaf whose move is mostly drift when they moved by more than the
 * chosen agents and members of that direction together: less would show the same money twice. Where a window is unknown, the
 * largest entities of the known one.
 *
 * @param most at least 1
 */
export function moversToCheck(
  cuts: Readonly<Record<string, CutComparison>>,
  most: number,
  lastUses: LastUses | null = null,
): EntityScope[] {
  const top = rankCandidates(candidates(LEAVES, cuts, lastUses)).slice(0, most);
  const roofs = candidates([ROOF], cuts, null).flatMap((roof) => {
    const share = restShare(roof, top);
    return share === 0 ? [] : [{ ...roof, weight: roof.weight * share }];
  });
  const chosen = withRoofs(top, rankCandidates(roofs), most);
  return chosen.map(({ type, id, name }) => ({ type, id, name }));
}

interface Candidate extends EntityScope {
  move: Micro;
  /** The part of the move that is no ordinary drift, in micro-USD. */
  weight: number;
}

function rankCandidates(candidates: readonly Candidate[]): Candidate[] {
  const news = candidates.filter(({ weight }) => weight > 0);
  const rest = candidates.filter(({ weight }) => weight === 0);
  return [...rankByUsd(news, ({ weight }) => weight).shown, ...rankByUsd(rest, ({ move }) => Math.abs(move)).shown];
}

function withRoofs(top: readonly Candidate[], roofs: readonly Candidate[], most: number): Candidate[] {
  const [first] = roofs;
  const last = top.at(-1);
  if (last === undefined || top.length < most) return [...top, ...roofs].slice(0, most);
  const isDrift = last.weight < 0.5 * Math.abs(last.move);
  return first && isDrift && first.weight > last.weight ? [...top.slice(0, -1), first] : [...top];
}

/** Which part of a department's move is left when the chosen leaves of its direction are all taken for its own. */
function restShare(roof: Candidate, leaves: readonly Candidate[]): number {
  const along = leaves.filter(({ move }) => Math.sign(move) === Math.sign(roof.move));
  const known = along.reduce((sum, { move }) => sum + Math.abs(move), 0);
  return Math.max(0, 1 - known / Math.abs(roof.move));
}

function candidates(
  types: readonly EntityScope["type"][],
  cuts: Readonly<Record<string, CutComparison>>,
  lastUses: LastUses | null,
): Candidate[] {
  const pairs = types.flatMap((type) => {
    const cut = cuts[type];
    return cut === undefined ? [] : pairEntities(cut).pairs.map((pair) => ({ ...pair, type }));
  });
  const drift = ordinaryDrift(pairs);
  return pairs.flatMap(({ type, ...pair }) => {
    const { id, name } = pair;
    const move = pair.delta ?? pair.current ?? pair.previous ?? 0;
    const weight = Math.max(Math.abs(move) * newsShare(pair, drift), lastUses === null ? 0 : silence(pair, lastUses));
    return move === 0 ? [] : [{ type, id, name, move, weight }];
  });
}

/** What an entity that fell silent would have cost since at its daily mean of the window before, in micro-USD. */
function silence({ id, previous }: EntityPair, { window, days }: LastUses): number {
  const last = days.get(id);
  const silentDays = last === undefined ? 0 : daysBetween(last, window.to);
  return silentDays < SILENT_FROM_DAYS
    ? 0
    : (Math.min(silentDays, spanDays(window)) * (previous ?? 0)) / spanDays(window);
}

/** How far the entities of a workspace usually drift between two windows: a robust spread of their log ratios. */
function ordinaryDrift(pairs: readonly EntityPair[]): number {
  const ratios = pairs.flatMap((pair) => logRatio(pair) ?? []);
  const spread = ratios.length === 0 ? LEAST_DRIFT : 1.4826 * median(ratios.map(Math.abs));
  return Math.min(Math.max(spread, LEAST_DRIFT), MOST_DRIFT);
}

/** 0 up to twice the ordinary drift, then towards 1; 1 for what is new, gone, or cannot be compared. */
function newsShare(pair: EntityPair, drift: number): number {
  const ratio = logRatio(pair);
  return ratio === null ? 1 : Math.max(0, 1 - ((2 * drift) / Math.abs(ratio)) ** 2);
}

function logRatio({ current, previous, delta }: EntityPair): number | null {
  if (delta === null || current === null || previous === null || current <= 0 || previous <= 0) return null;
  return Math.log(current / previous);
}
