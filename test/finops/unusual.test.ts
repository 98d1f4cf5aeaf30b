import { describe, expect, it } from "vitest";
import { addDays } from "../../src/finops/day.ts";
import { compareEntity } from "../../src/finops/entity-comparison.ts";
import { toMicro } from "../../src/finops/money.ts";
import { unusualSpend } from "../../src/finops/unusual.ts";
import { normaliseUsage } from "../../src/finops/usage.ts";
import { resolveWindows } from "../../src/finops/window.ts";
import { repeat } from "./constructed-series.ts";
import { rowsFrom } from "./usage-fixture.ts";

const now = new Date("2026-11-20T10:00:00Z");
const window = { from: "2026-11-13", to: "2026-11-19" };

/** Days before the window and the seven days of it. */
function series(before: readonly (number | null)[], during: readonly number[]) {
  const from = addDays(window.from, -before.length);
  return normaliseUsage(rowsFrom(from, [...before, ...during]), { span: { from, to: "2026-11-20" }, now });
}

describe("is the spend of a window unusual for its scope", () => {
  it("CP-2 28 days of 20 and then 190 in a week is high", () => {
    const { result, notes } = unusualSpend(series(repeat(28, 20), repeat(7, 190 / 7)), window, toMicro(190));
    expect(result).toEqual({
      unusual: "high",
      usual_range_usd: { low: expect.closeTo(135.35, 2), expected: 140, high: expect.closeTo(144.81, 2) },
    });
    expect(notes).toEqual([{ code: "short_history", text: "The usual range (80%) rests on 28 complete days." }]);
  });

  it.each([
    ["no", 140],
    ["low", 100],
    ["high", 145],
  ])("%s for %d in a week of 20 a day", (unusual, total) => {
    expect(unusualSpend(series(repeat(28, 20), repeat(7, total / 7)), window, toMicro(total)).result.unusual).toBe(
      unusual,
    );
  });

  it("the window itself does not make its own range", () => {
    const calm = unusualSpend(series(repeat(28, 20), repeat(7, 20)), window, toMicro(140)).result;
    const wild = unusualSpend(series(repeat(28, 20), repeat(7, 500)), window, toMicro(3_500)).result;
    expect(wild.usual_range_usd).toEqual(calm.usual_range_usd);
  });

  it("under 14 days before it nothing is claimed", () => {
    const { result, notes } = unusualSpend(series(repeat(13, 20), repeat(7, 90)), window, toMicro(630));
    expect(result).toEqual({ unusual: "unknown", usual_range_usd: null });
    expect(notes.map(({ code }) => code)).toEqual(["short_history"]);
  });

  it("a window that is not known is unknown, and its usual range stays", () => {
    const { result } = unusualSpend(series(repeat(28, 20), repeat(7, 20)), window, null);
    expect(result).toMatchObject({ unusual: "unknown", usual_range_usd: { expected: 140 } });
  });

  it.each([
    ["high", 5],
    ["no", 0],
  ])("after nothing but zeros, %s for %d and no range", (unusual, total) => {
    const { result } = unusualSpend(series(repeat(28, 0), [total, 0, 0, 0, 0, 0, 0]), window, toMicro(total));
    expect(result).toEqual({ unusual, usual_range_usd: null });
  });

  it("a level that moved shortly before is said, because it widens the range", () => {
    const { notes } = unusualSpend(series([...repeat(28, 20), ...repeat(7, 60)], repeat(7, 60)), window, toMicro(420));
    expect(notes.map(({ text }) => text)).toEqual([expect.stringContaining("new level")]);
  });
});

describe("comparing one entity with itself", () => {
  it("CP-1 tells both unit costs and whether the change is unusual", () => {
    const windows = resolveWindows({ period: "7d", now });
    const { result } = compareEntity(windows, series([...repeat(28, 20), ...repeat(7, 20)], repeat(7, 30)));
    expect(result.current).toEqual({
      cost_usd: 210,
      requests: 70,
      tokens: 7_000,
      cost_per_request_usd: 3,
      cost_per_1k_tokens_usd: 30,
    });
    expect(result).toMatchObject({ delta_usd: 70, change: { cost: { pct: 50, word: "up" } }, unusual: "high" });
    expect(result.split).toEqual({ volume_usd: 0, unit_cost_usd: 70 });
  });

  it("figures of a degraded answer are not judged", () => {
    const windows = resolveWindows({ period: "7d", now });
    const degraded = { ...series(repeat(35, 20), repeat(7, 190)), degraded: true };
    expect(compareEntity(windows, degraded).result).toMatchObject({ unusual: "unknown", delta_usd: null });
  });
});
