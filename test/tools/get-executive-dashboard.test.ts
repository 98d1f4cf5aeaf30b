import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { jsonBytes } from "../../src/tool/fit.ts";
import diagnose from "../../src/tools/manager/diagnose-cost-anomaly.ts";
import tool from "../../src/tools/manager/get-executive-dashboard.ts";
import live from "../../src/tools/manager/get-live-24h.ts";
import sparklines from "../../src/tools/manager/get-sparklines.ts";
import budget from "../../src/tools/manager/get-workspace-budget-status.ts";
import summary from "../../src/tools/shared/get-usage-summary.ts";
import { type SandboxHarness, withSandbox } from "../harness/sandbox.ts";

const BLOCKS = ["spend", "trend", "movers", "anomalies", "budget", "live_24h"];

interface Block {
  readonly status: string;
  readonly data: unknown;
}

describe("get_executive_dashboard", () => {
  let harness: SandboxHarness;
  const ask = (args: Record<string, unknown> = {}) => harness.call(tool.name, args);
  const statuses = (blocks: Record<string, Block>) =>
    Object.entries(blocks).map(([name, { status }]) => `${name} ${status}`);
  beforeAll(async () => {
    harness = await withSandbox("manager", {}, { tools: [tool, diagnose, live, sparklines, budget, summary] });
  });
  afterAll(() => harness.close());

  it("shows every block, in one screen of less than 6 kB", async () => {
    const { value } = await ask();
    expect(statuses(value.blocks)).toEqual(BLOCKS.map((name) => `${name} ok`));
    expect(jsonBytes(value)).toBeLessThan(6_000);
    expect(value.headline).toMatch(
      /^Spend was \$[\d,.]+ in 2026-11-14 to 2026-11-20 \(UTC, today still open\), up [\d.]+% on complete days; [\d.]+% of the \$[\d,.]+ budget is used with [\d.]+% of its window gone, it is reached about 2026-11-26 \(probability 99%\); the workspace's spend spiked on 2026-11-17: .*; largest mover agent "Research Agent" \+\$[\d.]+\.$/,
    );
  });

  it("asks each source once", async () => {
    harness.sandbox.resetHits();
    await ask();
    const paths = harness.sandbox.hits().map(({ path }) => path.replace("/api/v1/", ""));
    expect(paths.sort()).toEqual([
      "analytics/costs",
      "analytics/costs",
      "analytics/live-24h",
      "analytics/sparklines",
      "analytics/usage",
      "policies/budget-control",
    ]);
  });

  it("agrees with the tools it summarises", async () => {
    const { blocks, basis } = (await ask()).value;
    const spend = (await harness.call("get_usage_summary", { period: "7d" })).value;
    const { total_cost_usd, today_so_far_usd, avg_complete_day_usd, requests, cost_per_request_usd, change, compared } =
      spend;
    expect(blocks.spend.data).toMatchObject({
      total_cost_usd,
      today_so_far_usd,
      avg_complete_day_usd,
      requests,
      cost_per_request_usd,
      change,
      compared,
    });

    const lines = (await harness.call("get_sparklines")).value;
    for (const [metric, { points: _points, unit: _unit, ...line }] of Object.entries<Record<string, unknown>>({
      spend: lines.spend,
      requests: lines.requests,
      tokens: lines.tokens,
      success: lines.success,
      latency: lines.latency,
    })) {
      expect(blocks.trend.data[metric]).toEqual(line);
    }

    const status = (await harness.call("get_workspace_budget_status")).value;
    for (const [name, figure] of Object.entries(blocks.budget.data)) expect(status[name]).toEqual(figure);
    expect(basis.budget).toEqual(status.basis.budget);

    const anomalies = (await harness.call("diagnose_cost_anomaly")).value;
    const own = anomalies.episodes.filter(({ scope }: { scope: { type: string } }) => scope.type === "workspace");
    expect(blocks.anomalies.data).toMatchObject({ episodes: own, today_alert: anomalies.today_alert });
    const moved = anomalies.movers.agent.rows.map(({ anomalous: _checked, ...row }: { anomalous?: boolean }) => row);
    expect(blocks.movers.data.rows.slice(0, moved.length)).toEqual(moved);

    const day = (await harness.call("get_live_24h", { limit: 3 })).value;
    expect(blocks.live_24h.data).toMatchObject({
      total_cost_usd: day.total_cost_usd,
      requests: day.requests,
      success_pct: day.success_pct,
    });
    expect(blocks.live_24h.data.top_models[0]).toMatchObject({
      model: day.top_models.rows[0].model,
      share_pct: day.top_models.rows[0].share_pct,
    });
  });

  it("ED-1 a live call that fails leaves every other figure as it was", async () => {
    const whole = (await ask()).value;
    harness.sandbox.setFault({ kind: "500", path: "/api/v1/analytics/live-24h" });
    const { isError, value } = await ask();
    harness.sandbox.clearFaults();
    expect(isError).toBe(false);
    expect(value.blocks).toEqual({ ...whole.blocks, live_24h: { status: "failed", data: null, reason: "upstream" } });
    expect(value.headline).toMatch(/; not available: live_24h\.$/);
  });

  it("ED-1 everything failing is an error", async () => {
    harness.sandbox.setFault({ kind: "500" });
    const { isError, text } = await ask();
    harness.sandbox.clearFaults();
    expect(isError).toBe(true);
    expect(text).toMatch(/^\[UPSTREAM_ERROR\] None of the needed parts could be read: /);
  });

  it.each([
    ["analytics/usage", { spend: "failed", anomalies: "failed", budget: "partial" }],
    ["analytics/costs", { movers: "failed" }],
    ["analytics/sparklines", { trend: "partial" }],
    ["policies/budget-control", { budget: "partial" }],
  ])("without %s, only what hangs on it is missing", async (path, expected) => {
    harness.sandbox.setFault({ kind: "403", path: `/api/v1/${path}` });
    const { value } = await ask();
    harness.sandbox.clearFaults();
    const all = Object.fromEntries(BLOCKS.map((name) => [name, "ok"]));
    const found = Object.fromEntries(Object.entries<Block>(value.blocks).map(([name, { status }]) => [name, status]));
    expect(found).toEqual({ ...all, ...expected });
    for (const { status, data } of Object.values<Block>(value.blocks)) expect(status === "failed").toBe(data === null);
    expect(value.basis.notes.some(({ code }: { code: string }) => code === "sub_call_failed")).toBe(true);
  });

  it("one window of costs missing makes the moves unknown", async () => {
    harness.sandbox.setFault({ kind: "500", path: "/api/v1/analytics/costs", query: { dateFrom: "2026-11-06" } });
    const { value } = await ask();
    harness.sandbox.clearFaults();
    expect(value.blocks.movers).toMatchObject({ status: "partial", reason: "upstream" });
    const words = value.blocks.movers.data.rows.map(({ word }: { word: string }) => word);
    expect(new Set(words)).toEqual(new Set(["unknown"]));
    expect(value.headline).not.toContain("largest mover");
  });

  it("shows the metrics that were asked for, and saves a request when the usage series has them all", async () => {
    harness.sandbox.resetHits();
    const { value } = await ask({ sparkline_metrics: ["spend", "requests", "spend"] });
    expect(Object.keys(value.blocks.trend.data)).toEqual(["spend", "requests"]);
    expect(harness.sandbox.hits().map(({ path }) => path)).not.toContain("/api/v1/analytics/sparklines");
    const both = (await ask()).value.blocks.trend.data;
    expect(value.blocks.trend.data).toEqual({ spend: both.spend, requests: both.requests });
  });

  it.each([
    { live24hShape: "atomic" },
    { numbers: "strings" },
    { saasEnvelope: "plain" },
    { budgetControlShape: "config" },
    { successRate: "fraction" },
  ] as const)("reads %o", async (switches) => {
    const other = await withSandbox("manager", { switches }, { tools: [tool] });
    const { value } = await other.call(tool.name, {});
    await other.close();
    const plain = (await ask()).value;
    const { live_24h: rolling, ...rest } = value.blocks;
    const { live_24h: plainRolling, ...plainRest } = plain.blocks;
    expect(rest).toEqual(plainRest);
    if ("live24hShape" in switches) {
      expect(rolling).toMatchObject({
        status: "partial",
        reason: "no cost in dollars",
        data: { total_cost_usd: null, requests: plainRolling.data.requests },
      });
    } else expect(rolling).toEqual(plainRolling);
  });

  it("stays below the cap with hostile names", async () => {
    harness.sandbox.setSwitch("labels", "hostile");
    const { text } = await ask();
    harness.sandbox.setSwitch("labels", "normal");
    expect(Buffer.byteLength(text)).toBeLessThan(6_000);
  });

  it("is calm about a quiet workspace", async () => {
    const quiet = await withSandbox("manager", { quiet: true }, { tools: [tool] });
    const { value } = await quiet.call(tool.name, {});
    await quiet.close();
    expect(value.blocks.anomalies).toMatchObject({ status: "ok", data: { episodes: [], judged_days: 7 } });
    expect(value.headline).toContain("no anomaly of the workspace in 7 complete days");
    expect(value.blocks.budget.data.run_out.prob).toBeLessThan(0.5);
  });
});
