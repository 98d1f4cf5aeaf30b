import { describe, expect, it } from "vitest";
import type { ModelRow } from "../../src/finops/entity-cost.ts";
import { toMicro } from "../../src/finops/money.ts";
import { type PriceVolumeMix, priceVolumeMix } from "../../src/finops/price-volume-mix.ts";
import { failed, ok } from "./usage-fixture.ts";

function row(model: string, requests: number | null, tokens: number | null, costUsd: number | null): ModelRow {
  return { provider: "p", model, requests, tokens, costUsd };
}

const BEFORE = [row("big", 400, 800_000, 8), row("small", 600, 600_000, 0.6)];
const AFTER = [row("big", 600, 1_320_000, 13.2), row("small", 500, 500_000, 0.45), row("fresh", 100, 50_000, 0.25)];

function split(current: ModelRow[], previous: ModelRow[], totalDelta: number | null) {
  const delta = totalDelta === null ? null : toMicro(totalDelta);
  return priceVolumeMix({ current: ok(current), previous: ok(previous), totalDelta: delta });
}

function sum(mix: PriceVolumeMix | null): number {
  if (mix === null) return Number.NaN;
  const { entered_usd: _in, left_usd: _out, total_delta_usd: _total, largest_price_move: _largest, ...parts } = mix;
  return Object.values(parts).reduce((total, part) => total + part, 0);
}

describe("price, volume and mix of a change", () => {
  it("CA-3 adds up to the change of the models", () => {
    const { result, notes } = split(AFTER, BEFORE, 5.3);
    expect(result).toEqual({
      volume_usd: 1.99,
      mix_usd: 2.38,
      tokens_per_request_usd: 0.99,
      price_usd: -0.06,
      entered_usd: 0.25,
      left_usd: 0,
      unattributed_usd: 0,
      total_delta_usd: 5.3,
    });
    expect(notes).toEqual([]);
  });

  it("money of the total that no model holds is unattributed", () => {
    const { result } = split(AFTER, BEFORE, 7);
    expect(result).toMatchObject({ unattributed_usd: 1.7, total_delta_usd: 7 });
    expect(sum(result)).toBeCloseTo(7, 9);
  });

  it("without the total, the models stand for it", () => {
    expect(split(AFTER, BEFORE, null).result).toMatchObject({ total_delta_usd: 5.3, unattributed_usd: 0 });
  });

  it("without tokens, price and tokens per request are one factor", () => {
    const { result, notes } = split(
      [...AFTER, row("blind", 20, null, 2)],
      [...BEFORE, row("blind", 10, null, 1)],
      null,
    );
    expect(result).not.toHaveProperty("price_usd");
    expect(result).toHaveProperty("cost_per_request_usd");
    expect(sum(result)).toBeCloseTo(6.3, 9);
    expect(notes.map(({ code }) => code)).toEqual(["price_missing"]);
  });

  it("credits have a row of their own", () => {
    const { result } = split([...AFTER, row("refund", 0, 0, -2)], BEFORE, null);
    expect(result).toMatchObject({ credits_usd: -2, total_delta_usd: 3.3 });
  });

  it("names the model whose unit cost did most, up or down, and none for the drift of token blends", () => {
    const before = [row("dear", 100, 100_000, 10), row("cheap", 100, 100_000, 4), row("steady", 100, 100_000, 50)];
    const later = (dear: number, cheap: number) => [
      row("dear", 100, 100_000, dear),
      row("cheap", 100, 200_000, cheap),
      row("steady", 100, 100_000, 56),
    ];
    const largest = (rows: ModelRow[]) => split(rows, before, null).result?.largest_price_move;
    expect(largest(later(15, 8))).toEqual({ model: "p/dear", usd: 5, pct: 50 });
    expect(largest(later(10, 4))).toEqual({ model: "p/cheap", usd: -2.77, pct: -50 });
    expect(largest(later(10.9, 8.4))).toBeUndefined();
  });

  it.each([
    ["a failed side", { current: failed<ModelRow[]>(), previous: ok(BEFORE) }],
    ["a degraded side", { current: ok(AFTER, true), previous: ok(BEFORE) }],
    ["a model of unknown cost", { current: ok([row("big", 1, 1, null)]), previous: ok(BEFORE) }],
  ])("is null with %s", (_what, sides) => {
    expect(priceVolumeMix({ ...sides, totalDelta: toMicro(5) }).result).toBeNull();
  });
});
