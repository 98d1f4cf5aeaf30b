import { type Audit, type AuditEntry, AuditUnavailable } from "../../src/tool/audit.ts";

/** A record of changes in memory, which can be made to fail from one event on. */
export interface MemoryAudit extends Audit {
  readonly entries: AuditEntry[];
  /** `any`: every event. */
  failAt(event: AuditEntry["event"] | "any" | null): void;
  /** The events so far, such as `plan`, or `result:applied`. */
  events(): string[];
}

export function memoryAudit(): MemoryAudit {
  const entries: AuditEntry[] = [];
  let failing: AuditEntry["event"] | "any" | null = null;
  return {
    entries,
    failAt: (event) => {
      failing = event;
    },
    events: () => entries.map(({ event, outcome, code }) => [event, outcome ?? code].filter(Boolean).join(":")),
    async record(entry) {
      if (failing === "any" || failing === entry.event) {
        throw new AuditUnavailable("The record of changes cannot be written: EACCES.");
      }
      entries.push(structuredClone(entry));
    },
  };
}
