import { describe, expect, it } from "vitest";
import diagnose from "../../src/tools/manager/diagnose-cost-anomaly.ts";
import drillDown from "../../src/tools/manager/drill-down-spend.ts";
import overview from "../../src/tools/manager/get-workspace-overview.ts";
import costByModel from "../../src/tools/shared/get-cost-by-model.ts";
import usageSummary from "../../src/tools/shared/get-usage-summary.ts";
import { datesOf, type Entry, type Ledger, plusDays, type Span, useLedgerService } from "../harness/ledger-service.ts";
import { id } from "../harness/small-service.ts";

const service = useLedgerService();
const now = "2026-11-20T10:00:00Z";
const HISTORY = { from: "2026-08-01", to: "2026-11-20" };

/** Two agents with a model of their own, $30 and $10 a day. */
const STEADY: readonly Entry[] = datesOf(HISTORY).flatMap((date) => [
  { date, agent: id(1), model: "large", cost: 30 },
  { date, agent: id(2), model: "small", cost: 10 },
]);

const WIDE = "analytics/usage?dateFrom=2026-09-19&dateTo=2026-11-20";
const compared = (route: string) => [
  `analytics/${route}?dateFrom=2026-10-25&dateTo=2026-11-19`,
  `analytics/${route}?dateFrom=2026-09-25&dateTo=2026-10-20`,
];

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

  it("and cannot be told without rows and subscription is the calendar month, for the rows as well", async () => {
    const ledger: Ledger = {
      entries: STEADY,
      cycle: CYCLE,
      states: () => "current",
      over: { "analytics/usage": blank },
    };
    const { value, asked } = await service.ask(ledger, drillDown, { args: { dimension: "agent" }, now });
    expect(value).toMatchObject({ rows_total_usd: 800, basis: { window: { from: "2026-11-01" } } });
    expect(asked.filter((path) => path.startsWith("analytics/costs"))).toContain(
      "analytics/costs?dateFrom=2026-11-01&dateTo=2026-11-20",
    );
  });
});

/** No row for a question without dates. */
function blank(usual: Record<string, unknown>) {
  return { ...usual, series: [] };
}

describe("a billing cycle that the service says is over", () => {
  const past = { from: "2026-10-01", to: "2026-10-31" };
  const ledger: Ledger = { entries: STEADY, cycle: past };

  it.each([
    ["usage", usageSummary, {}],
    ["models", costByModel, {}],
    ["agents", drillDown, { dimension: "agent" }],
    ["overview", overview, {}],
  ])("is not taken for the present one: %s", async (_what, tool, args) => {
    const { value } = await service.ask(ledger, tool, { args, now });
    expect(value).toMatchObject({ total_cost_usd: 800, basis: { window: { from: "2026-11-01", to: "2026-11-20" } } });
    expect(windowNotes(value)).toContain("The service answered for a billing cycle that ended on 2026-10-31.");
    if ("allocation" in value) expect(value.allocation).toBe("balanced");
  });

  it("leaves a virtual key's models without shares", async () => {
    const { value } = await service.ask({ ...ledger, mode: "vk" }, costByModel, { now });
    expect(value).toMatchObject({
      total_cost_usd: 800,
      rows_total_usd: 1_240,
      unattributed_usd: null,
      top_share_pct: null,
      allocation: "unknown",
    });
    expect(value.headline).toBe(
      "Spend was $800.00 in 2026-11-01 to 2026-11-20 (UTC, today still open); the models are told for 2026-10-01 to 2026-10-31, the largest is large: $930.00.",
    );
  });
});

