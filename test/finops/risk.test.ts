import { describe, expect, it } from "vitest";
import { atRiskUsd, type KeyFacts, keyFlags, rankKeyRisks, worstDayUsd } from "../../src/finops/risk.ts";

const KEY: KeyFacts = {
  id: "k",
  capUsd: 100,
  isAlertOnly: false,
  spentUsd: 40,
  paceIndex: 1,
  daily: [3, 9, 2],
  daysToReset: 10.5,
  daysToExpiry: null,
  nextWindowP95Usd: null,
  agentsInLogs: null,
  isUsedInLast7Days: null,
  isIdle: null,
};

describe("key risk", () => {
  it("KR-1 the smaller of what is left and the worst day times the days left", () => {
    expect(atRiskUsd(KEY)).toBe(60);
    expect(atRiskUsd({ ...KEY, capUsd: 1000 })).toBe(94.5);
    expect(atRiskUsd({ ...KEY, capUsd: null })).toBe(270);
  });

  it("ends at the expiry if that comes first, and never below 0", () => {
    expect(atRiskUsd({ ...KEY, daysToExpiry: 2 })).toBe(18);
    expect(atRiskUsd({ ...KEY, spentUsd: 140 })).toBe(0);
  });

  it.each([
    ["part of it left", { spentUsd: 40 }, 94.5],
    ["passed", { spentUsd: 140 }, 94.5],
    ["its spend unknown", { spentUsd: null }, 94.5],
    ["an expiry before the reset", { spentUsd: 140, daysToExpiry: 2 }, 18],
    ["no known end", { spentUsd: 140, daysToReset: null }, 270],
    ["an end that is not told", { spentUsd: 140, daysToReset: null, daysToExpiry: Number.POSITIVE_INFINITY }, 270],
    ["no series", { daily: null }, null],
  ])("a budget that only alerts is no limit: with %s", (_, facts, expected) => {
    expect(atRiskUsd({ ...KEY, isAlertOnly: true, ...facts })).toBe(expected);
  });

  it.each([
    ["without a series of its own", { daily: null }],
    ["without a known day", { daily: [null, null] }],
    ["with unknown spend", { spentUsd: null }],
    ["with an unknown end", { daysToReset: null }],
  ])("is unknown %s", (_, facts) => {
    expect(atRiskUsd({ ...KEY, ...facts })).toBeNull();
  });

  it("worst day: the largest under 30 days, the 0.99 quantile from 30 on", () => {
    expect(worstDayUsd([1, null, 7])).toBe(7);
    expect(worstDayUsd(Array.from({ length: 101 }, (_, i) => i))).toBe(99);
  });

  it("raises a flag only when its facts are known", () => {
    expect(keyFlags(KEY)).toEqual(["no_expiry"]);
    expect(
      keyFlags({
        ...KEY,
        isAlertOnly: true,
        paceIndex: 1.21,
        nextWindowP95Usd: 19,
        agentsInLogs: 2,
        daysToExpiry: 7,
        isUsedInLast7Days: true,
        isIdle: true,
      }),
    ).toEqual(["alert_only_fast", "cap_far_above_use", "shared", "expiring", "idle"]);
    expect(keyFlags({ ...KEY, capUsd: null, daysToExpiry: 8, isUsedInLast7Days: true })).toEqual(["no_budget"]);
  });

  it("sorts by money at risk, unknown last, ties by id", () => {
    const keys = [
      { ...KEY, id: "unknown", daily: null },
      { ...KEY, id: "b" },
      { ...KEY, id: "zero", spentUsd: 100 },
      { ...KEY, id: "a" },
      { ...KEY, id: "large", capUsd: null },
    ];
    expect(rankKeyRisks(keys).map(({ id }) => id)).toEqual(["large", "a", "b", "zero", "unknown"]);
    expect(rankKeyRisks([...keys].reverse())).toEqual(rankKeyRisks(keys));
  });
});
