import { describe, expect, it } from "vitest";
import { costByModel } from "../../src/finops/by-model.ts";
import { type ModelRow, mergeModels } from "../../src/finops/entity-cost.ts";
import { toMicro } from "../../src/finops/money.ts";
import { failed, ok } from "./usage-fixture.ts";

function model(
  name: string,
  costUsd: number | null,
  requests: number | null = 1,
  tokens: number | null = 1_000,
): ModelRow {
  return { provider: "openai", model: name, costUsd, requests, tokens };
}

describe("cost by model", () => {
  const rows = [model("small", 53.04, 2_402, 3_391_920), model("big", 102.96, 3_853, 6_030_080)];

  it("BM-1 shares add up and unit prices are effective ones", () => {
    const { result, notes } = costByModel({ rows, total: toMicro(158), limit: 20 });
    expect(result.models.map((row) => [row.model, row.cost_usd, row.share_pct])).toEqual([
      ["big", 102.96, 65.1],
      ["small", 53.04, 33.6],
    ]);
    expect(result.models.map((row) => row.cost_per_request_usd)).toEqual([0.026722, 0.022082]);
    expect(result.models[0]?.cost_per_1m_tokens_usd).toBeCloseTo(17.0744, 4);
    expect(result.models[1]?.cost_per_1m_tokens_usd).toBeCloseTo(15.6372, 4);
    expect(result).toMatchObject({
      top_share_pct: 65.1,
      unattributed_usd: 2,
      unattributed_pct: 1.3,
      rows_total_usd: 156,
      total_cost_usd: 158,
      allocation: "unattributed",
      other: { count: 0, cost_usd: 0, share_pct: 0 },
      listing: { total: 2, returned: 2, truncated: false, omitted_usd: 0 },
    });
    expect(notes.map((note) => note.code)).toEqual(["unattributed_remainder"]);
  });

  it("merges split rows, counts repeated ones once", () => {
    const merged = mergeModels([model("a", 0.1, 1, 10), model("a", 0.2, 2, 20), model("b", 1), model("b", 1)]);
    expect(merged.map((row) => [row.id, row.costUsd, row.requests, row.tokens])).toEqual([
      ["openai/a", 0.3, 3, 30],
      ["openai/b", 1, 1, 1_000],
    ]);
    const half = mergeModels([model("a", 1, 1, 10), { ...model("a", null), provider: "openai" }]);
    expect(half[0]).toMatchObject({ costUsd: null });
    expect(mergeModels([{ ...model("a", 1), provider: null }])[0]?.id).toBe("a");
  });

  it("says that rows equal in every figure were counted once", () => {
    const rows = [model("a", 5), model("a", 5), model("b", 3)];
    const { result, notes } = costByModel({ rows, total: toMicro(13), limit: 9 });
    expect(result).toMatchObject({ rows_total_usd: 8, unattributed_usd: 5 });
    expect(notes.map(({ text }) => text)).toEqual([
      "$5.00 of $13.00 belongs to no row and is shown as unattributed.",
      "Model records equal to another in every figure: 1. They count once; if they are use of their own, that money belongs to no row here.",
    ]);
  });

  it("changes come from the union of both windows, and a model that stopped stays", () => {
    const comparison = { current: ok([model("big", 80)]), previous: ok([model("big", 100), model("old", 40)]) };
    const { result } = costByModel({ rows: [model("big", 90)], total: toMicro(90), comparison, limit: 20 });
    expect(result.models.map((row) => [row.model, row.cost_usd, row.change])).toEqual([
      ["big", 90, { pct: -20, word: "down" }],
      ["old", 0, { pct: -100, word: "stopped" }],
    ]);
  });

  it.each([
    ["complete", ok([model("big", 80)]), "none"],
    ["degraded", ok([model("big", 80)], true), "unknown"],
    ["failed", failed<ModelRow[]>(), "unknown"],
  ])("of a model used only today the change is told where the window before is %s", (_, previous, word) => {
    const comparison = { current: ok([model("big", 80)]), previous };
    const { result } = costByModel({
      rows: [model("big", 90), model("fresh", 1)],
      total: toMicro(91),
      comparison,
      limit: 9,
    });
    expect(result.models[1]).toMatchObject({ model: "fresh", change: { pct: null, word } });
  });

  it("a failed comparison window makes nothing new and nothing stopped", () => {
    const comparison = { current: ok([model("big", 80)]), previous: failed<ModelRow[]>() };
    const { result, notes } = costByModel({ rows: [model("big", 90)], total: toMicro(90), comparison, limit: 20 });
    expect(result.models[0]?.change).toEqual({ pct: null, word: "unknown" });
    expect(notes.map((note) => note.code)).toEqual(["sub_call_failed"]);
  });

  it("flags models without a price and costs without requests", () => {
    const odd = [model("free", 0, 5, 900), model("ghost", 3, 0, null)];
    const { result, notes } = costByModel({ rows: odd, total: toMicro(3), limit: 20 });
    expect(result.models.map((row) => [row.model, row.flags, row.cost_per_request_usd])).toEqual([
      ["ghost", ["cost_without_requests"], null],
      ["free", ["zero_priced"], 0],
    ]);
    expect(notes.map((note) => note.code)).toEqual(["price_missing"]);
  });

  it("cuts the tail into one row and keeps the sum", () => {
    const { result } = costByModel({ rows: [...rows, model("mini", 2)], total: toMicro(158), limit: 1 });
    expect(result.models).toHaveLength(1);
    expect(result.other).toEqual({ count: 2, cost_usd: 55.04, share_pct: 34.8 });
    expect(result.top_share_pct).toBe(65.2);
  });

  it("an unknown total: the models are a lower bound, shares are of their sum", () => {
    const { result } = costByModel({ rows, total: null, limit: 20 });
    expect(result).toMatchObject({
      total_cost_usd: 156,
      lower_bound: true,
      allocation: "unknown",
      unattributed_usd: null,
    });
    expect(result.models.map((row) => row.share_pct)).toEqual([66, 34]);
  });

  it("degraded zeros are unknown and no share is taken", () => {
    const { result, notes } = costByModel({
      rows: [model("a", 0, 0, 0), model("b", 5)],
      degraded: true,
      total: null,
      limit: 9,
    });
    expect(result.models.map((row) => [row.model, row.cost_usd, row.share_pct])).toEqual([
      ["b", 5, null],
      ["a", null, null],
    ]);
    expect(notes.map((note) => note.code)).toEqual(["degraded_source", "lower_bound", "lower_bound"]);
  });

  it.each([
    ["an empty list", []],
    ["zeros", [model("a", 0, 0, 0)]],
  ])("a degraded answer with %s and no total knows nothing, and says so once", (_, rows) => {
    const { result, notes } = costByModel({ rows, degraded: true, total: null, limit: 9 });
    expect(result).toMatchObject({
      total_cost_usd: null,
      rows_total_usd: null,
      unattributed_usd: null,
      lower_bound: false,
      allocation: "unknown",
    });
    expect(notes.map(({ text }) => text)).toEqual([
      'The model table answered in degraded mode: its zeros and gaps are unknown, not "no spend".',
      "What was spent is not known: neither the total nor the cost of a row could be read.",
    ]);
  });

  it("money beside rows without a cost is not said to belong to nobody", () => {
    const { result, notes } = costByModel({
      rows: [model("a", 0), model("b", 5)],
      degraded: true,
      total: toMicro(9),
      limit: 9,
    });
    expect(result).toMatchObject({ total_cost_usd: 9, unattributed_usd: 4 });
    expect(notes.map(({ text }) => text)).toContain(
      "$4.00 of $9.00 belongs to no row whose cost could be read and is shown as unattributed.",
    );
  });

  it("no models at all", () => {
    expect(costByModel({ rows: [], total: 0, limit: 9 }).result).toMatchObject({ models: [], top_share_pct: null });
  });
});
