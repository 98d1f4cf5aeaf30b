import { describe, expect, it } from "vitest";
import { addDays } from "../../src/finops/day.ts";
import { keyRisks, type ListedKey, ownersToRead } from "../../src/finops/key-risks.ts";
import { normaliseUsage } from "../../src/finops/usage.ts";
import { repeat } from "./constructed-series.ts";
import { rowsFrom } from "./usage-fixture.ts";

const now = new Date("2026-11-20T12:00:00Z");
const day = (text: string) => new Date(`${text}T00:00:00Z`);

const KEY: ListedKey = {
  id: "k1",
  name: "ci bot",
  status: "active",
  budgetUsd: 100,
  budgetAction: "block",
  budgetWindow: "monthly",
  spentUsd: 60,
  spendFrom: "2026-11-01",
  createdAt: day("2026-01-20"),
  lastUsedAt: day("2026-11-19"),
  expiresAt: day("2027-03-01"),
  ownerId: "agent-1",
};

function judge(keys: ListedKey[], more: Partial<Parameters<typeof keyRisks>[0]> = {}) {
  return keyRisks({ keys, idleIds: new Set(), unsureIds: new Set(), owners: new Map(), now, ...more });
}

function flagsOf(key: Partial<ListedKey>) {
  return judge([{ ...KEY, ...key }]).result.rows[0]?.flags ?? [];
}

describe("keys that need a look", () => {
  it.each<[string, Partial<ListedKey>, string[]]>([
    ["a key within its means", {}, []],
    ["no budget", { budgetUsd: null }, ["no_budget"]],
    ["no expiry", { expiresAt: null }, ["no_expiry"]],
    ["an expiry the service does not tell", { expiresAt: undefined }, []],
    ["alert only, 90 % used at 65 % of the month", { budgetAction: "alert_only", spentUsd: 90 }, ["alert_only_fast"]],
    ["the same where calls are blocked", { spentUsd: 90 }, []],
    [
      "the same spend over another period than the budget's",
      { budgetAction: "alert_only", spentUsd: 90, spendFrom: "2026-11-05" },
      [],
    ],
    [
      "a weekly budget, whose spend is not told",
      { budgetAction: "alert_only", spentUsd: 90, budgetWindow: "weekly" },
      [],
    ],
    ["a cap of ten times the projected month", { budgetUsd: 1_000 }, ["cap_far_above_use"]],
    ["a cap of eight times the projected month", { budgetUsd: 700 }, []],
    [
      "a daily cap that the spend of the month could have filled a fifth of in one day",
      { budgetUsd: 250, budgetWindow: "daily", spentUsd: 51 },
      [],
    ],
    [
      "a daily cap of more than five times all the spend of the month",
      { budgetUsd: 260, budgetWindow: "daily", spentUsd: 51 },
      ["cap_far_above_use"],
    ],
    ["a young key with a large cap", { budgetUsd: 5_000, createdAt: day("2026-11-16") }, []],
    ["in use and expiring in five days", { expiresAt: day("2026-11-25") }, ["expiring"]],
    ["expiring, but not used", { expiresAt: day("2026-11-25"), lastUsedAt: day("2026-11-01") }, []],
    ["a revoked key", { status: "revoked", budgetUsd: null }, []],
  ])("%s", (_what, key, flags) => {
    expect(flagsOf(key)).toEqual(flags);
  });

  it("KR-1 money at risk follows the owner's worst day and the key's share of it", () => {
    const from = addDays("2026-11-20", -60);
    const owner = normaliseUsage(rowsFrom(from, [...repeat(59, 4), 10, 2]), { span: { from, to: "2026-11-20" }, now });
    const owners = new Map([["agent-1", owner]]);
    // The owner spent 84 in November so far (19 days, one of 10, and today); the key half of it. Of 60 days the worst are near 10.
    const blocking = { ...KEY, budgetAction: "block_requests", budgetUsd: 45, spentUsd: 42, expiresAt: null };
    const capped = judge([blocking], { owners });
    expect(capped.result.rows).toEqual([expect.objectContaining({ at_risk_usd: 3, cap_usd: 45, spent_usd: 42 })]);
    const alerted = judge([{ ...blocking, budgetAction: "alert_only" }], { owners });
    expect(alerted.result.rows[0]?.at_risk_usd).toBeGreaterThan(10.5 * 2);
    expect(alerted.result.rows[0]?.at_risk_usd).toBeLessThan(10.5 * 5);
    expect(alerted.notes.at(-1)?.text).toContain("it stops no call");
    const uncapped = judge([{ ...KEY, budgetUsd: null, spentUsd: 42 }], { owners });
    const [row] = uncapped.result.rows;
    expect(row?.at_risk_usd).toBeGreaterThan(30 * 2);
    expect(row?.at_risk_usd).toBeLessThan(30 * 5);
    expect(uncapped.notes.map(({ text }) => text)).toEqual([expect.stringContaining("estimated from share")]);
  });

  it("without the owner's series the amount is unknown, and graver flags come first", () => {
    const keys = [
      { ...KEY, id: "a", expiresAt: null },
      { ...KEY, id: "b", budgetUsd: null, spentUsd: 1 },
      { ...KEY, id: "c", budgetUsd: null, spentUsd: 5 },
    ];
    const { result } = judge(keys);
    expect(result.rows.map(({ id, at_risk_usd }) => [id, at_risk_usd])).toEqual([
      ["c", null],
      ["b", null],
      ["a", null],
    ]);
    expect(result).toMatchObject({ counts: { no_budget: 2, no_expiry: 1 }, judged: 3 });
  });

  it("a cap is not called too large for a key that is too new, or of unknown use", () => {
    const key = { ...KEY, spentUsd: 0, expiresAt: null };
    expect(judge([key]).result.rows[0]?.flags).toEqual(["no_expiry", "cap_far_above_use"]);
    expect(judge([key], { unsureIds: new Set([key.id]) }).result.rows[0]?.flags).toEqual(["no_expiry"]);
  });

  it("idle keys are told elsewhere", () => {
    expect(judge([{ ...KEY, budgetUsd: null }], { idleIds: new Set(["k1"]) }).result).toEqual({
      rows: [],
      counts: {},
      judged: 0,
    });
  });

  it("reads the series of few owners: each once, grave keys only, bound ones only", () => {
    const keys = [
      { ...KEY, id: "a", budgetUsd: null, ownerId: "x" },
      { ...KEY, id: "b", budgetUsd: null, ownerId: "x" },
      { ...KEY, id: "c", budgetUsd: null, ownerId: null },
      { ...KEY, id: "d", budgetUsd: null, ownerId: "y", spentUsd: 1 },
      { ...KEY, id: "e", expiresAt: null, ownerId: "z" },
    ];
    const risks = judge(keys).result;
    expect(ownersToRead(risks, keys, 4)).toEqual(["x", "y"]);
    expect(ownersToRead(risks, keys, 1)).toEqual(["x"]);
  });
});
