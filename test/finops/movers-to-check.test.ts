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

  it("a department only when it moved like none of its own", () => {
    const like = compared({ sales: 180 }, { sales: 80 });
    expect(ids({ agent, department: like }, 4)).toEqual(["a", "b", "gone", "c"]);
    const unlike = compared({ sales: 280 }, { sales: 80 });
    expect(ids({ agent, department: unlike }, 4)).toEqual(["a", "b", "gone", "sales"]);
  });

  it("departments stand in where the service has neither agents nor members", () => {
    expect(ids({ department: compared({ x: 9, y: 1 }, { x: 1, y: 2 }) }, 5)).toEqual(["x"]);
  });

  it("where a window is unknown, the largest entities of the other", () => {
    expect(ids({ agent: { current: ok(cut({ a: 5, b: 50 })), previous: failed() } }, 2)).toEqual(["b", "a"]);
  });

  it("master keys have no series", () => {
    expect(ids({ master_key: compared({ k: 100 }, { k: 1 }) }, 5)).toEqual([]);
  });
});
