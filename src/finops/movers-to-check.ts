import { type CutComparison, pairEntities } from "./entity-change.ts";
import type { Micro } from "./money.ts";
import { rankByUsd } from "./rank.ts";
import type { EntityScope } from "./scope-check.ts";

const LEAVES = ["agent", "member"] as const;
const ROOF = "department";

/**
 * The entities whose daily series are worth reading within a budget of calls: the agents and members that moved most, and the
 * one department that moved most. A department is the sum of its agents and members, so several departments would only show
 * the same money again. Where a window is unknown, the largest entities of the known one.
 *
 * @param most at least 1
 */
export function moversToCheck(cuts: Readonly<Record<string, CutComparison>>, most: number): EntityScope[] {
  const leaves = LEAVES.flatMap((type) => candidates(type, cuts[type]));
  const ranked = rankByUsd(leaves, ({ size }) => size).shown;
  const [department] = rankByUsd(candidates(ROOF, cuts[ROOF]), ({ size }) => size).shown;
  const chosen = department ? [...ranked.slice(0, most - 1), department] : ranked.slice(0, most);
  return chosen.map(({ type, id, name }) => ({ type, id, name }));
}

type Candidate = EntityScope & { size: Micro };

function candidates(type: Candidate["type"], cut: CutComparison | undefined): Candidate[] {
  if (cut === undefined) return [];
  return pairEntities(cut).pairs.flatMap(({ id, name, current, previous, delta }) => {
    const size = Math.abs(delta ?? current ?? previous ?? 0);
    return size > 0 ? [{ type, id, name, size }] : [];
  });
}
