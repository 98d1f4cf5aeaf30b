import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { EntityList } from "../../src/finops/entity-cost.ts";
import { findIdle, type Scanned } from "../../src/finops/idle.ts";
import type { AgentFacts } from "../../src/finops/idle-agents.ts";
import { type IdleClass, judgeKey, type KeyFacts } from "../../src/finops/idle-keys.ts";
import type { Part } from "../../src/finops/part.ts";
import { resolveWindows } from "../../src/finops/window.ts";
import { cut, entity, failed, ok } from "./usage-fixture.ts";

const now = new Date("2026-11-20T10:00:00Z");
const windows = resolveWindows({ period: "30d", now });
const day = (text: string) => new Date(`${text}T09:00:00Z`);

const old: KeyFacts = {
  id: "k1",
  name: "ci bot",
  status: "active",
  createdAt: day("2026-01-20"),
  lastUsedAt: undefined,
  spendUsd: null,
  spendFrom: null,
  capUsd: 100,
};

const zero = { spendUsd: 0, spendFrom: "2026-11-15" };

describe("idle keys", () => {
  it.each<[string, Partial<KeyFacts>, IdleClass, number | null]>([
    ["ID-1 never used, spend 0", { lastUsedAt: null, spendUsd: 0 }, "never_used", 304],
    ["ID-1 the same but revoked", { lastUsedAt: null, spendUsd: 0, status: "revoked" }, "not_judged", null],
    ["ID-1 created 5 minutes ago", { lastUsedAt: null, createdAt: new Date("2026-11-20T09:55:00Z") }, "too_new", null],
    ["ID-1 used yesterday", { spendUsd: 912.5, lastUsedAt: day("2026-11-19") }, "in_use", null],
    ["ID-1 last used 2026-10-01", { lastUsedAt: day("2026-10-01") }, "idle", 50],
    ["ID-1 last use unknown, spend 0 since 11-15", zero, "unknown", null],
    ["ID-1 last use unknown, spend 0 since 10-01", { ...zero, spendFrom: "2026-10-01" }, "idle", null],
    ["status unknown", { status: null }, "not_judged", null],
    ["status in capitals", { status: "Active", lastUsedAt: day("2026-11-19") }, "in_use", null],
    ["new and used", { createdAt: day("2026-11-10"), lastUsedAt: day("2026-11-12") }, "in_use", null],
    ["new, last use unknown, spend", { createdAt: day("2026-11-10"), spendUsd: 3 }, "in_use", null],
    [
      "never used, 20 days old, inside the window",
      { lastUsedAt: null, createdAt: day("2026-10-31") },
      "never_used",
      20,
    ],
    ["used on the first day of the window", { lastUsedAt: day("2026-10-22") }, "in_use", null],
    ["used the day before the window", { lastUsedAt: day("2026-10-21") }, "idle", 30],
    ["spend inside the window", { spendUsd: 5, spendFrom: "2026-11-01" }, "in_use", null],
    ["spend since before the window", { spendUsd: 5, spendFrom: "2026-10-01" }, "unknown", null],
    ["nothing known", { createdAt: null }, "unknown", null],
    [
      "spend 0 over the window, age unknown",
      { spendUsd: 0, spendFrom: "2026-10-01", createdAt: null },
      "unknown",
      null,
    ],
    [
      "said to be never used, but has spend",
      { lastUsedAt: null, spendUsd: 4, spendFrom: "2026-10-01" },
      "unknown",
      null,
    ],
    ["said to be never used, age unknown", { lastUsedAt: null, createdAt: null }, "unknown", null],
  ])("%s", (_, facts, expected, days) => {
    const verdict = judgeKey({ ...old, ...facts }, windows.total, now);
    expect([verdict.class, verdict.days_idle]).toEqual([expected, days]);
    expect(verdict.evidence).not.toBe("");
    const needsAdvice = expected === "idle" || expected === "never_used";
    expect(verdict.suggestion !== null).toBe(needsAdvice);
    expect(verdict.suggestion ?? "").not.toMatch(/^Revoke/);
  });

  it("ten days old and reported as never used, asked about 7 days: idle", () => {
    const week = resolveWindows({ period: "7d", now });
    const verdict = judgeKey({ ...old, lastUsedAt: null, createdAt: day("2026-11-10") }, week.total, now);
    expect([verdict.class, verdict.days_idle]).toEqual(["idle", 10]);
  });

  it("says what is missing", () => {
    const verdict = judgeKey({ ...old, createdAt: null }, windows.total, now);
    expect(verdict.evidence).toBe(
      "Cannot be judged; not reported: the date of its last use, its spend, its creation date.",
    );
    expect(judgeKey({ ...old, ...zero }, windows.total, now).evidence).toContain("its spend before 2026-11-15");
    expect(judgeKey({ ...old, spendUsd: 0 }, windows.total, now).evidence).toContain("the period of its spend figure");
  });
});

