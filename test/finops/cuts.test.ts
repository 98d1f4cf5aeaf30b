import { describe, expect, it } from "vitest";
import { isPlaceholderSuspected } from "../../src/finops/part.ts";
import { rankByUsd } from "../../src/finops/rank.ts";
import { reconcile } from "../../src/finops/reconcile.ts";
import { totalOnce } from "../../src/finops/total-once.ts";

const usd = (amount: number) => Math.round(amount * 1_000_000);

describe("one total, several cuts", () => {
  it("GR-5 cuts of the same money are never added", () => {
    const cuts = { agents: usd(10), departments: usd(10), master_keys: usd(10) };
    expect(totalOnce({ value: usd(10), lowerBound: false }, cuts)).toEqual({
      micro: usd(10),
      lowerBound: false,
      source: "usage_series",
      notes: [],
    });
  });

  it("GR-5 without the series the largest cut is a lower bound", () => {
    const total = totalOnce(null, { agents: usd(9.2), departments: usd(10), models: null });
    expect(total).toMatchObject({ micro: usd(10), lowerBound: true, source: "departments" });
    expect(total.notes).toEqual([
      {
        code: "lower_bound",
        text: "The usage series is missing: the total is at least $10.00, the sum by departments.",
      },
    ]);
    expect(totalOnce({ value: null, lowerBound: true }, {})).toMatchObject({ micro: null, source: null });
  });

  it("one more cut never changes the total", () => {
    const series = { value: usd(10), lowerBound: false };
    expect(totalOnce(series, { agents: usd(10), members: usd(99) })).toEqual(totalOnce(series, { agents: usd(10) }));
  });

  it.each([
    ["GR-6 unattributed", 160, 156, "unattributed", 4, 160],
    ["GR-6 balanced", 156, 156, "balanced", 0, 156],
    ["GR-6 over-attributed", 150, 156, "over_attributed", -6, 156],
    ["a tenth of a percent", 1000, 999, "balanced", 1, 1000],
    ["a cent", 1, 0.99, "balanced", 0.01, 1],
  ])("%s", (_, total, parts, allocation, remainder, base) => {
    const settled = reconcile(usd(total), usd(parts));
    expect(settled).toMatchObject({ allocation, remainder: usd(remainder), shareBase: usd(base) });
    expect(settled.parts + settled.remainder).toBe(usd(total));
    expect(settled.notes).toHaveLength(allocation === "balanced" ? 0 : 1);
  });

  it("without a total the parts are a lower bound", () => {
    expect(reconcile(null, usd(5))).toMatchObject({
      allocation: "unknown",
      total: usd(5),
      remainder: 0,
      lowerBound: true,
    });
  });

  it("GR-9 ranks before it cuts, ties by id, unknown last", () => {
    const items = [
      { id: "c", usd: 1 },
      { id: "b", usd: null },
      { id: "a", usd: 999 },
      { id: "e", usd: 1 },
      { id: "d", usd: null },
    ];
    const ranked = rankByUsd(items, (item) => item.usd, 3);
    expect(ranked.shown.map((item) => item.id)).toEqual(["a", "c", "e"]);
    expect(ranked.rest.map((item) => item.id)).toEqual(["b", "d"]);
  });

  it("all zeros beside positive usage are a placeholder", () => {
    expect(isPlaceholderSuspected([0, null, 0], usd(5))).toBe(true);
    expect(isPlaceholderSuspected([0, 0], 0)).toBe(false);
    expect(isPlaceholderSuspected([0, 0], null)).toBe(false);
    expect(isPlaceholderSuspected([0, 1], usd(5))).toBe(false);
  });
});
