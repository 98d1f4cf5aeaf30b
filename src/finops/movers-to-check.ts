import { type CutComparison, pairEntities } from "./entity-change.ts";
import type { Micro } from "./money.ts";
import { rankByUsd } from "./rank.ts";
import type { EntityScope } from "./scope-check.ts";

const LEAVES = ["agent", "member"] as const;
const ROOF = "department";

/**
 * The entities whose daily series are worth reading within a budget of calls: the agents and members that moved most, and
 * one department that moved more than the last of them. A department that moved about as much as one of its own would only
 * show the same money again, so it is passed over. Where a window is unknown, the largest entities of the known one.
 *
 * @param most at least 1
 */
export function moversToCheck(cuts: Readonly<Record<string, CutComparison>>, most: number): EntityScope[] {
  const leaves = LEAVES.flatMap((type) => candidates(type, cuts[type]));
  const top = rankByUsd(leaves, sizeOf).shown.slice(0, most);
  const roofs = candidates(ROOF, cuts[ROOF]).filter((roof) => !top.some((leaf) => isSameMove(leaf, roof)));
  const [roof] = rankByUsd(roofs, sizeOf).shown;
  const last = top.length < most ? 0 : sizeOf(top.at(-1));
  const chosen = roof && sizeOf(roof) > last ? [...top.slice(0, most - 1), roof] : top;
  return chosen.map(({ type, id, name }) => ({ type, id, name }));
}

interface Candidate extends EntityScope {
  move: Micro;
}

/** Moves of one direction that differ by less than half. */
function isSameMove(a: Candidate, b: Candidate): boolean {
  const ratio = b.move === 0 ? 0 : a.move / b.move;
  return ratio > 0.67 && ratio < 1.5;
}

function sizeOf(candidate: Candidate | undefined): Micro {
  return Math.abs(candidate?.move ?? 0);
}

function candidates(type: EntityScope["type"], cut: CutComparison | undefined): Candidate[] {
  if (cut === undefined) return [];
  return pairEntities(cut).pairs.flatMap(({ id, name, current, previous, delta }) => {
    const move = delta ?? current ?? previous ?? 0;
    return move === 0 ? [] : [{ type, id, name, move }];
  });
}
