import { describe, expect, it } from "vitest";
import { problemsText, writeDays } from "../../src/cli/export/days.ts";
import { modelCharge } from "../../src/finops/focus-charge.ts";
import type { DayCharges, FocusSource } from "../../src/gather/focus.ts";

/** Ten days of 5 micro-USD each; what is not said of a day is balanced. */
function sourceOf(
  special: Readonly<Record<number, "exceeded" | "unreadable" | "unknown" | "cut short">>,
): FocusSource & { asked: number[] } {
  const asked: number[] = [];
  const charge = (cost: number) => modelCharge({ provider: "p", model: "m", cost, requests: 1, tokens: 1 }, null);
  const numbers = Array.from({ length: 10 }, (_, i) => i + 1);
  const dateOf = (number: number) => `2026-11-${String(number).padStart(2, "0")}`;
  return {
    asked,
    cut: "model",
    account: { id: "ws", name: null },
    days: numbers.map((number) => ({
      date: dateOf(number),
      costMicro: special[number] === "unknown" ? null : 5,
      requests: 1,
      tokens: 1,
      complete: true,
      origin: "reported",
    })),
    async chargesOf({ date }): Promise<DayCharges> {
      const number = Number(date.slice(8));
      asked.push(number);
      if (special[number] === "unreadable") return { status: "failed", reason: "timeout" };
      const cost = special[number] === "exceeded" ? 20_005 : 5;
      return { status: "ok", charges: [charge(cost)], isCutShort: special[number] === "cut short" };
    },
    totalOf: async () => 5,
  };
}

async function written(source: FocusSource) {
  const chunks: string[] = [];
  const progress: number[] = [];
  const found = await writeDays(source, {
    version: "1.2",
    write: (chunk) => chunks.push(chunk),
    onDays: (read) => progress.push(read),
  });
  return { ...found, chunks, progress };
}

describe("writeDays", () => {
  it("hands the days on in order, a few at a time", async () => {
    const { chunks, progress, tally, problems } = await written(sourceOf({}));
    expect(chunks.map((chunk) => chunk.split(",")[10]?.slice(0, 10))).toEqual(
      Array.from({ length: 10 }, (_, i) => `2026-11-${String(i + 1).padStart(2, "0")}`),
    );
    expect([progress, tally.rows, tally.billed, problems]).toEqual([[4, 8, 10], 10, 50, []]);
  });

  it("goes on after a day that does not add up, to name them all, and writes nothing more", async () => {
    const { chunks, problems } = await written(sourceOf({ 3: "exceeded", 9: "exceeded" }));
    expect(chunks).toHaveLength(2);
    expect(problemsText(problems)).toBe("the charges exceed the usage series by $0.02 on 2026-11-03, 2026-11-09.");
  });

  it("stops behind a day that cannot be read", async () => {
    const source = sourceOf({ 2: "unreadable", 9: "exceeded" });
    const { problems } = await written(source);
    expect(source.asked).toEqual([1, 2, 3, 4]);
    expect(problemsText(problems)).toBe("the charges could not be read (timeout) on 2026-11-02.");
  });

  it("asks for no charges when a total is not known", async () => {
    const source = sourceOf({ 2: "unknown", 7: "unknown" });
    const { problems } = await written(source);
    expect(source.asked).toEqual([]);
    expect(problemsText(problems)).toBe("the total is not known on 2026-11-02, 2026-11-07.");
  });

  it("counts the days whose list may have been cut off", async () => {
    expect((await written(sourceOf({ 1: "cut short", 5: "cut short" }))).cutShortDays).toBe(2);
  });
});