const agents: AgentFacts[] = [
  { id: "busy", name: "Busy", status: "active", createdAt: day("2026-01-01") },
  { id: "quiet", name: "Quiet", status: "active", createdAt: day("2026-01-01"), lastUsedAt: day("2026-09-01") },
  { id: "fresh", name: "Fresh", status: "active", createdAt: day("2026-11-19") },
  { id: "gone", name: "Gone", status: "archived", createdAt: day("2026-01-01") },
];

function scan<T>(rows: readonly T[], total: number | null = rows.length, complete = true): Part<Scanned<T>> {
  return ok({ rows, total, complete });
}

function judgeAgentsWith(breakdown: Part<EntityList>, list: readonly AgentFacts[] = agents) {
  return findIdle({ windows, now, agents: { list: scan(list), breakdown } });
}

describe("idle agents", () => {
  it("a complete breakdown without a row, or with 0 requests, is idle", () => {
    const { result, notes } = judgeAgentsWith(ok(cut({ busy: 5 })));
    expect(result.agents?.rows.map((row) => [row.id, row.class, row.days_idle])).toEqual([
      ["quiet", "idle", 80],
      ["fresh", "too_new", null],
    ]);
    expect(result.agents?.counts).toEqual({ never_used: 0, idle: 1, unknown: 0, too_new: 1, in_use: 1, not_judged: 1 });
    expect(result.keys).toBeNull();
    expect(notes).toEqual([]);
    const listed = judgeAgentsWith(ok({ rows: [entity("busy", 5), entity("quiet", 0, 0)], complete: true }));
    expect(listed.result.agents?.counts.idle).toBe(1);
  });

  it.each<[string, Part<EntityList>]>([
    ["ID-1 the breakdown fails", failed()],
    ["GR-8 the breakdown is cut at its row limit", ok(cut({ busy: 5 }, false))],
    ["the breakdown is degraded", ok(cut({ busy: 5 }), true)],
  ])("%s: no agent is called idle", (_, breakdown) => {
    const { result } = judgeAgentsWith(breakdown);
    expect(result.agents?.counts.idle).toBe(0);
    expect(result.agents?.rows.find((row) => row.id === "quiet")?.class).toBe("unknown");
  });

  it("what is not reported is unknown", () => {
    const list = [{ id: "quiet", name: null, status: "active", createdAt: null }];
    expect(judgeAgentsWith(ok(cut({})), list).result.agents?.counts.unknown).toBe(1);
    const quiet = agents.filter((agent) => agent.id === "quiet");
    const bare = ok({ rows: [entity("quiet", 0, null)], complete: true });
    expect(judgeAgentsWith(bare, quiet).result.agents?.rows[0]).toMatchObject({ id: "quiet", class: "unknown" });
    const costly = ok({ rows: [entity("quiet", 3, null)], complete: true });
    expect(judgeAgentsWith(costly, quiet).result.agents?.counts.idle).toBe(0);
  });
});

