import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Candidate, cheaperAlternatives, repriceMix } from "../../src/finops/what-if.ts";

const MIX = { input: 2_000_000, cacheRead: 1_000_000, cacheWrite: 0, output: 500_000 };
const SMALL = { input: 0.8, output: 4, cacheRead: 0.08, cacheWrite: 1 };

describe("repriceMix", () => {
  it("WI-1: range, saving and break-even of a cheaper model", () => {
    expect(repriceMix(MIX, 13.8, SMALL)).toEqual({
      same_usd: 3.68,
      low_usd: 2.95,
      high_usd: 5.5,
      saving_usd: 10.12,
      saving_low_usd: 8.3,
      saving_high_usd: 10.85,
      break_even_output_factor: 6.06,
    });
  });

  it("prices cached tokens as input where the new model has no cache price", () => {
    expect(repriceMix(MIX, 13.8, { ...SMALL, cacheRead: null, cacheWrite: null }).same_usd).toBe(4.4);
  });

  it("keeps low ≤ same ≤ high for any mix and any price", () => {
    const count = fc.integer({ min: 0, max: 1e9 });
    const price = fc.double({ min: 0, max: 100, noNaN: true });
    fc.assert(
      fc.property(
        count,
        count,
        count,
        count,
        price,
        price,
        (input, cacheRead, cacheWrite, output, priceIn, priceOut) => {
          const mix = { input, cacheRead, cacheWrite, output };
          const found = repriceMix(mix, 1, { input: priceIn, output: priceOut, cacheRead: null, cacheWrite: null });
          expect(found.low_usd).toBeLessThanOrEqual(found.same_usd);
          expect(found.same_usd).toBeLessThanOrEqual(found.high_usd);
        },
      ),
    );
  });
});

describe("cheaperAlternatives", () => {
  const candidate = (model: string, kind: string, factor: number): Candidate => ({
    provider: "p",
    model,
    kind,
    price: { input: 3 * factor, output: 15 * factor, cacheRead: null, cacheWrite: null },
  });
  const catalogue = [
    candidate("big", "chat", 1),
    candidate("mini", "chat", 0.1),
    candidate("mid", "chat", 0.5),
    candidate("picture", "image", 0.01),
  ];
  const inUse = { provider: "p", model: "big", tokens: MIX, costUsd: 16.5 };

  it("offers models of the same kind whose whole range is cheaper, largest saving first", () => {
    expect(cheaperAlternatives(inUse, catalogue, 3).map(({ instead }) => instead)).toEqual(["mini", "mid"]);
  });

  it("offers nothing for a model that the catalogue does not know", () => {
    expect(cheaperAlternatives({ ...inUse, model: "unknown" }, catalogue, 3)).toEqual([]);
  });
});
