import { describe, expect, it } from "vitest";
import { fnv1a, mulberry32, seedOf, standardNormal } from "../../src/finops/random.ts";

describe("random", () => {
  it.each([
    ["", 0x811c9dc5],
    ["a", 0xe40c292c],
    ["foobar", 0xbf9cf968],
  ])("FNV-1a of %j is the published value", (text, hash) => {
    expect(fnv1a(text)).toBe(hash);
  });

  it("hashes UTF-8 bytes, not UTF-16 units", () => {
    expect(fnv1a("é")).not.toBe(fnv1a("\u00c3"));
    expect(fnv1a("é")).toBe(fnv1a(Buffer.from([0xc3, 0xa9]).toString("utf8")));
  });

  it("draws the same numbers for the same seed, all in [0, 1)", () => {
    const draws = (seed: number) => Array.from({ length: 1000 }, mulberry32(seed));
    expect(draws(1)).toEqual(draws(1));
    expect(draws(1)).not.toEqual(draws(2));
    expect(draws(1).every((value) => value >= 0 && value < 1)).toBe(true);
    expect(mulberry32(1)()).toBeCloseTo(0.62707394, 8);
  });

  it("draws standard normals", () => {
    const random = mulberry32(7);
    const draws = Array.from({ length: 20_000 }, () => standardNormal(random));
    const mean = draws.reduce((sum, value) => sum + value, 0) / draws.length;
    expect(mean).toBeCloseTo(0, 1);
    expect(draws.reduce((sum, value) => sum + (value - mean) ** 2, 0) / draws.length).toBeCloseTo(1, 1);
  });

  it("a question has its own seed, the same every time", () => {
    expect(seedOf("ws-1", "2026-11-30", "2026-11-20")).toBe(fnv1a("ws-1|2026-11-30|2026-11-20"));
    expect(seedOf("ws-1", "2026-11-30", "2026-11-20")).not.toBe(seedOf("ws-1", "2026-11-30", "2026-11-21"));
  });
});
