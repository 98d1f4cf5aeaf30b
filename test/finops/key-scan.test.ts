import { describe, expect, it } from "vitest";
import { findIdle, type IdleInput } from "../../src/finops/idle.ts";
import { judgeKey, type KeyFacts } from "../../src/finops/idle-keys.ts";
import { keyRisks, type ListedKey } from "../../src/finops/key-risks.ts";
import { createKeyScan, type ScannedKey } from "../../src/finops/key-scan.ts";
import { resolveWindows } from "../../src/finops/window.ts";

const now = new Date("2026-11-20T12:00:00Z");
const windows = resolveWindows({ period: "30d", now });
const DAY_MS = 86_400_000;

/** Every kind of key, in turn: used, idle, never used, new, off, without a budget. */
function key(i: number): ScannedKey {
  const lastUsedAt =
    i % 3 === 0 ? new Date(now.getTime() - DAY_MS) : i % 3 === 1 ? new Date("2026-08-01T00:00:00Z") : null;
  const createdAt = new Date(i % 11 === 0 ? "2026-11-15T00:00:00Z" : "2026-01-01T00:00:00Z");
  const id = `key-${String(i).padStart(6, "0")}`;
  const status = i % 7 === 0 ? "disabled" : "active";
  const capUsd = i % 5 === 0 ? null : (i % 50) + 1;
  const common = { id, name: `Key ${i}`, status, createdAt, spendFrom: "2026-11-01" };
  const facts: KeyFacts = { ...common, lastUsedAt, spendUsd: i % 3 === 0 ? i % 40 : 0, capUsd, entityType: "agent" };
  const listed: ListedKey = {
    ...{ ...common, budgetUsd: capUsd, budgetAction: "alert_only", budgetWindow: "monthly", spentUsd: i % 40 },
    ...{ lastUsedAt, expiresAt: null, ownerId: null },
  };
  return { facts, listed };
}

function scanOf(count: number): { scan: ReturnType<typeof createKeyScan>; all: ScannedKey[] } {
  const scan = createKeyScan({ window: windows.total, now });
  const all = Array.from({ length: count }, (_, i) => key(i));
  for (let from = 0; from < count; from += 200) scan.take(all.slice(from, from + 200));
  return { scan, all };
}

const inputOf = (
  rows: readonly KeyFacts[],
  count: number,
  passed?: ReturnType<ReturnType<typeof createKeyScan>["passed"]>,
): IdleInput => ({
  ...{ windows, now, limit: 10 },
  keys: { status: "ok", data: { rows, total: count, complete: true, ...(passed && { passed }) }, degraded: false },
});

describe("a scan of keys", () => {
  it.each([0, 1, 199, 1_000, 12_345])("says of %i keys what judging them all at once says", (count) => {
    const { scan, all } = scanOf(count);
    const whole = findIdle(
      inputOf(
        all.map(({ facts }) => facts),
        count,
      ),
    );
    const paged = findIdle(inputOf(scan.rows(), count, scan.passed()));
    expect(paged).toEqual(whole);
    const idsOf = (...classes: string[]) => {
      const found = all.filter(({ facts }) => classes.includes(judgeKey(facts, windows.total, now).class));
      return new Set(found.map(({ facts }) => facts.id));
    };
    const ids = { idleIds: idsOf("idle", "never_used"), unsureIds: idsOf("too_new", "unknown") };
    const risks = keyRisks({ keys: all.map(({ listed }) => listed), ...ids, owners: new Map(), now }).result;
    const { rows, counts, judged, flagged } = scan.risks(new Map()).result;
    expect({ rows: rows.slice(0, 20), counts, judged, flagged }).toEqual({
      ...{ rows: risks.rows.slice(0, 20), counts: risks.counts, judged: risks.judged },
      flagged: risks.rows.length,
    });
  });

  it("keeps no more of a large workspace than of a small one", () => {
    const { scan } = scanOf(20_000);
    expect(scan.rows().length).toBeLessThanOrEqual(600);
    expect(scan.riskyKeys().length).toBeLessThanOrEqual(600);
  });
});
