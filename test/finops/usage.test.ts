import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dayOf } from "../../src/finops/day.ts";
import { type NormaliseOptions, normaliseUsage, type UsageDay } from "../../src/finops/usage.ts";
import { seriesNotes } from "../../src/finops/usage-notes.ts";
import { completeDaysUsd, costPerTokensUsd, exactly, sumSpan } from "../../src/finops/usage-sum.ts";
import { rowsFrom } from "./usage-fixture.ts";

const now = new Date("2026-11-20T10:00:00Z");
const span = { from: "2026-11-16", to: "2026-11-20" };

function normalise(rows: readonly UsageDay[], options: Partial<NormaliseOptions> = {}) {
  const series = normaliseUsage(rows, { span, now, ...options });
  return { ...series, brief: series.days.map((day) => [day.origin, day.costMicro]) };
}

describe("normalising a usage series", () => {
  it("sorts, fills the gaps of a complete source and marks the open day", () => {
    const rows = rowsFrom("2026-11-16", [1, null, 3, null, 5]).reverse();
    const series = normalise(rows);
    expect(series.days.map((day) => day.date)).toEqual([
      "2026-11-16",
      "2026-11-17",
      "2026-11-18",
      "2026-11-19",
      "2026-11-20",
    ]);
    expect(series.brief).toEqual([
      ["reported", 1_000_000],
      ["filled", 0],
      ["reported", 3_000_000],
      ["filled", 0],
      ["reported", 5_000_000],
    ]);
    expect(series.days.map((day) => day.complete)).toEqual([true, true, true, true, false]);
    expect(seriesNotes(series, [span])).toEqual([
      { code: "missing_days", text: "Without a row in a complete answer, so counted as 0: 2026-11-17, 2026-11-19." },
    ]);
  });

  it("a missing day of a degraded or cut-off source is unknown, and so are its zeros", () => {
    const rows = rowsFrom("2026-11-16", [1, null, 0, 2, 5]);
    expect(normalise(rows, { degraded: true }).brief).toEqual([
      ["reported", 1_000_000],
      ["unknown", null],
      ["reported", null],
      ["reported", 2_000_000],
      ["reported", 5_000_000],
    ]);
    const cutOff = normalise(rows, { truncated: true });
    expect(cutOff.brief.map(([, cost]) => cost)).toEqual([1_000_000, null, 0, 2_000_000, 5_000_000]);
    expect(cutOff.notes.map((note) => note.code)).toEqual(["truncated_rows"]);
  });

  it("days the source does not speak for are unknown", () => {
    const series = normalise(rowsFrom("2026-11-18", [3, 4, 5]), { covered: { from: "2026-11-17", to: "2026-11-20" } });
    expect(series.brief.map(([origin]) => origin)).toEqual(["unknown", "filled", "reported", "reported", "reported"]);
    expect(seriesNotes(series, [{ from: "2026-11-16", to: "2026-11-16" }])).toEqual([
      { code: "missing_days", text: "No figures, so unknown and not zero: 2026-11-16." },
    ]);
  });

  it("days before the scope existed are no zeros for statistics and nothing in a sum", () => {
    const rows = rowsFrom("2026-11-18", [3, 4, 5]);
    for (const scopeStart of ["2026-11-18", "first_use"]) {
      const series = normalise(rows, { scopeStart });
      expect(series.brief.slice(0, 3)).toEqual([
        ["before_scope", null],
        ["before_scope", null],
        ["reported", 3_000_000],
      ]);
      expect(sumSpan(series, span).cost).toEqual({ value: 12_000_000, lowerBound: false });
      expect(sumSpan(series, { from: "2026-11-16", to: "2026-11-17" }).cost).toEqual({ value: 0, lowerBound: false });
    }
    expect(normalise([], { scopeStart: "first_use" }).brief.every(([origin]) => origin === "filled")).toBe(true);
  });

  it("counts equal repeats once and leaves out contradicting ones", () => {
    const rows = rowsFrom("2026-11-16", [1, 2, 3, 4, 5]);
    const [first, second] = rows;
    if (!first || !second) throw new Error("fixture");
    const series = normalise([...rows, first, { ...second, costUsd: 9 }]);
    expect(series.brief[0]).toEqual(["reported", 1_000_000]);
    expect(series.brief[1]).toEqual(["conflicting", null]);
    expect(sumSpan(series, span).cost).toEqual({ value: 13_000_000, lowerBound: true });
    expect(seriesNotes(series, [span]).map((note) => note.text)).toEqual([
      "1 duplicate daily records ignored: each day is counted once.",
      "Reported more than once with different figures, so not counted: 2026-11-17.",
    ]);
  });

  it("ignores days outside the span, days after today and texts that are no dates", () => {
    const series = normaliseUsage(
      [...rowsFrom("2026-11-14", [1, 1]), ...rowsFrom("2026-11-21", [7]), ...rowsFrom("2026-11-16", [1, 1, 1, 1, 1])],
      { span: { from: "2026-11-16", to: "2026-11-25" }, now },
    );
    expect(series.days.at(-1)?.date).toBe("2026-11-20");
    expect(sumSpan(series, { from: "2026-11-16", to: "2026-11-25" }).cost).toEqual({
      value: 5_000_000,
      lowerBound: false,
    });
    const odd = { date: "2026-11-1x", costUsd: 1, requests: 1, tokens: 1 };
    expect(normalise([odd]).brief.every(([, cost]) => cost === 0)).toBe(true);
  });

  it("does not invent zeros of a figure the source never reports", () => {
    const rows = [{ date: "2026-11-16", costUsd: 1, requests: null, tokens: null }];
    const sums = sumSpan(normalise(rows), span);
    expect(sums.cost).toEqual({ value: 1_000_000, lowerBound: false });
    expect(sums.tokens).toEqual({ value: null, lowerBound: true });
    expect(exactly(sums.requests)).toBeNull();
  });

  it("a credit stays in the sum and is told apart", () => {
    const sums = sumSpan(normalise(rowsFrom("2026-11-16", [20, -10, 20, 20, 20])), span);
    expect([sums.cost.value, sums.credits]).toEqual([70_000_000, -10_000_000]);
  });

  it("28 days of 20.00 with a credit of 10.00 on one of them total 530.00", () => {
    const days = { from: "2026-10-23", to: "2026-11-19" };
    const rows = rowsFrom(
      "2026-10-23",
      Array.from({ length: 28 }, (_, i) => (i === 15 ? -10 : 20)),
    );
    expect(sumSpan(normaliseUsage(rows, { span: days, now }), days).cost.value).toBe(530_000_000);
  });

  it("days outside a series are unknown in a sum", () => {
    const series = normalise(rowsFrom("2026-11-16", [1, 1, 1, 1, 1]));
    expect(sumSpan(series, { from: "2026-11-10", to: "2026-11-20" }).cost).toEqual({
      value: 5_000_000,
      lowerBound: true,
    });
    expect(sumSpan(series, { from: "2026-11-01", to: "2026-11-02" }).cost).toEqual({ value: null, lowerBound: true });
  });

  it("lists many gaps in short", () => {
    const wide = { from: "2026-11-01", to: "2026-11-20" };
    const rows = rowsFrom("2026-11-01", [1, null, 1, null, 1, null, 1, null, 1, null, 1, null, 1, 1, 1, 1, 1, 1, 1, 1]);
    const [note] = seriesNotes(normaliseUsage(rows, { span: wide, now }), [wide, null]);
    expect(note?.text).toBe(
      "Without a row in a complete answer, so counted as 0: 2026-11-02, 2026-11-04, 2026-11-06, 2026-11-08, 2026-11-10 and more, 6 days in all.",
    );
  });

  it("hands complete days to the statistics", () => {
    expect(completeDaysUsd(normalise(rowsFrom("2026-11-16", [1, 2, 3, 4, 5])))).toEqual({
      dates: ["2026-11-16", "2026-11-17", "2026-11-18", "2026-11-19"],
      usd: [1, 2, 3, 4],
      dow: [1, 2, 3, 4],
    });
  });

  it("has no unit cost without units", () => {
    expect(costPerTokensUsd(1_000_000, 0, 1_000)).toBeNull();
    expect(costPerTokensUsd(null, 5, 1_000)).toBeNull();
    expect(costPerTokensUsd(1_000_000, null, 1_000)).toBeNull();
  });

  it("the order and the repetition of rows never matter", () => {
    const costs = fc.array(fc.option(fc.integer({ min: -500, max: 100_000 }), { nil: null }), {
      minLength: 5,
      maxLength: 5,
    });
    fc.assert(
      fc.property(costs, fc.infiniteStream(fc.nat()), (cents, random) => {
        const rows = rowsFrom(
          "2026-11-16",
          cents.map((cost) => (cost === null ? null : cost / 100)),
        );
        const shuffled = [...rows, ...rows].map((row) => ({ row, key: random.next().value }));
        shuffled.sort((a, b) => a.key - b.key);
        const straight = normalise(rows);
        expect(normalise(shuffled.map(({ row }) => row)).days).toEqual(straight.days);
        const total = cents.reduce<number>((acc, cost) => acc + (cost ?? 0), 0);
        expect(sumSpan(straight, span).cost.value).toBe(total * 10_000);
      }),
    );
  });

  it("a source in cents and a source in USD give the same series", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 10_000_000 }), { minLength: 5, maxLength: 5 }), (cents) => {
        const fromCents = normalise(
          rowsFrom(
            "2026-11-16",
            cents.map((cost) => cost / 100),
          ),
        );
        const fromUsd = normalise(
          rowsFrom(
            "2026-11-16",
            cents.map((cost) => Number((cost / 100).toFixed(2))),
          ),
        );
        expect(fromCents.days).toEqual(fromUsd.days);
      }),
    );
  });

  it("today follows now", () => expect(normalise([]).today).toBe(dayOf(now)));
});
