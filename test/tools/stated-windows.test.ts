import { describe, expect, it } from "vitest";
import drillDown from "../../src/tools/manager/drill-down-spend.ts";
import overview from "../../src/tools/manager/get-workspace-overview.ts";
import costByModel from "../../src/tools/shared/get-cost-by-model.ts";
import usageSummary from "../../src/tools/shared/get-usage-summary.ts";
import { datesOf, type Entry, type Ledger, useLedgerService } from "../harness/ledger-service.ts";
import { id } from "../harness/small-service.ts";

const service = useLedgerService();
const now = "2026-11-20T10:00:00Z";
const HISTORY = { from: "2026-08-01", to: "2026-11-20" };

/** Two agents with a model of their own, $30 and $10 a day. */
const STEADY: readonly Entry[] = datesOf(HISTORY).flatMap((date) => [
  { date, agent: id(1), model: "large", cost: 30 },
  { date, agent: id(2), model: "small", cost: 10 },
]);

function windowNotes(value: { basis: { notes: { code: string; text: string }[] } }): string[] {
  return value.basis.notes.flatMap(({ code, text }) => (code === "window_mismatch" ? [text] : []));
}

/** A cycle that began on 25 October: 27 days with today, $1,080. */
const CYCLE = { from: "2026-10-25", to: "2026-11-20" };
const UNNAMED: readonly [string, Ledger["states"]][] = [
  ["a word", () => "current"],
  ["nothing", () => undefined],
];

describe("a billing cycle that the service does not name", () => {
  describe.each(UNNAMED)("but with %s", (_how, states = () => undefined) => {
    const ledger: Ledger = { entries: STEADY, cycle: CYCLE, states };

    it.each(["manager", "vk"] as const)(
      "of a %s begins with the first row, for the total and every row",
      async (mode) => {
        const own: Ledger = { ...ledger, mode };
        const summary = await service.ask(own, usageSummary, { now });
        expect(summary.value).toMatchObject({ total_cost_usd: 1_080, basis: { window: CYCLE } });
        expect(summary.asked.filter((path) => path.startsWith("subscriptions"))).toEqual([]);
        const models = (await service.ask(own, costByModel, { now })).value;
        expect(models).toMatchObject({ total_cost_usd: 1_080, allocation: "balanced", top_share_pct: 75 });
        expect(models.basis.window).toEqual(summary.value.basis.window);
      },
    );

    it("is the same for a breakdown and for the overview", async () => {
      const agents = (await service.ask(ledger, drillDown, { args: { dimension: "agent" }, now })).value;
      expect(agents).toMatchObject({ total_cost_usd: 1_080, allocation: "balanced", basis: { window: CYCLE } });
      expect(agents.rows.map((row: { share_pct: number }) => row.share_pct)).toEqual([75, 25]);
      const all = (await service.ask(ledger, overview, { now })).value;
      expect(all).toMatchObject({ total_cost_usd: 1_080, basis: { window: CYCLE } });
    });
  });

  it.each([
    [
      { currentPeriodStart: "2026-10-25", currentPeriodEnd: "2026-11-24" },
      "2026-10-25",
      "start of the subscription's period",
    ],
    [{ currentPeriodStart: "2026-09-25", currentPeriodEnd: "2026-10-24" }, "2026-10-30", "first day with a row"],
    [{ currentPeriodStart: "2026-11-05", currentPeriodEnd: "2026-12-04" }, "2026-10-30", "first day with a row"],
    [undefined, "2026-10-30", "first day with a row"],
  ])("and that opens with days without rows is looked up in the subscription: %j", async (period, from, how) => {
    const entries = STEADY.filter(({ date }) => date < "2026-10-20" || date >= "2026-10-30");
    const subscription = period && { tier: "pro", ...period };
    const quiet: Ledger = { entries, cycle: CYCLE, states: () => "current", omitsZeroDays: true };
    const { value } = await service.ask({ ...quiet, ...(subscription && { subscription }) }, usageSummary, { now });
    expect(value).toMatchObject({ total_cost_usd: 880, basis: { window: { from } } });
    expect(windowNotes(value)).toEqual([expect.stringContaining(how)]);
  });

  it("and that is longer than the wider series counts its days without a row as zero", async () => {
    const cycle = { from: "2026-08-10", to: "2026-11-20" };
    const entries = STEADY.filter(({ date }) => date !== "2026-08-20" && date >= "2026-08-10");
    const ledger: Ledger = { entries, cycle, states: () => "current", omitsZeroDays: true };
    const { value } = await service.ask(ledger, usageSummary, { now });
    expect(value).toMatchObject({ total_cost_usd: 4_080, lower_bound: false, basis: { window: cycle } });
  });
});

describe("a billing cycle that the service says is over", () => {
  const past = { from: "2026-10-01", to: "2026-10-31" };
  const ledger: Ledger = { entries: STEADY, cycle: past };

  it.each([
    ["usage", usageSummary],
    ["overview", overview],
  ])("is not taken for the present one: %s", async (_what, tool) => {
    const { value } = await service.ask(ledger, tool, { now });
    expect(value).toMatchObject({ total_cost_usd: 800, basis: { window: { from: "2026-11-01", to: "2026-11-20" } } });
    expect(windowNotes(value)).toContain("The service answered for a billing cycle that ended on 2026-10-31.");
  });
});
