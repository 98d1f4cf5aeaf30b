import { describe, expect, it } from "vitest";
import { createAgentScan } from "../../src/finops/agent-scan.ts";
import type { EntityList } from "../../src/finops/entity-cost.ts";
import { findIdle } from "../../src/finops/idle.ts";
import type { AgentFacts } from "../../src/finops/idle-agents.ts";
import type { Part } from "../../src/finops/part.ts";
import { resolveWindows } from "../../src/finops/window.ts";

const now = new Date("2026-11-20T12:00:00Z");
const windows = resolveWindows({ period: "30d", now });

/** Every kind of agent, in turn: used, idle, new, off. */
function agent(i: number): AgentFacts {
  return {
    id: `agent-${String(i).padStart(6, "0")}`,
    name: `Agent ${i}`,
    status: i % 7 === 0 ? "archived" : "active",
    createdAt: new Date(i % 11 === 0 ? "2026-11-15T00:00:00Z" : "2026-01-01T00:00:00Z"),
    lastUsedAt: i % 5 === 0 ? null : new Date("2026-09-01T00:00:00Z"),
  };
}

function used(count: number, complete: boolean): Part<EntityList> {
  const ids = Array.from({ length: Math.ceil(count / 3) }, (_, i) => agent(3 * i).id);
  const rows = ids.map((id) => ({ id, name: null, costUsd: 1, requests: 2 }));
  return { status: "ok", data: { rows, complete }, degraded: false };
}

describe("a scan of agents", () => {
  it.each([
    [0, true],
    [1, true],
    [399, true],
    [5_000, true],
    [5_000, false],
  ])("says of %i agents what judging them all at once says (all costs known: %s)", (count, complete) => {
    const all = Array.from({ length: count }, (_, i) => agent(i));
    const breakdown = used(count, complete);
    const scan = createAgentScan(breakdown, windows.total, now);
    for (let from = 0; from < count; from += 200) scan.take(all.slice(from, from + 200));
    const answer = (data: { rows: readonly AgentFacts[]; passed?: ReturnType<typeof scan.passed> }) => {
      const list = { status: "ok" as const, data: { ...data, total: count, complete: true }, degraded: false };
      return findIdle({ windows, now, limit: 10, agents: { list, breakdown } });
    };
    expect(answer({ rows: scan.rows(), passed: scan.passed() })).toEqual(answer({ rows: all }));
    expect(scan.rows().length).toBeLessThanOrEqual(400);
  });
});
