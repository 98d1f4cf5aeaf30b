import { describe, expect, it } from "vitest";
import { type OverviewFigures, type OverviewInput, summariseOverview } from "../../src/finops/overview.ts";
import type { Part } from "../../src/finops/part.ts";
import type { UsageSeries } from "../../src/finops/usage.ts";
import { resolveWindows } from "../../src/finops/window.ts";
import { failed, ok, rowsFrom, seriesFor } from "./usage-fixture.ts";

const NOW = new Date("2026-11-20T10:00:00Z");
const windows = resolveWindows({ period: "billing_cycle", now: NOW, cycleStart: "2026-11-11" });
const usage = ok(
  seriesFor({ ...windows, current: null, previous: null }, rowsFrom("2026-11-11", Array(10).fill(20)), NOW),
);
const NOTHING: OverviewFigures = {
  costUsd: null,
  requests: null,
  tokens: null,
  successPct: null,
  avgLatencyMs: null,
  members: null,
  agents: null,
  virtualKeys: null,
  departments: null,
};
const KPI: OverviewFigures = {
  ...NOTHING,
  costUsd: 200,
  requests: 100,
  tokens: 10_000,
  successPct: 98.6,
  avgLatencyMs: 912,
};

function summarise(
  overview: Part<OverviewFigures>,
  series: Part<UsageSeries> = usage,
  overviewSpan: OverviewInput["overviewSpan"] = null,
) {
  const { result, notes } = summariseOverview({ windows, overview, overviewSpan, usage: series });
  return { result, codes: notes.map(({ code }) => code), notes };
}

describe("summariseOverview", () => {
  it("takes money from the series and quality from the overview, whose units it says to assume", () => {
    const { result, codes } = summarise(ok(KPI));
    expect(result).toEqual({
      total_cost_usd: 200,
      lower_bound: false,
      today_so_far_usd: 20,
      avg_complete_day_usd: 20,
      requests: 100,
      tokens: 10_000,
      cost_per_request_usd: 2,
      cost_per_1k_tokens_usd: 20,
      success_pct: 98.6,
      avg_latency_ms: 912,
      counts: null,
    });
    expect(codes).toEqual(["unit_unknown"]);
  });

  it("shows counts where the service counts", () => {
    const { result } = summarise(ok({ ...NOTHING, agents: 4, virtualKeys: 9 }));
    expect(result.counts).toEqual({ agents: 4, members: null, departments: null, virtual_keys: 9 });
    expect(result.total_cost_usd).toBe(200);
  });

  it("answers from the overview alone when the series failed", () => {
    const { result } = summarise(ok(KPI), failed());
    expect(result).toMatchObject({
      total_cost_usd: 200,
      requests: 100,
      today_so_far_usd: null,
      avg_complete_day_usd: null,
    });
  });

  it("answers from the series alone when the overview failed", () => {
    const { result } = summarise(failed());
    expect(result).toMatchObject({ total_cost_usd: 200, success_pct: null, counts: null });
  });

  it("does not believe zeros beside real usage", () => {
    const { result, codes } = summarise(
      ok({ ...KPI, costUsd: 0, requests: 0, tokens: 0, successPct: 0, avgLatencyMs: 0 }),
    );
    expect(result).toMatchObject({ total_cost_usd: 200, success_pct: null, avg_latency_ms: null });
    expect(codes).toEqual(["placeholder_suspected"]);
  });

  it("takes zeros of a degraded overview for unknown", () => {
    const { result } = summarise(ok({ ...KPI, costUsd: 0, successPct: 0, agents: 3 }, true), failed());
    expect(result).toMatchObject({ total_cost_usd: null, success_pct: null, requests: 100 });
    expect(result.counts?.agents).toBe(3);
  });

  it("names both sums when overview and series differ, and both windows when those do", () => {
    expect(summarise(ok({ ...KPI, costUsd: 250 })).codes).toContain("window_mismatch");
    const other = summarise(ok({ ...KPI, costUsd: 900 }), usage, { from: "2026-10-01", to: "2026-10-31" });
    expect(other.result.total_cost_usd).toBe(200);
    expect(other.notes.map(({ text }) => text).join(" ")).toContain(
      "Success and latency cover 2026-10-01 to 2026-10-31",
    );
  });
});
