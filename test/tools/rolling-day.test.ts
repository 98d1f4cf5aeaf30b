import { describe, expect, it } from "vitest";
import usageSummary from "../../src/tools/shared/get-usage-summary.ts";
import { datesOf, type Ledger, useLedgerService } from "../harness/ledger-service.ts";
import { id } from "../harness/small-service.ts";

const service = useLedgerService();
const now = "2026-11-20T10:00:00Z";

/** $20 on every day, today so far among them, and a live view of its own. */
const withLive = (summary: object, today = 20): Ledger => ({
  entries: datesOf({ from: "2026-11-01", to: "2026-11-20" }).map((date) => ({
    ...{ date, agent: id(1), model: "m" },
    cost: date === "2026-11-20" ? today : 20,
  })),
  over: { "analytics/live-24h": () => ({ summary, topModels: [], topKeys: [] }) },
});

describe("the rolling 24 hours", () => {
  it.each([
    ["more than today", { cost: 31, requests: 15 }, "Spend was $31.00 in the last 24 hours"],
    ["today, but for a rounding", { cost: 19.99, requests: 10 }, "Spend was $19.99 in the last 24 hours"],
  ])("are the total when they hold %s", async (_what, summary, start) => {
    const { value } = await service.ask(withLive(summary), usageSummary, { args: { period: "24h" }, now });
    expect(value.headline.startsWith(start), value.headline).toBe(true);
    expect(value.basis.source).toContain("live_24h");
  });

  it.each([
    ["only zeros", { cost: 0, requests: 0 }, "placeholder_suspected", "$0.00"],
    ["less than today", { cost: 12.5, requests: 7 }, "window_mismatch", "$12.50"],
  ])("are left out when they hold %s", async (_what, summary, code, told) => {
    const { value } = await service.ask(withLive(summary), usageSummary, { args: { period: "24h" }, now });
    expect(value).toMatchObject({ total_cost_usd: 20, today_so_far_usd: 20, yesterday_usd: 20, requests: 10 });
    expect(value.headline.startsWith("Spend was $20.00 today so far")).toBe(true);
    expect(value.basis).toMatchObject({ window: { from: "2026-11-20", to: "2026-11-20" }, source: ["usage_series"] });
    expect(value.basis.notes).toContainEqual({
      code,
      text: `The live view tells ${told} for the last 24 hours, less than the $20.00 of today alone; it is not used.`,
    });
  });

  it("may be less than today when yesterday ended with a credit", async () => {
    const ledger = withLive({ cost: 15, requests: 12 });
    const credit = { date: "2026-11-19", agent: id(1), model: "m", cost: -25 };
    const own = { ...ledger, entries: [...ledger.entries, credit] };
    const { value } = await service.ask(own, usageSummary, { args: { period: "24h" }, now });
    expect(value.total_cost_usd).toBe(15);
  });
});
