import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type SandboxHarness, withSandbox } from "../harness/sandbox.ts";

const FROM = "2026-11-01";
const TO = "2026-11-20";
let manager: SandboxHarness;

beforeAll(async () => {
  manager = await withSandbox("manager");
});
afterEach(() => manager.sandbox.reset());
afterAll(() => manager.close());

const codes = (value: { basis: { notes: { code: string }[] } }) => value.basis.notes.map(({ code }) => code);
const truth = () => manager.sandbox.dataset.workspace(FROM, TO);
const OVERVIEW = "/api/v1/analytics/overview";
const USAGE = "/api/v1/analytics/usage";

describe("get_workspace_overview", () => {
  it("shows the billing cycle with today apart, in one round of two requests", async () => {
    const { value, text } = await manager.call("get_workspace_overview");
    expect(value).toMatchObject({
      total_cost_usd: truth().usd,
      requests: truth().requests,
      tokens: truth().tokens,
      today_so_far_usd: manager.sandbox.dataset.workspace(TO, TO).usd,
      lower_bound: false,
      counts: null,
    });
    expect(value.success_pct).toBeGreaterThan(90);
    expect(value.basis).toMatchObject({
      window: { from: FROM, to: TO, days: 20 },
      compared_with: null,
      source: ["overview", "usage_series"],
      degraded: false,
    });
    expect(codes(value)).toEqual(["partial_today", "unit_unknown"]);
    expect(value.headline).toMatch(
      /^The workspace spent \$[\d,]+\.\d\d in [\d,]+ requests in 2026-11-01 to 2026-11-20 \(UTC, .+, today still open\); [\d.]+% of requests succeeded\.$/,
    );
    expect(
      manager.sandbox
        .hits()
        .map(({ path }) => path)
        .sort(),
    ).toEqual([OVERVIEW, USAGE]);
    expect(text.length).toBeLessThan(3_000);
  });

  it.each(["counts", "snake"] as const)("fills what the %s variant leaves out from the usage series", async (shape) => {
    manager.sandbox.setSwitch("overviewShape", shape);
    const { value } = await manager.call("get_workspace_overview");
    expect(value).toMatchObject({ total_cost_usd: truth().usd, requests: truth().requests, success_pct: null });
    const counts = { agents: 40, members: 60, departments: 6, virtual_keys: 120 };
    expect(value.counts).toEqual(shape === "counts" ? counts : null);
    expect(codes(value)).toEqual(["partial_today"]);
  });

  it("reads a success rate given as a fraction as percent", async () => {
    const native = (await manager.call("get_workspace_overview")).value.success_pct;
    manager.sandbox.setSwitch("successRate", "fraction");
    expect((await manager.call("get_workspace_overview")).value.success_pct).toBe(native);
  });

  it.each([
    ["saasEnvelope", "data"],
    ["saasEnvelope", "plain"],
    ["zeroDays", "omit"],
    ["periodKeys", "from"],
    ["periodKeys", "startDate"],
    ["periodKeys", "start"],
    ["numbers", "strings"],
  ] as const)("gives the same answer with %s=%s", async (name, value) => {
    const plain = (await manager.call("get_workspace_overview")).text;
    manager.sandbox.setSwitch(name, value);
    expect((await manager.call("get_workspace_overview")).text).toBe(plain);
  });

  it.each(["string", "none"] as const)(
    "takes the first row for the start of a cycle that periodKeys=%s hides",
    async (keys) => {
      manager.sandbox.setSwitch("periodKeys", keys);
      const { value } = await manager.call("get_workspace_overview");
      expect(value.total_cost_usd).toBe(truth().usd);
      expect(value.basis.window).toMatchObject({ from: FROM, to: TO });
      expect(codes(value)).toContain("window_mismatch");
    },
  );

  it("answers from the usage series when the overview fails, and the other way round", async () => {
    manager.sandbox.setFault({ kind: "500", path: OVERVIEW });
    const fromUsage = (await manager.call("get_workspace_overview")).value;
    expect(fromUsage).toMatchObject({ total_cost_usd: truth().usd, success_pct: null });
    expect(fromUsage.basis.source).toEqual(["usage_series"]);
    expect(codes(fromUsage)).toContain("sub_call_failed");
    manager.sandbox.clearFaults();
    manager.sandbox.setFault({ kind: "500", path: USAGE });
    const fromOverview = (await manager.call("get_workspace_overview")).value;
    expect(fromOverview).toMatchObject({
      total_cost_usd: truth().usd,
      today_so_far_usd: null,
      avg_complete_day_usd: null,
    });
    expect(fromOverview.basis.window).toMatchObject({ from: FROM });
    expect(codes(fromOverview)).toContain("sub_call_failed");
  });

  it("is an error, not a page of nulls, when nothing could be read", async () => {
    manager.sandbox.setFault({ kind: "500", path: "/api/v1/analytics/*" });
    const { isError, text } = await manager.call("get_workspace_overview");
    expect(isError).toBe(true);
    expect(text).toMatch(/^\[UPSTREAM_ERROR\] None of the needed parts could be read/);
  });

  it("ends at once when the credential is refused", async () => {
    manager.sandbox.setFault({ kind: "401", path: OVERVIEW });
    expect((await manager.call("get_workspace_overview")).text).toMatch(/^\[AUTH\]/);
  });

  it("refuses arguments", async () => {
    expect((await manager.call("get_workspace_overview", { period: "7d" })).text).toMatch(
      /^\[INVALID_ARGUMENT\].*"period"/,
    );
  });
});
