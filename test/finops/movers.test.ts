import { describe, expect, it } from "vitest";
import { changeBetween } from "../../src/finops/change.ts";
import { toMicro } from "../../src/finops/money.ts";
import { movers } from "../../src/finops/movers.ts";
import { cut, entity, failed, ok } from "./usage-fixture.ts";

const tiny = (cost: number) => Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`agent-${i}`, cost]));

describe("movers", () => {
  it("DX-1 the largest move in USD comes first, pennies go to other", () => {
    const { result } = movers({
      current: ok(cut({ ...tiny(0.03), zz: 19_000 })),
      previous: ok(cut({ ...tiny(0.01), zz: 10_000 })),
      totalCurrent: toMicro(19_000.3),
      totalPrevious: toMicro(10_000.1),
    });
    expect(result).toEqual({
      rows: [
        { id: "zz", name: "ZZ", current_usd: 19_000, previous_usd: 10_000, delta_usd: 9_000, pct: 90, word: "up" },
      ],
      other: { count: 10, delta_usd: 0.2 },
      unattributed_delta_usd: 0,
      total_delta_usd: 9_000.2,
      threshold_usd: 95.0015,
    });
  });

  it("DX-2 a vanished entity is the first row", () => {
    const { result } = movers({
      current: ok(cut({ b: 26_000 })),
      previous: ok(cut({ a: 9_000, b: 26_000 })),
      totalCurrent: toMicro(26_000),
      totalPrevious: toMicro(35_000),
    });
    expect(result.rows).toEqual([
      { id: "a", name: "A", current_usd: 0, previous_usd: 9_000, delta_usd: -9_000, pct: -100, word: "stopped" },
    ]);
    expect(changeBetween(26_000, 35_000).pct).toBe(-25.7);
    expect(result.other).toEqual({ count: 1, delta_usd: 0 });
  });

  it("shows what no entity explains", () => {
    const { result } = movers({
      current: ok(cut({ a: 60 })),
      previous: ok(cut({ a: 50 })),
      totalCurrent: toMicro(75),
      totalPrevious: toMicro(55),
    });
    expect(result).toMatchObject({ total_delta_usd: 20, unattributed_delta_usd: 10 });
  });

  it("GR-8 the previous breakdown failed: nothing is new, every delta is unknown", () => {
    const { result, notes } = movers({
      current: ok(cut({ a: 60, b: 90 })),
      previous: failed(),
      totalCurrent: toMicro(150),
      totalPrevious: toMicro(100),
    });
    expect(result.rows).toEqual([
      { id: "b", name: "B", current_usd: 90, previous_usd: null, delta_usd: null, pct: null, word: "unknown" },
      { id: "a", name: "A", current_usd: 60, previous_usd: null, delta_usd: null, pct: null, word: "unknown" },
    ]);
    expect(result).toMatchObject({
      other: { count: 0, delta_usd: null },
      unattributed_delta_usd: null,
      total_delta_usd: 50,
    });
    expect(notes.map((note) => note.code)).toEqual(["sub_call_failed"]);
  });

  it("the current breakdown failed: nothing has stopped", () => {
    const { result } = movers({
      current: failed(),
      previous: ok(cut({ a: 60 })),
      totalCurrent: null,
      totalPrevious: null,
    });
    expect(result.rows).toMatchObject([{ id: "a", previous_usd: 60, delta_usd: null, word: "unknown" }]);
    expect(result.total_delta_usd).toBeNull();
  });

  it("an id that a cut-off list lacks is unknown, and ranks behind known moves", () => {
    const { result, notes } = movers({
      current: ok(cut({ a: 20 }, false)),
      previous: ok(cut({ a: 10, huge: 900 })),
      totalCurrent: toMicro(920),
      totalPrevious: toMicro(910),
    });
    expect(result.rows.map((row) => [row.id, row.delta_usd, row.word])).toEqual([
      ["a", 10, "up"],
      ["huge", null, "unknown"],
    ]);
    expect(result.unattributed_delta_usd).toBeNull();
    expect(notes.map((note) => note.code)).toEqual(["truncated_rows"]);
  });

  it("a degraded side is shown but not compared, and explains nothing of the change", () => {
    const { result, notes } = movers({
      current: ok(cut({ a: 20, b: 0.5 }), true),
      previous: ok(cut({ a: 10, b: 0.5 })),
      totalCurrent: toMicro(30),
      totalPrevious: toMicro(10),
    });
    expect(result).toMatchObject({
      rows: [{ id: "a", current_usd: 20, previous_usd: 10, delta_usd: null, word: "unknown" }],
      other: { count: 1, delta_usd: null },
      unattributed_delta_usd: null,
      total_delta_usd: 20,
    });
    expect(notes.map((note) => note.code)).toEqual(["degraded_source"]);
  });

  it.each([
    ["shown", 60, { count: 1, delta_usd: 0.1 }],
    ["in other", 0.6, { count: 2, delta_usd: null }],
  ])("a row without a cost that is %s leaves nothing to be unattributed", (_, before, other) => {
    const rows = [entity("a", 20), entity("b", 0.6), entity("hole", null)];
    const { result, notes } = movers({
      current: ok({ rows, complete: true }),
      previous: ok(cut({ a: 10, b: 0.5, hole: before })),
      totalCurrent: toMicro(100),
      totalPrevious: toMicro(50),
    });
    expect(result).toMatchObject({ other, unattributed_delta_usd: null, total_delta_usd: 50 });
    expect(notes.map((note) => note.code)).toEqual(["lower_bound"]);
  });

  it("an empty answer of a degraded service is no answer", () => {
    const { result } = movers({
      current: ok(cut({}), true),
      previous: ok(cut({}), true),
      totalCurrent: toMicro(100),
      totalPrevious: toMicro(50),
    });
    expect(result).toMatchObject({ other: { count: 0, delta_usd: null }, unattributed_delta_usd: null });
  });

  it("cuts at the limit after ranking", () => {
    const many = Object.fromEntries(Array.from({ length: 15 }, (_, i) => [`e${i}`, 10 + i]));
    const { result } = movers({
      current: ok(cut(many)),
      previous: ok(cut({})),
      totalCurrent: null,
      totalPrevious: null,
    });
    expect(result.rows).toHaveLength(10);
    expect(result.rows[0]).toMatchObject({ id: "e14", word: "new", pct: null });
    expect(result.other).toEqual({ count: 5, delta_usd: 60 });
  });
});
