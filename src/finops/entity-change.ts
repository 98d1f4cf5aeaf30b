import { failedNote, type Note } from "./basis.ts";
import { type Change, changeBetween, UNKNOWN_CHANGE } from "./change.ts";
import { type EntityList, type EntityRow, mergeEntities } from "./entity-cost.ts";
import { type Micro, subtractKnown } from "./money.ts";
import type { Part } from "./part.ts";
import { byText } from "./rank.ts";

/** The same cut in both comparison windows. */
export interface CutComparison {
  current: Part<EntityList>;
  previous: Part<EntityList>;
}

/** One entity on both sides of a comparison; `null` is unknown, 0 is known absence. */
export interface EntityPair {
  id: string;
  name: string | null;
  current: Micro | null;
  previous: Micro | null;
  delta: Micro | null;
  change: Change;
}

export interface EntityPairs {
  pairs: EntityPair[];
  /** The change of an id that is in neither window: `none` where both answered completely. */
  unlisted: Change;
  notes: Note[];
}

/** Two windows of which nothing is known. */
export const NO_PAIRS: EntityPairs = { pairs: [], unlisted: UNKNOWN_CHANGE, notes: [] };

/**
 * Pairs the entities of two windows over the union of their ids. An id that one side lacks counts as 0 only if that side
 * answered completely; otherwise nothing is `new` and nothing has `stopped`.
 */
export function pairEntities({ current, previous }: CutComparison): EntityPairs {
  const now = readSide(current, "The current window of this cut");
  const before = readSide(previous, "The previous window of this cut");
  const ids = [...new Set([...now.rows.keys(), ...before.rows.keys()])].sort(byText);
  const isJudged = now.canCompare && before.canCompare;
  const pairs = ids.map((id): EntityPair => {
    const a = now.rows.get(id);
    const b = before.rows.get(id);
    const currentMicro = a ? a.costMicro : now.absent;
    const previousMicro = b ? b.costMicro : before.absent;
    const name = a?.name ?? b?.name ?? null;
    return {
      id,
      name,
      current: currentMicro,
      previous: previousMicro,
      delta: isJudged ? subtractKnown(currentMicro, previousMicro) : null,
      change: isJudged ? changeBetween(currentMicro, previousMicro) : UNKNOWN_CHANGE,
    };
  });
  const unlisted = isJudged ? changeBetween(now.absent, before.absent) : UNKNOWN_CHANGE;
  return { pairs, unlisted, notes: [...now.notes, ...before.notes] };
}

interface Side {
  rows: Map<string, EntityRow>;
  /** The cost of an id that is not listed. */
  absent: Micro | null;
  /** Figures of a degraded answer are shown but not compared. */
  canCompare: boolean;
  notes: Note[];
}

function readSide(part: Part<EntityList>, name: string): Side {
  if (part.status === "failed") {
    return { rows: new Map(), absent: null, canCompare: false, notes: [failedNote(name, part.reason)] };
  }
  const { rows, notes: repeats } = mergeEntities(part.data.rows, part.degraded);
  const notes = [...(part.data.notes ?? []), ...repeats];
  const isFull = part.data.complete && !part.degraded;
  if (!isFull) {
    const how = part.data.complete ? "is" : "may be";
    const text = `${name} ${how} incomplete: an id it lacks is unknown, not zero.`;
    notes.push({ code: part.degraded ? "degraded_source" : "truncated_rows", text });
  }
  const byId = new Map(rows.map((row) => [row.id, row]));
  return { rows: byId, absent: isFull ? 0 : null, canCompare: !part.degraded, notes };
}
