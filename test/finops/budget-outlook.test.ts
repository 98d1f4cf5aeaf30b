import { describe, expect, it } from "vitest";
import { budgetOutlook } from "../../src/finops/budget-outlook.ts";
import { calendarWindow } from "../../src/finops/budget-window.ts";
import { addDays } from "../../src/finops/day.ts";
import { toMicro } from "../../src/finops/money.ts";
import { normaliseUsage } from "../../src/finops/usage.ts";
import { repeat } from "./constructed-series.ts";
import { rowsFrom } from "./usage-fixture.ts";

const now = new Date("2026-11-20T12:00:00Z");
const today = "2026-11-20";

function outlookOf(costs: readonly number[]) {
  const from = addDays(today, -costs.length);
  const series = normaliseUsage(rowsFrom(from, [...costs, 0]), { span: { from, to: today }, now });
  return budgetOutlook({
    series,
    window: calendarWindow("monthly", now),
    budget: toMicro(600),
    spent: { value: toMicro(300), lowerBound: false },
    now,
    scopeId: "workspace",
  });
}

describe("what is said with every outlook of a budget", () => {
  it.each([
    ["a steady series", repeat(28, 20), "The outlook rests on 28 complete days."],
    [
      "a spike that is over",
      [...repeat(20, 20), 90, ...repeat(8, 20)],
      "The outlook rests on 29 complete days, one-off spikes left out: 2026-11-11.",
    ],
    [
      "many spikes",
      [...repeat(14, 20), 90, ...repeat(5, 20), 95, ...repeat(5, 20), 99, ...repeat(5, 20), 97, ...repeat(5, 20)],
      "The outlook rests on 38 complete days, one-off spikes left out: 2026-11-02, 2026-11-08, 2026-11-14 and 1 earlier.",
    ],
    [
      "a level that just moved",
      [...repeat(28, 20), ...repeat(7, 60)],
      "The outlook rests on 35 complete days. Spend moved to a new level up to 2026-11-19, so the range is wide.",
    ],
    ["a short series", repeat(9, 20), "The outlook rests on 9 days: treat it as a rough run rate."],
    [
      "too short a series",
      repeat(5, 20),
      "No forecast and no run-out date: only 5 complete days are known, a forecast needs 7.",
    ],
  ])("%s", (_, costs, text) => {
    expect(outlookOf(costs).notes).toEqual([{ code: "short_history", text }]);
  });

  it("nothing spent: none is expected, and nothing runs out", () => {
    const { result, notes } = outlookOf(repeat(28, 0));
    expect(notes).toEqual([
      { code: "short_history", text: "The outlook rests on 28 complete days without spend: none is expected." },
    ]);
    expect(result).toMatchObject({
      run_out: { p10: null, p50: null, p90: null },
      landing_usd: { p10: 300, p50: 300, p90: 300 },
    });
  });
});
