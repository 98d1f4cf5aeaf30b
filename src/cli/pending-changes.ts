import type { Audit } from "../tool/audit.ts";

/** Changes that have been sent and not yet answered for. */
export interface PendingChanges {
  /** In place of the record that was given: it sees every entry go by. */
  readonly audit: () => Promise<Audit>;
  /** Resolves when every change has its result recorded, or when the time is up. */
  settled(ms: number): Promise<void>;
}

/** Watches the record of changes, so that the end of the process can wait for a change that is under way. */
export function watchChanges(open: () => Promise<Audit>): PendingChanges {
  const pending = new Set<string>();
  let tell = () => {};
  return {
    audit: async () => {
      const audit = await open();
      return {
        async record(entry) {
          if (entry.event === "intent") pending.add(entry.planId);
          let isUnderWay = entry.event !== "result";
          try {
            await audit.record(entry);
          } catch (error) {
            // What cannot be announced does not leave.
            if (entry.event === "intent") isUnderWay = false;
            throw error;
          } finally {
            if (!isUnderWay) pending.delete(entry.planId);
            if (pending.size === 0) tell();
          }
        },
      };
    },
    settled: (ms) =>
      new Promise((resolve) => {
        if (pending.size === 0) return resolve();
        tell = resolve;
        setTimeout(resolve, ms).unref();
      }),
  };
}
