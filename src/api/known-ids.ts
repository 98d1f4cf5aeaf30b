/** Ids that were seen. */
export interface KnownIds {
  /** Remembers the id; false when it was known. */
  isNew(id: string): boolean;
}

/** @param most ids that are remembered; the oldest are forgotten first */
export function createKnownIds(most: number): KnownIds {
  const ids = new Set<string>();
  return {
    isNew(id) {
      if (ids.has(id)) return false;
      ids.add(id);
      if (ids.size > most) {
        const oldest = ids.values().next();
        if (!oldest.done) ids.delete(oldest.value);
      }
      return true;
    },
  };
}
