import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Decomposition, decomposeCost, inCents, type ModelPair, type ModelUse } from "../../src/finops/lmdi.ts";

const use = (requests: number | null, tokens: number | null, costUsd: number): ModelUse => ({
  requests,
  tokens,
  costUsd,
});
const NOTHING = use(0, 0, 0);
const model = (id: string, previous: ModelUse, current: ModelUse): ModelPair => ({ id, previous, current });
const usdOf = (split: Decomposition) => Object.fromEntries(split.factors.map(({ factor, usd }) => [factor, usd]));
const sumOf = (split: Decomposition) =>
  split.factors.reduce((sum, { usd }) => sum + usd, split.unattributedUsd + split.creditsUsd);

const CA3 = [
  model("big", use(400, 800_000, 8), use(600, 1_320_000, 13.2)),
  model("small", use(600, 600_000, 0.6), use(500, 500_000, 0.45)),
  model("fresh", NOTHING, use(100, 50_000, 0.25)),
];

describe("decomposeCost", () => {
  it("CA-3 volume, mix, tokens per request and price add up to the change", () => {
    const split = decomposeCost(CA3);
    const usd = usdOf(split);
    expect(usd.volume).toBeCloseTo(1.988273, 6);
    expect(usd.mix).toBeCloseTo(2.376972, 6);
    expect(usd.tokens_per_request).toBeCloseTo(0.989691, 6);
    expect(usd.price).toBeCloseTo(-0.054936, 6);
    expect(split).toMatchObject({ enteredUsd: 0.25, leftUsd: 0, unattributedUsd: 0, creditsUsd: 0 });
    expect(split.changeUsd).toBeCloseTo(5.3, 9);
    expect(inCents(split).map(({ usd: cents }) => cents)).toEqual([1.99, 2.38, 0.99, -0.06, 0, 0]);
  });

  it("three factors when the tokens of a model with cost are unknown", () => {
    const split = decomposeCost([...CA3, model("blind", use(10, null, 1), use(20, null, 2))]);
    expect(split.factors.map(({ factor }) => factor)).toEqual(["volume", "mix", "cost_per_request"]);
    expect(sumOf(split)).toBeCloseTo(split.changeUsd, 9);
  });

  it("unknown tokens of a model without cost do not matter", () => {
    expect(decomposeCost([...CA3, model("free", use(0, null, 0), NOTHING)]).factors).toHaveLength(4);
  });

  it.each([
    ["no requests before: entered", model("m", NOTHING, use(10, 100, 4)), { mix: 4 }],
    ["no requests now: left", model("m", use(10, 100, 4), NOTHING), { mix: -4 }],
    ["requests without tokens", model("m", use(10, 0, 0), use(10, 100, 4)), { tokens_per_request: 4 }],
    ["tokens without cost", model("m", use(10, 100, 0), use(10, 100, 4)), { price: 4 }],
  ])("a zero side goes to the first factor that is zero there: %s", (_, pair, expected) => {
    const usd = usdOf(decomposeCost([pair]));
    expect(usd).toEqual({ volume: 0, mix: 0, tokens_per_request: 0, price: 0, ...expected });
  });

  it("came and went are told apart inside mix", () => {
    const split = decomposeCost([model("a", NOTHING, use(5, 50, 3)), model("b", use(5, 50, 2), NOTHING)]);
    expect(split).toMatchObject({ enteredUsd: 3, leftUsd: -2, changeUsd: 1 });
    expect(usdOf(split).mix).toBe(1);
  });

  it.each([
    ["without requests", use(0, 0, 5)],
    ["with unknown requests", use(null, 100, 5)],
    ["without tokens", use(10, 0, 5)],
  ])("cost %s on a side is unattributed", (_, current) => {
    expect(decomposeCost([model("m", use(10, 100, 4), current)])).toMatchObject({ unattributedUsd: 1, changeUsd: 1 });
  });

  it("credits are taken out first", () => {
    const split = decomposeCost([...CA3, model("credit", use(0, null, -1), use(0, null, -3))]);
    expect(split.creditsUsd).toBe(-2);
    expect(usdOf(split)).toEqual(usdOf(decomposeCost(CA3)));
    expect(split.changeUsd).toBeCloseTo(3.3, 9);
    expect(inCents(split).reduce((sum, { usd }) => sum + usd, 0)).toBeCloseTo(3.3, 9);
  });

  it("splitting a model in two with the same ratios keeps the volume", () => {
    const half = (u: ModelUse) => use((u.requests ?? 0) / 2, (u.tokens ?? 0) / 2, u.costUsd / 2);
    const [big, ...rest] = CA3;
    if (big === undefined) throw new Error("there is one");
    const halves = ["one", "two"].map((id) => model(id, half(big.previous), half(big.current)));
    expect(usdOf(decomposeCost([...halves, ...rest])).volume).toBeCloseTo(usdOf(decomposeCost(CA3)).volume ?? 0, 9);
  });

  const side = fc.oneof(
    fc.constant(NOTHING),
    fc.record({
      requests: fc.option(fc.integer({ min: 0, max: 5000 }), { freq: 10 }),
      tokens: fc.option(fc.integer({ min: 0, max: 1_000_000 }), { freq: 10 }),
      costUsd: fc.integer({ min: -500, max: 100_000 }).map((n) => (Math.abs(n) < 100 ? 0 : n / 100)),
    }),
  );
  const table = fc.array(fc.record({ id: fc.string(), previous: side, current: side }), { maxLength: 6 });

  it("adds up within 1e-9, never NaN, and flips its signs when the windows are swapped", () => {
    fc.assert(
      fc.property(table, (models) => {
        const split = decomposeCost(models);
        expect(Math.abs(sumOf(split) - split.changeUsd)).toBeLessThan(1e-9);
        expect(Math.abs(inCents(split).reduce((sum, { usd }) => sum + usd, 0) - split.changeUsd)).toBeLessThan(
          0.005001,
        );
        const swapped = usdOf(decomposeCost(models.map(({ id, previous, current }) => model(id, current, previous))));
        for (const { factor, usd } of split.factors) {
          expect(Number.isFinite(usd)).toBe(true);
          expect(swapped[factor]).toBeCloseTo(-usd, 9);
        }
      }),
      { seed: 1, numRuns: 300 },
    );
  });
});