describe("idle resources", () => {
  const idleKey = (id: string, capUsd: number | null): KeyFacts => ({
    ...old,
    id,
    capUsd,
    lastUsedAt: day("2026-10-01"),
  });

  it("adds up the caps of idle and never used keys, largest first", () => {
    const keys = [
      idleKey("a", 10),
      idleKey("b", 200),
      idleKey("c", null),
      { ...old, id: "d", lastUsedAt: null, capUsd: 1 },
      { ...old, id: "e", capUsd: 999 },
    ];
    const { result } = findIdle({ windows, now, keys: scan(keys) });
    expect(result.keys?.rows.map((row) => row.id)).toEqual(["d", "b", "a", "c", "e"]);
    expect(result.idle_caps_usd).toBe(211);
    const short = findIdle({ windows, now, keys: scan(keys), limit: 2 }).result;
    expect(short.keys).toMatchObject({ omitted: 3, scanned: 5, total: 5, truncated: false });
    expect(short.idle_caps_usd).toBe(211);
  });

  it("GR-9 a list that was not read to its end makes every count at least", () => {
    const keys = Array.from({ length: 100 }, (_, i) => idleKey(`k${i}`, 1));
    const { result, notes } = findIdle({ windows, now, keys: scan(keys, 150, false) });
    expect(result.keys).toMatchObject({ scanned: 100, total: 150, truncated: true });
    expect(notes[0]).toMatchObject({ code: "truncated_rows" });
    expect(notes[0]?.text).toContain("100 were read, there are 150");
    const unknown = findIdle({ windows, now, keys: scan(keys, null, false) });
    expect(unknown.result.keys?.total).toBeNull();
    expect(unknown.notes[0]?.text).toContain("the total is not reported");
    expect(findIdle({ windows, now, keys: scan(keys, null) }).result.keys?.total).toBe(100);
  });

  it("a failed key list fails the key part only", () => {
    const { result, notes } = findIdle({
      windows,
      now,
      keys: failed(),
      agents: { list: scan(agents), breakdown: ok(cut({ busy: 5 })) },
    });
    expect([result.keys, result.idle_caps_usd, result.low_use]).toEqual([null, null, []]);
    expect(result.agents?.counts.idle).toBe(1);
    expect(notes.map((note) => note.code)).toEqual(["sub_call_failed"]);
    expect(findIdle({ windows, now, agents: { list: failed(), breakdown: failed() } }).result.agents).toBeNull();
  });

  it("a degraded list keeps dates of use; its zeros and its never are unknown", () => {
    const keys = [idleKey("a", 1), { ...old, id: "b", lastUsedAt: null, spendUsd: 0, spendFrom: "2026-10-01" }];
    const { result, notes } = findIdle({ windows, now, keys: ok({ rows: keys, total: 2, complete: true }, true) });
    expect(result.keys?.rows.map((row) => [row.id, row.class])).toEqual([
      ["a", "idle"],
      ["b", "unknown"],
    ]);
    expect(notes.map((note) => note.code)).toEqual(["degraded_source"]);
  });

  it("a row that two pages repeat is judged once", () => {
    expect(findIdle({ windows, now, keys: scan([idleKey("a", 5), idleKey("a", 5)], 1) }).result).toMatchObject({
      keys: { scanned: 1 },
      idle_caps_usd: 5,
    });
  });

  it("low use is information: under a tenth of the median of at least five of the same kind", () => {
    const spender = (id: string, spendUsd: number, entityType: string): KeyFacts => {
      return { ...old, id, spendUsd, spendFrom: windows.total.from, entityType, lastUsedAt: day("2026-11-19") };
    };
    const peers = [10, 20, 30, 40].map((spend, i) => spender(`p${i}`, spend, "agent"));
    const low = [...peers, spender("low", 1.5, "agent"), spender("alone", 0.1, "member")];
    const { result } = findIdle({ windows, now, keys: scan(low) });
    expect(result.low_use).toEqual([{ id: "low", name: "ci bot", spend_usd: 1.5 }]);
    expect(result.keys?.counts.in_use).toBe(6);
    const otherSpan = low.map((key) => ({ ...key, spendFrom: "2026-10-01" }));
    expect(findIdle({ windows, now, keys: scan(otherSpan) }).result.low_use).toEqual([]);
  });

  it("every key falls into one class, whatever the order of the list", () => {
    const dates = fc.option(fc.date({ min: day("2026-01-01"), max: now, noInvalidDate: true }), { nil: null });
    const facts = fc.record({
      status: fc.constantFrom("active", "revoked", null),
      createdAt: dates,
      lastUsedAt: fc.option(dates, { nil: undefined }),
      spendUsd: fc.constantFrom(null, 0, 5),
      spendFrom: fc.constantFrom(null, "2026-10-01", "2026-11-15"),
      capUsd: fc.constantFrom(null, 10),
    });
    fc.assert(
      fc.property(fc.array(facts, { maxLength: 20 }), (list) => {
        const keys = list.map((key, i) => ({ ...key, id: `k${i}`, name: null }));
        const { result } = findIdle({ windows, now, keys: scan(keys) });
        const counted = Object.values(result.keys?.counts ?? {}).reduce((a, b) => a + b, 0);
        expect(counted).toBe(keys.length);
        expect(findIdle({ windows, now, keys: scan([...keys].reverse()) }).result).toEqual(result);
        for (const row of result.keys?.rows ?? []) {
          const key = keys.find(({ id }) => id === row.id);
          const isRecent = (key?.createdAt?.getTime() ?? 0) > now.getTime() - 14 * 86_400_000;
          if (row.class === "idle" || row.class === "never_used")
            expect(isRecent && key?.lastUsedAt === null).toBe(false);
        }
      }),
    );
  });
});
