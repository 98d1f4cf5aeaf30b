import type { CutComparison } from "./entity-change.ts";
import type { EntityList } from "./entity-cost.ts";
import { MICRO_PER_CENT, type Micro, toMicroOrNull } from "./money.ts";
import type { Part } from "./part.ts";

/**
 * A list that may have been cut off is whole when its rows add up to the total of their window, to the cent.
 * @param total micro-USD; `null` when it is unknown, then nothing can be told
 */
export function wholeIfAddsUp(list: EntityList, total: Micro | null): EntityList {
  if (list.complete || total === null) return list;
  let sum = 0;
  for (const { costUsd } of list.rows) {
    const cost = toMicroOrNull(costUsd);
    if (cost === null) return list;
    sum += cost;
  }
  return Math.abs(total - sum) <= MICRO_PER_CENT ? { ...list, complete: true } : list;
}

/** The same for both sides of a comparison; a degraded one may lack rows whatever it adds up to. */
export function cutIfAddsUp({ current, previous }: CutComparison, totals: ComparedTotals): CutComparison {
  return { current: partIfAddsUp(current, totals.current), previous: partIfAddsUp(previous, totals.previous) };
}

/** micro-USD of both comparison windows; `null` when unknown. */
export interface ComparedTotals {
  current: Micro | null;
  previous: Micro | null;
}

function partIfAddsUp(part: Part<EntityList>, total: Micro | null): Part<EntityList> {
  if (part.status === "failed" || part.degraded) return part;
  return { ...part, data: wholeIfAddsUp(part.data, total) };
}
