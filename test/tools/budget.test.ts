import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { addDays } from "../../src/finops/day.ts";
import budgetStatus from "../../src/tools/manager/get-workspace-budget-status.ts";
import { type SandboxHarness, withSandbox } from "../harness/sandbox.ts";
import { useSmallService } from "../harness/small-service.ts";

let manager: SandboxHarness;
let key: SandboxHarness;

beforeAll(async () => {
  manager = await withSandbox("manager");
  key = await withSandbox("vk");
});
afterEach(() => {
  manager.sandbox.reset();
  key.sandbox.reset();
});
afterAll(() => Promise.all([manager.close(), key.close()]));

const usd = (cents: number) => cents / 100;
const codes = (value: { basis: { notes: { code: string }[] } }) => value.basis.notes.map(({ code }) => code);

describe("get_my_budget", () => {
  it("counts spend from the start of the budget's own window", async () => {
    const { value } = await key.call("get_my_budget");
    const { cents } = key.sandbox.dataset.key(key.sandbox.credentials.keyIds.agent, "2026-11-01", "2026-11-20");
    expect(value).toMatchObject({
      budget_state: "set",
      spent_usd: usd(cents),
      window_start: "2026-11-01T00:00:00.000Z",
      resets_at: "2026-12-01T00:00:00.000Z",
      budget_window: "monthly",
      elapsed_pct: 65,
    });
    expect(value.remaining_usd).toBeCloseTo(value.budget_usd - usd(cents), 6);
    expect(value.used_pct).toBeCloseTo((100 * usd(cents)) / value.budget_usd, 1);
    expect(value.run_out.p10 <= value.run_out.p50).toBe(true);
    expect(value.headline).toMatch(
      /^This key's budget: \$[\d.,]+ of \$[\d.,]+ used \([\d.]+%\) with 65% of its window gone; /,
    );
  });

  it.each(["24h", "7d", "30d"])("keeps its figures when the service is asked for %s", async (period) => {
    const usual = (await key.call("get_my_budget")).value;
    const { value } = await key.call("get_my_budget", { period });
    expect(value.reported.period).toBe(period);
    expect({ ...value, reported: null, basis: null }).toEqual({ ...usual, reported: null, basis: null });
  });

  it("keeps the budget and drops the spend when the service is degraded", async () => {
    key.sandbox.setSwitch("degraded", "on");
    const { value } = await key.call("get_my_budget");
    expect(value).toMatchObject({ budget_state: "set", spent_usd: null, used_pct: null, run_out: null });
    expect(value.reported.spent_usd).toBeNull();
    expect(codes(value)).toContain("degraded_source");
  });

  it("says that no budget is set", async () => {
    const free = key.sandbox.events.find(({ note }) => note.endsWith("no budget and no expiry"));
    const credential = key.sandbox.dataset.tokenOf(free?.entityId ?? "") ?? "";
    const other = await withSandbox("vk", {}, { credential });
    const { value } = await other.call("get_my_budget");
    expect(value).toMatchObject({ budget_state: "not_set", budget_usd: null, used_pct: null, run_out: null });
    expect(value.headline).toMatch(/no budget is set\.$/);
    await other.close();
  });

  it("keeps the budget when the daily rows fail, and says what is missing", async () => {
    key.sandbox.setFault({ kind: "500", path: "/api/v1/cockpit/daily-costs" });
    const { value } = await key.call("get_my_budget", { period: "7d" });
    expect(value).toMatchObject({ budget_state: "set", spent_usd: null, run_out: null });
    expect(codes(value)).toContain("sub_call_failed");
  });
});

