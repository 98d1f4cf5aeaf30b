import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type SandboxHarness, withSandbox } from "../harness/sandbox.ts";

let manager: SandboxHarness;

beforeAll(async () => {
  manager = await withSandbox("manager");
});
afterEach(() => manager.sandbox.reset());
afterAll(() => manager.close());

const codes = (value: { basis: { notes: { code: string }[] } }) => value.basis.notes.map(({ code }) => code);
const LIVE = "/api/v1/analytics/live-24h";
const dayUsd = (day: string) => manager.sandbox.dataset.workspace(day, day).usd;
const sum = (costs: number[]) => costs.reduce((total, cost) => total + cost, 0);

describe("get_live_24h", () => {
  it("shows the rolling 24 hours; rows plus the rest are the total", async () => {
    const { value, text } = await manager.call("get_live_24h");
    expect(value.basis).toMatchObject({
      window: { label: "rolling 24 hours" },
      compared_with: null,
      complete_through: null,
      source: ["live_24h"],
    });
    for (const top of [value.top_models, value.top_keys]) {
      const costs: number[] = top.rows.map((row: { cost_usd: number }) => row.cost_usd);
      expect(costs).toHaveLength(5);
      expect(costs).toEqual([...costs].sort((a, b) => b - a));
      expect(sum([...costs, top.not_listed_usd])).toBeCloseTo(value.total_cost_usd, 6);
      const shares = top.rows.map((row: { share_pct: number }) => row.share_pct);
      expect(sum([...shares, top.not_listed_pct])).toBeCloseTo(100, 6);
    }
    expect(value.total_cost_usd).toBeGreaterThan(dayUsd("2026-11-20"));
    expect(value.total_cost_usd).toBeLessThan(dayUsd("2026-11-19") + dayUsd("2026-11-20"));
    expect(value).not.toHaveProperty("today_so_far_usd");
    expect(value.headline).toMatch(
      /^Spend was \$[\d,]+\.\d\d in [\d,]+ requests in the last 24 hours; the model that took most is .+ with \$[\d,]+\.\d\d, [\d.]+% of it\.$/,
    );
    expect(manager.sandbox.hits()).toHaveLength(1);
    expect(text.length).toBeLessThan(3_000);
  });

  it("passes the limit on and stays small at its largest", async () => {
    const { value, text } = await manager.call("get_live_24h", { limit: 10 });
    expect(manager.sandbox.hits()[0]?.query).toEqual({ limit: "10" });
    expect(value.top_keys.rows).toHaveLength(10);
    expect(text.length).toBeLessThan(4_000);
    expect((await manager.call("get_live_24h", { limit: 11 })).text).toMatch(/^\[INVALID_ARGUMENT\]/);
  });

  it("does not take storage units for dollars: two separate days stand in", async () => {
    manager.sandbox.setSwitch("live24hShape", "atomic");
    const { value } = await manager.call("get_live_24h");
    expect(value).toMatchObject({
      total_cost_usd: null,
      yesterday_usd: dayUsd("2026-11-19"),
      today_so_far_usd: dayUsd("2026-11-20"),
      top_models: null,
      top_keys: null,
    });
    expect(value.requests).toBeGreaterThan(0);
    expect(value.tokens.total).toBe(value.tokens.input + value.tokens.output);
    expect(codes(value)).toContain("unit_unknown");
    expect(value.headline).toMatch(/^The cost of the last 24 hours is unknown \([\d,]+ requests\); spend was \$/);
  });

  it.each([
    ["numbers", "strings"],
    ["saasEnvelope", "data"],
    ["saasEnvelope", "plain"],
  ] as const)("gives the same answer with %s=%s", async (name, value) => {
    const plain = (await manager.call("get_live_24h")).text;
    manager.sandbox.setSwitch(name, value);
    expect((await manager.call("get_live_24h")).text).toBe(plain);
  });

  it("reads a success rate given as a fraction as percent, and says that this is assumed", async () => {
    const native = (await manager.call("get_live_24h")).value.success_pct;
    manager.sandbox.setSwitch("successRate", "fraction");
    const { value } = await manager.call("get_live_24h");
    expect(value.success_pct).toBe(native);
    expect(codes(value)).toEqual(["unit_unknown"]);
  });

  it("falls back to yesterday and today when the live view fails, and fails when both do", async () => {
    manager.sandbox.setFault({ kind: "500", path: LIVE });
    const { value } = await manager.call("get_live_24h");
    expect(value).toMatchObject({ total_cost_usd: null, requests: null, today_so_far_usd: dayUsd("2026-11-20") });
    expect(value.basis.source).toEqual(["usage_series"]);
    expect(codes(value)).toContain("sub_call_failed");
    manager.sandbox.setFault({ kind: "500", path: "/api/v1/analytics/usage" });
    expect((await manager.call("get_live_24h")).isError).toBe(true);
  });
});
