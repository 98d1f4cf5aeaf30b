import { describe, expect, it } from "vitest";
import dashboard from "../../src/tools/manager/get-executive-dashboard.ts";
import budget from "../../src/tools/manager/get-workspace-budget-status.ts";
import { datesOf, type Ledger, useLedgerService } from "../harness/ledger-service.ts";
import { id } from "../harness/small-service.ts";

const service = useLedgerService();
const now = "2026-11-20T10:00:00Z";
const spending = (cost: number, policy: object): Ledger => ({
  entries: datesOf({ from: "2026-08-01", to: "2026-11-20" }).map((date) => ({ date, agent: id(1), model: "m", cost })),
  over: { "policies/budget-control": (usual) => ({ ...usual, ...policy }) },
});

describe("a budget policy that is switched off stops nothing, and both headlines say so", () => {
  it.each([
    ["passed", 6, { enabled: false }, "it is passed by $20.00; the policy is switched off."],
    ["passed, switched on", 6, { enabled: true }, "it is passed by $20.00; calls stop (block)."],
    ["passed, not said", 6, {}, "it is passed by $20.00; calls stop (block)."],
    ["not passed", 1, { enabled: false }, "; the policy is switched off."],
  ])("%s", async (_what, cost, policy, end) => {
    const { value } = await service.ask(spending(cost, policy), budget, { now });
    expect(value.headline.endsWith(end), value.headline).toBe(true);
  });

  it.each([
    [6, { enabled: false }, true],
    [6, { enabled: true }, false],
    [1, { enabled: false }, true],
  ])("on the dashboard: $%i a day, %j", async (cost, policy, isTold) => {
    const { value } = await service.ask(spending(cost, policy), dashboard, { now });
    expect(value.headline.includes("gone, but the policy is switched off"), value.headline).toBe(isTold);
  });
});
