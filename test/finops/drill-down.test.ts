import { describe, expect, it } from "vitest";
import { drillDown, drillDownChildren } from "../../src/finops/drill-down.ts";
import type { EntityList } from "../../src/finops/entity-cost.ts";
import { toMicro } from "../../src/finops/money.ts";
import { cut, entity, failed, ok } from "./usage-fixture.ts";

describe("drill down", () => {
  it("DD-1 sorts, then cuts", () => {
    const { result } = drillDown({ list: cut({ a: 1, b: 999 }), total: toMicro(1000), limit: 1 });
    expect(result.rows).toEqual([
      {
        id: "b",
        name: "B",
        cost_usd: 999,
        share_pct: 99.9,
        cumulative_pct: 99.9,
        requests: 1,
        change: { pct: null, word: "unknown" },
      },
    ]);
    expect(result.other).toEqual({ count: 1, cost_usd: 1, share_pct: 0.1 });
    expect(result.listing).toEqual({ total: 2, returned: 1, truncated: false, omitted_usd: 1 });
  });

  it("cumulates shares and shows what belongs to nobody", () => {
    const { result } = drillDown({ list: cut({ eng: 102.96, mkt: 53.04 }), total: toMicro(158), limit: 10 });
    expect(result.rows.map((row) => row.cumulative_pct)).toEqual([65.1, 98.7]);
    expect([result.unattributed_usd, result.unattributed_pct]).toEqual([2, 1.3]);
  });

  it("prints both sums when rows exceed the total", () => {
    const { result, notes } = drillDown({ list: cut({ a: 102.96, b: 53.04 }), total: toMicro(150), limit: 10 });
    expect(result).toMatchObject({ allocation: "over_attributed", unattributed_usd: -6, unattributed_pct: null });
    expect(result).toMatchObject({ rows_total_usd: 156, total_cost_usd: 150 });
    expect(result.rows.map((row) => row.share_pct)).toEqual([66, 34]);
    expect(notes[0]?.text).toContain("$156.00");
    expect(notes[0]?.text).toContain("$150.00");
  });

  it("changes are over the union, vanished entities stay", () => {
    const comparison = { current: ok(cut({ a: 10, fresh: 5 })), previous: ok(cut({ a: 8, gone: 90 })) };
    const { result } = drillDown({ list: cut({ a: 12, fresh: 5 }), total: toMicro(17), comparison, limit: 10 });
    expect(result.rows.map((row) => [row.id, row.cost_usd, row.change.word])).toEqual([
      ["a", 12, "up"],
      ["fresh", 5, "new"],
      ["gone", 0, "stopped"],
    ]);
  });

  it("GR-9 a list whose second page failed is truncated and says so", () => {
    const rows = Array.from({ length: 100 }, (_, i) => entity(`k${i}`, 1));
    const { result, notes } = drillDown({ list: { rows, complete: false }, total: toMicro(150), limit: 200 });
    expect(result.listing).toMatchObject({ returned: 100, truncated: true });
    expect(notes.map((note) => note.code)).toContain("truncated_rows");
  });

  it("contradicting repeats are left out, equal ones count once", () => {
    const rows = [entity("a", 5), entity("a", 6), entity("b", 2), entity("b", 2)];
    const { result, notes } = drillDown({ list: { rows, complete: true }, total: toMicro(8), limit: 10 });
    expect(result.rows.map((row) => [row.id, row.cost_usd, row.share_pct, row.cumulative_pct])).toEqual([
      ["b", 2, 25, 25],
      ["a", null, null, 25],
    ]);
    expect(result.unattributed_usd).toBe(6);
    expect(notes.map((note) => note.code)).toEqual(["unattributed_remainder", "lower_bound", "over_attributed"]);
    const repeated = drillDown({
      list: { rows: [entity("b", 2), entity("b", 2)], complete: true },
      total: toMicro(2),
      limit: 10,
    });
    expect(repeated.notes.map((note) => note.text)).toEqual(["1 duplicate records ignored: each id is counted once."]);
  });

  it("a degraded breakdown has figures but no shares and no stopped entities", () => {
    const comparison = { current: ok(cut({ a: 10 }), true), previous: ok(cut({ a: 8, gone: 90 })) };
    const { result } = drillDown({ list: cut({ a: 10 }), degraded: true, total: toMicro(10), comparison, limit: 10 });
    expect(result.rows).toMatchObject([{ id: "a", cost_usd: 10, share_pct: null, change: { word: "unknown" } }]);
  });

  it("the second level is reconciled with its parent, or told as failed", () => {
    const level = drillDownChildren(ok(cut({ m1: 3, m2: 1 })), toMicro(5), 10);
    expect(level.result).toMatchObject({ status: "ok", unattributed_usd: 1, total_cost_usd: 5 });
    const broken = drillDownChildren(failed<EntityList>(), toMicro(5), 10);
    expect(broken.result).toEqual({ status: "failed", reason: "upstream" });
    expect(broken.notes.map((note) => note.code)).toEqual(["sub_call_failed"]);
  });
});