describe("get_workspace_budget_status", () => {
  it("sets spend, pace, alert lines and the landing against the policy", async () => {
    const { value } = await manager.call("get_workspace_budget_status");
    const { cents } = manager.sandbox.dataset.workspace("2026-11-01", "2026-11-20");
    expect(value.spent_usd).toBe(usd(cents));
    expect(value.thresholds.map((line: { pct: number }) => line.pct)).toEqual([50, 75, 90, 100]);
    for (const line of value.thresholds) {
      expect(line.line_usd).toBeCloseTo((value.budget_usd * line.pct) / 100, 2);
      expect(line.crossed_on === null ? value.spent_usd < line.line_usd : value.spent_usd >= line.line_usd).toBe(true);
    }
    expect(value.at_period_end_usd.p10).toBeLessThan(value.at_period_end_usd.p90);
    expect(value.budget_variance_usd).toBeCloseTo(value.at_period_end_usd.p50 - value.budget_usd, 1);
  });

  it.each(["config", "data"] as const)("reads the policy in the shape %s", async (shape) => {
    const usual = (await manager.call("get_workspace_budget_status")).value;
    manager.sandbox.setSwitch("budgetControlShape", shape);
    const { value } = await manager.call("get_workspace_budget_status");
    expect({ ...value, basis: null }).toEqual({ ...usual, basis: null });
  });

  it("gives spend alone when there is no policy", async () => {
    manager.sandbox.setSwitch("budgetControlShape", "missing");
    const { value } = await manager.call("get_workspace_budget_status");
    expect(value).toMatchObject({
      budget_state: "unknown",
      budget_usd: null,
      used_pct: null,
      run_out: null,
      thresholds: [],
    });
    expect(value.spent_usd).toBeGreaterThan(0);
    expect(codes(value)).toContain("sub_call_failed");
  });

  it("does not compare another currency with dollars", async () => {
    manager.sandbox.setSwitch("budgetControlShape", "eur");
    const { value } = await manager.call("get_workspace_budget_status");
    expect(value).toMatchObject({ budget_state: "unknown", used_pct: null });
    expect(codes(value)).toContain("mixed_currency");
  });

  it.each([
    ["/api/v1/policies/budget-control", "403", "sub_call_failed"],
    ["/api/v1/virtual-keys", "500", "sub_call_failed"],
  ] as const)("names the gap when %s answers %s", async (path, kind, code) => {
    manager.sandbox.setFault({ kind, path });
    const { value } = await manager.call("get_workspace_budget_status");
    expect(value.spent_usd).toBeGreaterThan(0);
    expect(codes(value)).toContain(code);
  });

  it("tells the sums of key caps by their own windows", async () => {
    const { value } = await manager.call("get_workspace_budget_status");
    const note = value.basis.notes
      .map(({ text }: { text: string }) => text)
      .find((text: string) => /key_caps/.test(text));
    const amounts = [...note.matchAll(/(monthly|weekly|daily) \$([\d,]+\.\d\d)/g)].map(([, , usd]) =>
      Number(usd?.replace(/,/g, "")),
    );
    expect(amounts.length).toBeGreaterThan(1);
    expect(amounts.reduce((sum, each) => sum + each, 0)).toBeCloseTo(value.sum_of_key_caps_usd, 2);
  });

  it.each([
    [200, true],
    [7, false],
  ])("without a total knows the caps only when a second page is empty: pages of %i", async (size, isKnown) => {
    const usual = (await manager.call("get_workspace_budget_status")).value;
    manager.sandbox.setSwitch("totalPlace", "none");
    manager.sandbox.setSwitch("maxPageSize", size);
    const { value } = await manager.call("get_workspace_budget_status");
    expect(value.sum_of_key_caps_usd).toBe(isKnown ? usual.sum_of_key_caps_usd : null);
    expect(codes(value).includes("truncated_rows")).toBe(!isKnown);
  });

  it("has a budget without a spend when the usage series fails", async () => {
    manager.sandbox.setFault({ kind: "502", path: "/api/v1/analytics/usage" });
    const { value } = await manager.call("get_workspace_budget_status");
    expect(value).toMatchObject({ budget_state: "set", spent_usd: null, used_pct: null, run_out: null });
    expect(value.headline).toContain("not known");
  });

  it("ends with one clear text when the credential is refused", async () => {
    manager.sandbox.setFault({ kind: "401" });
    expect(await manager.call("get_workspace_budget_status")).toMatchObject({
      isError: true,
      text: expect.stringMatching(/^\[AUTH\] /),
    });
  });
});

describe("get_workspace_budget_status on small bodies", () => {
  const service = useSmallService();

  it("makes no pace and no daily rates of spend of which a day is unknown", async () => {
    const series = Array.from({ length: 60 }, (_, i) => addDays("2026-09-22", i)).map((date) => {
      return { date, cost: date === "2026-11-03" ? null : 10, requests: 1, tokens: 1 };
    });
    const config = { amount: 500, period: "monthly", exceededAction: "block", thresholds: [50], currency: "USD" };
    const bodies = { "analytics/usage": () => ({ series }), "policies/budget-control": () => ({ config }) };
    const { value } = await service.ask({ bodies }, budgetStatus, { now: "2026-11-20T12:00:00Z" });
    expect(value).toMatchObject({
      ...{ spent_usd: 190, lower_bound: true, remaining_usd: 310, used_pct: 38, elapsed_pct: 65 },
      ...{ pace_index: null, burn_per_day_usd: null, allowance_per_day_usd: null, run_out: null },
    });
    expect(value.headline).toBe(
      "Workspace budget: at least $190.00 of $500.00 used (38%) with 65% of its window gone.",
    );
    expect(codes(value)).toContain("lower_bound");
  });
});
