import { describe, expect, it } from "vitest";
import { type LiveFigures, type LiveRow, summariseLiveDay } from "../../src/finops/live-day.ts";

function rows(costs: Record<string, number | null>): LiveRow[] {
  return Object.entries(costs).map(([id, costUsd]) => ({
    id,
    name: id.toUpperCase(),
    provider: null,
    costUsd,
    requests: 1,
  }));
}

const SUMMARY = {
  costUsd: 10,
  requests: 100,
  tokens: 5_000,
  inputTokens: null,
  outputTokens: null,
  successPct: 99,
  avgLatencyMs: 900,
};
const LIVE: LiveFigures = {
  summary: SUMMARY,
  models: rows({ a: 2, b: 5, c: 1 }),
  keys: rows({ k: 4 }),
  hasRawCost: false,
};

function summarise(live: Partial<LiveFigures>, limit = 5, degraded = false) {
  const { result, notes } = summariseLiveDay({ ...LIVE, ...live }, limit, degraded);
  return { result, codes: notes.map(({ code }) => code) };
}

describe("summariseLiveDay", () => {
  it("ranks before it cuts, and rows plus the rest are the total", () => {
    const { result } = summarise({}, 2);
    expect(result.models).toEqual({
      rows: [
        { id: "b", name: "B", provider: null, cost_usd: 5, share_pct: 50, requests: 1 },
        { id: "a", name: "A", provider: null, cost_usd: 2, share_pct: 20, requests: 1 },
      ],
      not_listed_usd: 3,
      not_listed_pct: 30,
    });
    expect(result.keys).toMatchObject({ not_listed_usd: 6, not_listed_pct: 60 });
    expect(result).toMatchObject({ total_cost_usd: 10, lower_bound: false, cost_per_request_usd: 0.1 });
  });

  it("takes the larger cut as a lower bound when the total is missing; models and keys are never added", () => {
    const { result, codes } = summarise({ summary: { ...SUMMARY, costUsd: null } });
    expect(result).toMatchObject({ total_cost_usd: 8, lower_bound: true, cost_per_request_usd: null });
    expect(result.models?.rows[0]?.share_pct).toBeNull();
    expect(codes).toContain("lower_bound");
  });

  it("leaves storage units out of money and says so", () => {
    const { result, codes } = summarise({
      summary: { ...SUMMARY, costUsd: null },
      models: null,
      keys: null,
      hasRawCost: true,
    });
    expect(result).toMatchObject({ total_cost_usd: null, lower_bound: false, requests: 100, models: null, keys: null });
    expect(codes).toContain("unit_unknown");
  });

  it("gives no shares when the rows exceed the total", () => {
    const { result, codes } = summarise({ models: rows({ a: 11 }) });
    expect(result.models).toMatchObject({ rows: [{ cost_usd: 11, share_pct: null }], not_listed_usd: null });
    expect(codes).toContain("over_attributed");
  });

  it("takes zeros of a degraded source for unknown", () => {
    const zeros = { ...SUMMARY, costUsd: 0, requests: 0, successPct: 0 };
    const { result } = summarise({ summary: zeros, models: rows({ a: 0 }), keys: [] }, 5, true);
    expect(result).toMatchObject({ total_cost_usd: null, requests: null, success_pct: null });
    expect(result.models?.rows[0]?.cost_usd).toBeNull();
  });

  it("takes no shares of a degraded source", () => {
    const { result } = summarise({ models: rows({ a: 5 }), keys: rows({ k: 5 }) }, 5, true);
    for (const list of [result.models, result.keys]) {
      expect(list).toMatchObject({
        rows: [{ cost_usd: 5, share_pct: null }],
        not_listed_usd: null,
        not_listed_pct: null,
      });
    }
  });

  it("keeps a row without a cost, last and without a share", () => {
    expect(
      summarise({ models: rows({ z: null, a: 1 }) }).result.models?.rows.map(({ id, share_pct }) => [id, share_pct]),
    ).toEqual([
      ["a", 10],
      ["z", null],
    ]);
  });
});
