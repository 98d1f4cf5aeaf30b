import { expect, it } from "vitest";
import diagnose from "../../src/tools/manager/diagnose-cost-anomaly.ts";
import dashboard from "../../src/tools/manager/get-executive-dashboard.ts";
import { datesOf, type Ledger, useLedgerService } from "../harness/ledger-service.ts";
import { id } from "../harness/small-service.ts";

const service = useLedgerService();
const now = "2026-11-20T10:00:00Z";

/** Fifty agents before, as many as a service may send at most, and one more since; some money may belong to none. */
const ledger = (unattributed: number): Ledger => ({
  entries: datesOf({ from: "2026-08-01", to: "2026-11-20" }).flatMap((date) =>
    Array.from({ length: 51 }, (_, i) => ({ date, agent: id(i + 1), model: "m", cost: i === 0 ? 9 : 1 })).filter(
      ({ agent }) => agent !== id(1) || date >= "2026-11-13",
    ),
  ),
  over: {
    "analytics/usage": (usual) => {
      const series = Array.isArray(usual.series) ? usual.series : [];
      return { ...usual, series: series.map((day) => ({ ...day, cost: day.cost + unattributed })) };
    },
  },
});

it.each([
  ["that adds up to the spend is whole, so the one who began is new", 0, "new"],
  ["that does not may miss rows, so nobody is called new", 5, "unknown"],
])("a list of exactly 50 agents %s", async (_what, unattributed, word) => {
  const entities = ledger(unattributed);
  const { value } = await service.ask(entities, diagnose, { args: { period: "7d" }, now });
  const wordOf = (rows: { id: string; word: string }[]) => rows.find((row) => row.id === id(1))?.word;
  expect(wordOf(value.movers.agent.rows)).toBe(word);
  const screen = (await service.ask(entities, dashboard, { now })).value;
  expect(wordOf(screen.blocks.movers.data.rows)).toBe(word);
});
