import { addKnown } from "./money.ts";

/** What a subscription tells of its virtual keys. */
export interface KeyCounts {
  readonly baseKeyLimit: number | null;
  readonly extraKeys: number | null;
  readonly usage: { readonly virtualKeys: number | null } | null;
}

/** The number that a further active key would have, and how many the plan allows. `null` is unknown. */
export function keySlots({ baseKeyLimit, extraKeys, usage }: KeyCounts): { next: number | null; limit: number | null } {
  return { next: addKnown(usage?.virtualKeys ?? null, 1), limit: addKnown(baseKeyLimit, extraKeys) };
}
