import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { niceUp, replayCap, rightsize } from "../../src/finops/rightsizing.ts";
import { repeat } from "./constructed-series.ts";

describe("replayCap", () => {
  it("RS-1 a cap of 60 blocks 20.00 on two days, first on day 4", () => {
    expect(replayCap([[10, 10, 10, 40, 10]], 60)).toEqual({
      capUsd: 60,
      blockedUsd: 20,
      blockedDays: 2,
      firstBlocked: { window: 0, day: 4 },
    });
  });

  it("RS-2 a cap of 150 on 30 x 10 blocks half, a cap of 300 nothing", () => {
    expect(replayCap([repeat(30, 10)], 150)).toMatchObject({
      blockedUsd: 150,
      blockedDays: 15,
      firstBlocked: { window: 0, day: 16 },
    });
    expect(replayCap([repeat(30, 10)], 300)).toMatchObject({ blockedUsd: 0, blockedDays: 0, firstBlocked: null });
  });

  it("starts again in every window; unknown days and credits are no demand", () => {
    expect(
      replayCap(
        [
          [10, 10],
          [null, -5, 10, 20],
        ],
        20,
      ),
    ).toMatchObject({
      blockedUsd: 10,
      blockedDays: 1,
      firstBlocked: { window: 1, day: 4 },
    });
  });

  it("blocks max(0, spend - cap), and less under a higher cap", () => {
    const micro = fc.integer({ min: 0, max: 50_000_000 });
    fc.assert(
      fc.property(fc.array(micro, { maxLength: 31 }), micro, micro, (days, cap, more) => {
        const usd = days.map((amount) => amount / 1e6);
        const low = replayCap([usd], cap / 1e6);
        const high = replayCap([usd], (cap + more) / 1e6);
        const sum = days.reduce((acc, amount) => acc + amount, 0);
        expect(Math.round(low.blockedUsd * 1e6)).toBe(Math.max(0, sum - cap));
        expect(high.blockedUsd).toBeLessThanOrEqual(low.blockedUsd);
        expect(high.blockedDays).toBeLessThanOrEqual(low.blockedDays);
      }),
      { seed: 1 },
    );
  });
});

describe("rightsize", () => {
  it.each([
    [312, 320],
    [1043, 1100],
    [87.2, 88],
    [300, 300],
    [99.5, 100],
    [1000, 1000],
    [0.0123, 0.013],
    [7, 7],
    [0, 0],
  ])("RS-2 niceUp %d is %d", (usd, expected) => {
    expect(niceUp(usd)).toBe(expected);
  });

  it("niceUp is never below its argument by more than rounding, nor 10 % above", () => {
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 1e7, noNaN: true }), (usd) => {
        expect(niceUp(usd)).toBeGreaterThanOrEqual(usd * (1 - 1e-9));
        expect(niceUp(usd)).toBeLessThanOrEqual(usd * 1.1 + 1e-9);
      }),
      { seed: 1 },
    );
  });

  it("proposes the larger of the next window's P95 and the largest window, and replays a grid", () => {
    const facts = {
      completeWindows: [repeat(30, 10), repeat(30, 8)],
      historyDays: 60,
      nextWindowP95Usd: 290,
      capUsd: 500,
    };
    const result = rightsize(facts);
    expect(result).toMatchObject({ isTooShort: false, proposalUsd: 300, headroomUsd: 210 });
    expect(result.replays.map(({ capUsd }) => capUsd)).toEqual([135, 202.5, 270, 300, 337.5, 405, 500, 540]);
    expect(rightsize({ ...facts, nextWindowP95Usd: 312 }).proposalUsd).toBe(320);
    expect(rightsize({ ...facts, capUsd: null, nextWindowP95Usd: null })).toMatchObject({
      proposalUsd: 300,
      headroomUsd: null,
    });
  });

  it("without a complete window only the P95 speaks", () => {
    expect(rightsize({ completeWindows: [], historyDays: 20, nextWindowP95Usd: 87.2, capUsd: 100 })).toMatchObject({
      proposalUsd: 88,
      replays: [],
    });
    expect(
      rightsize({ completeWindows: [], historyDays: 20, nextWindowP95Usd: null, capUsd: 100 }).proposalUsd,
    ).toBeNull();
  });

  it("under 14 days it is too short to size a budget", () => {
    expect(
      rightsize({ completeWindows: [repeat(13, 10)], historyDays: 13, nextWindowP95Usd: 90, capUsd: 100 }),
    ).toEqual({
      isTooShort: true,
      proposalUsd: null,
      headroomUsd: null,
      replays: [],
    });
  });
});
