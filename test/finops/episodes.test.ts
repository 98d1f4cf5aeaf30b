import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { impactGate } from "../../src/finops/anomaly.ts";
import { type EpisodeOptions, findEpisodes, GATE_FLOOR_USD } from "../../src/finops/episodes.ts";
import { prepareSeries } from "../../src/finops/series.ts";
import { fromMonday, pattern, repeat, WEEK } from "./constructed-series.ts";

function episodesOf(y: readonly (number | null)[], options: EpisodeOptions = {}) {
  return findEpisodes(prepareSeries(y, fromMonday(y.length)), { gateFloorUsd: GATE_FLOOR_USD.workspace, ...options });
}

describe("findEpisodes", () => {
  it("DX-3 names and weighs the spike", () => {
    const y = pattern(WEEK, 24, { 23: 320 });
    const { episodes } = episodesOf(y);
    expect(episodes).toHaveLength(1);
    expect(episodes[0]).toMatchObject({
      kind: "spike",
      start: 23,
      end: 23,
      days: 1,
      isOngoing: true,
      confidence: "high",
      severity: "high",
      profile: "weekend",
      historyDays: 23,
    });
    expect(episodes[0]?.impactPct).toBeCloseTo(226.5, 1);
    expect(impactGate(y, 23, 5)).toBeCloseTo(18.3, 9);
  });

  it("DX-4 judges the week without the event and finds nothing", () => {
    expect(episodesOf(pattern(WEEK, 24))).toEqual({ status: "judged", episodes: [], judgedDays: 17 });
  });

  it("28 x 20 then 14 x 60: one level shift from its fourth day, quiet once the level is learned", () => {
    const y = [...repeat(28, 20), ...repeat(14, 60)];
    const { episodes } = episodesOf(y);
    expect(episodes).toHaveLength(1);
    expect(episodes[0]).toMatchObject({
      kind: "level_shift",
      direction: "up",
      start: 28,
      end: 35,
      days: 8,
      isOngoing: false,
    });
    const kinds = prepareSeries(y, fromMonday(42))
      .detect({ gateFloorUsd: 5 })
      .hits.map((hit) => hit.kind);
    expect(kinds).toEqual(["spike", "spike", "spike", ...Array(5).fill("level_shift")]);
  });

  it("28 x 60 then 14 x 20: one fall, never of high severity", () => {
    const { episodes } = episodesOf([...repeat(28, 60), ...repeat(14, 20)]);
    expect(episodes).toHaveLength(1);
    expect(episodes[0]).toMatchObject({
      kind: "level_shift",
      direction: "down",
      start: 28,
      end: 34,
      severity: "medium",
    });
  });

  it("26 x 50 then 4 x 0: stopped", () => {
    const { episodes } = episodesOf([...repeat(26, 50), ...repeat(4, 0)]);
    expect(episodes).toHaveLength(1);
    expect(episodes[0]).toMatchObject({ kind: "stopped", start: 26, end: 29, days: 4, isOngoing: true });
  });

  it("a Thursday of 0 in a business week: stopped, impact -100", () => {
    const { episodes } = episodesOf(pattern([100, 100, 100, 100, 100, 0, 0], 42, { 38: 0 }));
    expect(episodes).toHaveLength(1);
    expect(episodes[0]).toMatchObject({ kind: "stopped", start: 38, end: 38 });
    expect(episodes[0]?.impactUsd).toBeCloseTo(-100, 2);
  });

  it("a partial fall is a drop", () => {
    expect(episodesOf(pattern([50], 30, { 29: 10 })).episodes[0]).toMatchObject({ kind: "drop", direction: "down" });
  });

  it("28 x 20, days 26 and 27 = 60 and 65: one episode of two days, impact 85", () => {
    const { episodes } = episodesOf(pattern([20], 28, { 26: 60, 27: 65 }));
    expect(episodes).toHaveLength(1);
    expect(episodes[0]).toMatchObject({ kind: "spike", start: 26, end: 27, days: 2 });
    expect(episodes[0]?.impactUsd).toBeCloseTo(85, 2);
  });

  it("20 x 0, 50, 7 x 0: new spend without a percentage", () => {
    const { episodes } = episodesOf([...repeat(20, 0), 50, ...repeat(7, 0)]);
    expect(episodes).toHaveLength(1);
    expect(episodes[0]).toMatchObject({ kind: "new_spend", start: 20, end: 20, impactPct: null });
    expect(episodes[0]?.expectedUsd).toBeCloseTo(0, 9);
  });

  it("6 x 20 then 200: not judged", () => {
    expect(episodesOf([...repeat(6, 20), 200])).toEqual({ status: "not_judged", episodes: [], judgedDays: 0 });
  });

  it("the first spend of a new scope is new spend although nothing can be judged", () => {
    const { status, episodes } = episodesOf([null, null, 0, 12, 14, 13], { isNewScope: true });
    expect(status).toBe("judged");
    expect(episodes).toHaveLength(1);
    expect(episodes[0]).toMatchObject({
      kind: "new_spend",
      start: 3,
      end: 5,
      days: 3,
      actualUsd: 39,
      expectedUsd: 0,
      impactPct: null,
      z: null,
      isOngoing: true,
      historyDays: 1,
    });
  });

  it("a new scope below the gate is not judged", () => {
    expect(episodesOf([0, 2, 3], { isNewScope: true }).status).toBe("not_judged");
  });

  it("the first spend of a new scope lasts seven days at most", () => {
    const [first] = episodesOf(repeat(20, 30), { isNewScope: true }).episodes;
    expect(first).toMatchObject({ start: 0, end: 6, days: 7, isOngoing: false });
  });

  it("an unknown day inside a run does not split it, a usual day does", () => {
    expect(episodesOf(pattern([20], 30, { 26: 60, 27: null, 28: 65 })).episodes).toHaveLength(1);
    expect(episodesOf(pattern([20], 30, { 26: 60, 28: 65 })).episodes).toHaveLength(2);
  });

  it.each([
    [31, "low"],
    [42, "medium"],
    [60, "high"],
  ])("28 x 20, last %d: confidence %s", (last, confidence) => {
    expect(episodesOf([...repeat(27, 20), last], { zUp: 3, gateFloorUsd: null }).episodes[0]?.confidence).toBe(
      confidence,
    );
  });

  it("gives finite figures for any series, and a percentage only on a positive base", () => {
    const amount = fc.option(fc.oneof(fc.constant(0), fc.double({ min: 0, max: 500, noNaN: true })), { freq: 8 });
    fc.assert(
      fc.property(fc.array(amount, { minLength: 1, maxLength: 50 }), fc.boolean(), (y, isNewScope) => {
        for (const episode of episodesOf(y, { gateFloorUsd: null, isNewScope }).episodes) {
          for (const usd of [episode.actualUsd, episode.expectedUsd, episode.impactUsd, episode.impactPct ?? 0]) {
            expect(Number.isFinite(usd)).toBe(true);
          }
          if (episode.impactPct !== null) expect(episode.expectedUsd).toBeGreaterThan(0);
          if (episode.direction === "down") expect(episode.severity).not.toBe("high");
        }
      }),
      { seed: 1 },
    );
  });
});