describe("an answer that speaks for another window than asked", () => {
  /** Breakdown and models reach back 40 days only, and say so. */
  const clamped: Ledger = {
    entries: STEADY,
    serves: ({ from, to }, path) => {
      const reach = path === "analytics/usage" ? HISTORY.from : "2026-10-11";
      return { from: from < reach ? reach : from, to: to < reach ? reach : to };
    },
  };
  const words = (rows: readonly { change: { word: string } }[]) => rows.map(({ change }) => change.word);

  it.each([
    ["agents", drillDown, { dimension: "agent" }, "rows", "The costs of the window before"],
    ["models", costByModel, {}, "models", "The previous window of this cut"],
  ])("is not compared: %s of 30 days", async (_what, tool, args, rows, side) => {
    const { value } = await service.ask(clamped, tool, { args: { ...args, period: "30d" }, now });
    expect(value).toMatchObject({ total_cost_usd: 1_200, allocation: "balanced" });
    expect(words(value[rows])).toEqual(["unknown", "unknown"]);
    expect(windowNotes(value)).toEqual([
      `${side} came for another window than asked; figures that need it are left out.`,
    ]);
  });

  it.each([
    ["agents", drillDown, { dimension: "agent" }, "rows", "The cost breakdown"],
    ["models", costByModel, {}, "models", "The cost by model"],
  ])("has no shares and no remainder: %s of 90 days", async (_what, tool, args, rows, name) => {
    const span = { from: "2026-08-23", to: "2026-11-20" };
    const { value } = await service.ask(clamped, tool, { args: { ...args, ...span }, now });
    expect(value).toMatchObject({
      total_cost_usd: 3_600,
      rows_total_usd: 1_640,
      unattributed_usd: null,
      unattributed_pct: null,
      allocation: "unknown",
      lower_bound: false,
    });
    expect(words(value[rows])).toEqual(["unknown", "unknown"]);
    expect(value[rows].map((row: { share_pct: number | null }) => row.share_pct)).toEqual([null, null]);
    expect(windowNotes(value)[0]).toBe(
      `${name} covers 2026-10-11 to 2026-11-20, the total covers 2026-08-23 to 2026-11-20: no shares are taken and nothing is called unattributed.`,
    );
    expect(value.headline).toContain("told for 2026-10-11 to 2026-11-20, the largest is");
  });

  it("moves nobody in a diagnosis", async () => {
    const { value } = await service.ask(clamped, diagnose, { args: { period: "30d" }, now });
    expect(value.change).toMatchObject({ delta_usd: 0 });
    for (const { rows } of Object.values<{ rows: { delta_usd: unknown }[] }>(value.movers))
      expect(rows.map(({ delta_usd }) => delta_usd)).toEqual([null, null]);
    expect(windowNotes(value)).toEqual([
      "The cost breakdown of the window before came for another window than asked; figures that need it are left out.",
      "The models of the window before came for another window than asked; figures that need it are left out.",
    ]);
  });

  it.each([
    ["a day more at both ends, as an exclusive end or another zone makes it", -1, 1, "flat"],
    ["a week more", -7, 0, "unknown"],
    ["a day less", 1, 0, "unknown"],
  ])("may speak for %s", async (_what, before, after, word) => {
    const states = ({ from, to }: Span) => ({ from: plusDays(from, before), to: plusDays(to, after) });
    const { value } = await service.ask({ entries: STEADY, states }, costByModel, { args: { period: "7d" }, now });
    expect(value.allocation).toBe(word === "flat" ? "balanced" : "unknown");
    expect(words(value.models)).toEqual(word === "flat" ? ["unchanged", "unchanged"] : ["unknown", "unknown"]);
  });
});

describe("a billing cycle longer than a month", () => {
  const ledger: Ledger = { entries: STEADY, cycle: { from: "2026-08-15", to: "2026-11-20" } };
  const WHY =
    "The billing cycle is longer than a month, and the one before it is not read: nothing is compared with this cycle.";

  it.each([
    ["agents", drillDown, { dimension: "agent" }, "rows"],
    ["models", costByModel, {}, "models"],
  ])("is not compared with a month before it: %s", async (_what, tool, args, rows) => {
    const { value, asked } = await service.ask(ledger, tool, { args, now });
    expect(value).toMatchObject({ total_cost_usd: 3_920, allocation: "balanced", basis: { compared_with: null } });
    expect(value[rows].map(({ change }: { change: object }) => change)).toEqual([
      { pct: null, word: "unknown" },
      { pct: null, word: "unknown" },
    ]);
    expect(windowNotes(value)).toEqual([WHY]);
    expect(asked).toHaveLength(3);
  });

  it("and its summary says so", async () => {
    const { value } = await service.ask(ledger, usageSummary, { now });
    expect(value).toMatchObject({ change: { cost: { pct: null, word: "unknown" } }, basis: { compared_with: null } });
    expect(value.headline).toBe(
      "Spend was $3,920.00 in 2026-08-15 to 2026-11-20 (UTC, today still open); a cycle longer than a month is not compared.",
    );
    expect(windowNotes(value)).toEqual([WHY]);
  });
});

describe("named windows", () => {
  it.each([
    [usageSummary, {}, ["analytics/usage", WIDE]],
    [costByModel, {}, ["analytics/usage", WIDE, "analytics/models", ...compared("models")]],
    [drillDown, { dimension: "agent" }, ["analytics/costs", "analytics/usage", WIDE, ...compared("costs")]],
    [overview, {}, ["analytics/overview", "analytics/usage"]],
  ])("cost no further request: %#", async (tool, args, paths) => {
    const { asked } = await service.ask({ entries: STEADY, cycle: CYCLE }, tool, { args, now });
    expect([...asked].sort()).toEqual([...paths].sort());
  });
});
