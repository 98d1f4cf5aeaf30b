import { describe, expect, it } from "vitest";
import { watchChanges } from "../../src/cli/pending-changes.ts";
import type { AuditEntry } from "../../src/tool/audit.ts";

const entry = (event: AuditEntry["event"]): AuditEntry => ({
  ...{ event, tool: "update_key_budget", planId: "plan-1", targetId: null, args: {} },
});

/** Whether the end waits, after these entries, of which the named one cannot be recorded. */
async function waits(events: readonly AuditEntry["event"][], failing: AuditEntry["event"] | null): Promise<boolean> {
  const changes = watchChanges(async () => ({
    record: async ({ event }) => {
      if (event === failing) throw new Error("disk full");
    },
  }));
  const audit = await changes.audit();
  for (const event of events) await audit.record(entry(event)).catch(() => {});
  const outcome = await Promise.race([
    changes.settled(1_000).then(() => false),
    new Promise<true>((resolve) => setTimeout(resolve, 100, true)),
  ]);
  return outcome;
}

describe("C20 the end waits for a change", () => {
  it.each([
    ["that is under way", ["plan", "intent"], null, true],
    ["not when its result is recorded", ["plan", "intent", "result"], null, false],
    ["not when it could not be announced, and so never left", ["plan", "intent"], "intent", false],
    ["not when only its result cannot be recorded", ["plan", "intent", "result"], "result", false],
    ["not before it is about to leave", ["plan", "confirm"], null, false],
  ] as const)("%s", async (_what, events, failing, expected) => {
    expect(await waits(events, failing)).toBe(expected);
  });
});
