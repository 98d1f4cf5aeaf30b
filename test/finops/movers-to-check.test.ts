import { describe, expect, it } from "vitest";
import { moversToCheck } from "../../src/finops/movers-to-check.ts";
import { cut, failed, ok } from "./usage-fixture.ts";

function compared(current: Record<string, number>, previous: Record<string, number>) {
  return { current: ok(cut(current)), previous: ok(cut(previous)) };
}

function ids(cuts: Parameters<typeof moversToCheck>[0], most: number): string[] {
  return moversToCheck(cuts, most).map(({ id }) => id);
}

describe("which movers' days are read", () => {
  const agent = compared({ a: 100, b: 50, c: 9, d: 5 }, { a: 10, b: 10, c: 1, d: 5, gone: 30 });

  it("the largest moves by USD, vanished ones included, those that stood still never", () => {
    expect(ids({ agent }, 5)).toEqual(["a", "b", "gone", "c"]);
    expect(ids({ agent }, 2)).toEqual(["a", "b"]);
  });

  it("agents and members in one ranking", () => {
    expect(ids({ agent, member: compared({ m: 60 }, { m: 15 }) }, 3)).toEqual(["a", "m", "b"]);
  });

  it("what is new, gone or changed for sure before a large one that only drifted", () => {
    const drifting = Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`steady${i}`, 100 + i]));
    const cuts = {
      agent: compared(
        { ...drifting, large: 2_200, fresh: 30, tripled: 60, quiet: 60 },
        {
          large: 2_000,
          tripled: 20,
          quiet: 90,
          left: 25,
          ...Object.fromEntries(Object.keys(drifting).map((id) => [id, 100])),
        },
      ),
    };
    expect(ids(cuts, 5)).toEqual(["tripled", "fresh", "left", "quiet", "large"]);
  });

  it("one that fell silent counts with what it would have cost since", () => {
    const agent = compared({ a: 130, halfway: 46, weekend: 46 }, { a: 100, halfway: 60, weekend: 60 });
    const window = { from: "2026-10-21", to: "2026-11-19" };
    const days = new Map([
      ["halfway", "2026-11-12"],
      ["weekend", "2026-11-17"],
    ]);
    expect(moversToCheck({ agent }, 1, { window, days })).toMatchObject([{ id: "halfway" }]);
    expect(moversToCheck({ agent }, 1)).toMatchObject([{ id: "a" }]);
  });

  it.each([
    ["moved by no more than its own may have", { sales: 218 }, { sales: 80 }, 5, ["a", "b", "gone", "c"]],
    ["moved by more, and a place is free", { sales: 280 }, { sales: 80 }, 5, ["a", "b", "gone", "c", "sales"]],
    ["moved by more, but every place is taken by news", { sales: 280 }, { sales: 80 }, 4, ["a", "b", "gone", "c"]],
  ])("a department that %s", (_, current, previous, most, chosen) => {
    expect(ids({ agent, department: compared(current, previous) }, most)).toEqual(chosen);
  });

  it("a department before an agent that only drifted", () => {
    const leaves = compared({ a: 110, b: 105, c: 95 }, { a: 100, b: 100, c: 100 });
    expect(ids({ agent: leaves, department: compared({ x: 600 }, { x: 300 }) }, 2)).toEqual(["a", "x"]);
  });

  it("departments stand in where the service has neither agents nor members", () => {
    expect(ids({ department: compared({ x: 9, y: 1 }, { x: 1, y: 2 }) }, 5)).toEqual(["x", "y"]);
  });

  it("where a window is unknown, the largest entities of the other", () => {
    expect(ids({ agent: { current: ok(cut({ a: 5, b: 50 })), previous: failed() } }, 2)).toEqual(["b", "a"]);
  });

  it("master keys have no series", () => {
    expect(ids({ master_key: compared({ k: 100 }, { k: 1 }) }, 5)).toEqual([]);
  });
});
