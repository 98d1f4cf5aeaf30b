import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { addDays } from "../../src/finops/day.ts";
import { NOON, type SandboxHarness, withSandbox } from "../harness/sandbox.ts";

const CYCLE = { from: "2026-11-01", to: "2026-11-20" };
let manager: SandboxHarness;
let key: SandboxHarness;
const network = setupServer();

beforeAll(async () => {
  network.listen({ onUnhandledRequest: "bypass" });
  manager = await withSandbox("manager");
  key = await withSandbox("vk");
});
afterEach(() => {
  manager.sandbox.reset();
  key.sandbox.reset();
  network.resetHandlers();
});
afterAll(async () => {
  await Promise.all([manager.close(), key.close()]);
  network.close();
});

const usd = (cents: number) => cents / 100;

describe("get_usage_summary", () => {
  it("sums the workspace once, today apart, and compares complete days", async () => {
    const { dataset } = manager.sandbox;
    const { value } = await manager.call("get_usage_summary");
    const total = dataset.workspace(CYCLE.from, CYCLE.to);
    expect(value.total_cost_usd).toBe(usd(total.cents));
    expect(value.requests).toBe(total.requests);
    expect(value.today_so_far_usd).toBe(usd(dataset.workspace("2026-11-20", "2026-11-20").cents));
    expect(value.compared).toEqual({
      current_cost_usd: usd(dataset.workspace("2026-11-01", "2026-11-19").cents),
      previous_cost_usd: usd(dataset.workspace("2026-10-01", "2026-10-19").cents),
    });
    expect(value.basis).toMatchObject({
      window: { ...CYCLE, days: 20, label: "billing cycle from 2026-11-01" },
      compared_with: { from: "2026-10-01", to: "2026-10-19", days: 19 },
      includes_today: true,
      complete_through: "2026-11-19",
      source: ["usage_series"],
      as_of: NOON.toISOString(),
      degraded: false,
    });
    expect(value.headline).toMatch(
      /^Spend was \$[\d,]+\.\d\d in 2026-11-01 to 2026-11-20 \(UTC, today still open\); 2026-11-01 to 2026-11-19 was (up|down) [\d.]+% on 2026-10-01 to 2026-10-19\.$/,
    );
  });

  it.each([
    ["7d", "2026-11-14", "2026-11-06", "2026-11-12"],
    ["30d", "2026-10-22", "2026-09-21", "2026-10-20"],
  ])("takes %s as today and the days before it", async (period, from, previousFrom, previousTo) => {
    const { value } = await manager.call("get_usage_summary", { period });
    expect(value.total_cost_usd).toBe(usd(manager.sandbox.dataset.workspace(from, "2026-11-20").cents));
    expect(value.basis.compared_with).toMatchObject({ from: previousFrom, to: previousTo });
  });

  it("gives the rolling 24 hours when the live view does, else yesterday and today as two figures", async () => {
    const live = (await manager.call("get_usage_summary", { period: "24h" })).value;
    expect(live.basis.window.label).toBe("rolling 24 hours");
    expect(live.basis.source).toEqual(["usage_series", "live_24h"]);
    manager.sandbox.setFault({ kind: "500", path: "/api/v1/analytics/live-24h" });
    const { value } = await manager.call("get_usage_summary", { period: "24h" });
    const { dataset } = manager.sandbox;
    expect(value.yesterday_usd).toBe(usd(dataset.workspace("2026-11-19", "2026-11-19").cents));
    expect(value.today_so_far_usd).toBe(usd(dataset.workspace("2026-11-20", "2026-11-20").cents));
    expect(value.basis.notes.map((note: { code: string }) => note.code)).toContain("sub_call_failed");
    expect(value.headline).toContain("today so far");
  });

  it.each(["24h", "7d"])(
    "of a virtual key over %s labels the service's own change, or leaves it out",
    async (period) => {
      const { value } = await key.call("get_usage_summary", { period });
      const isTold = period !== "24h";
      expect("server_reported_pct" in value).toBe(isTold);
      const texts = value.basis.notes.map(({ text }: { text: string }) => text).join("\n");
      expect(texts.includes("server_reported_pct is the service's own change: it includes today")).toBe(isTold);
    },
  );

  it("takes from and to in place of a period", async () => {
    const { value } = await manager.call("get_usage_summary", { from: "2026-10-01", to: "2026-10-31" });
    expect(value.total_cost_usd).toBe(usd(manager.sandbox.dataset.workspace("2026-10-01", "2026-10-31").cents));
    expect(value.basis).toMatchObject({
      includes_today: false,
      compared_with: { from: "2026-08-31", to: "2026-09-30" },
    });
  });

  it.each([
    [{ from: "2026-10-01" }, "from and to go together"],
    [{ from: "2026-10-01", to: "2026-10-31", period: "7d" }, "not both"],
    [{ from: "2026-02-30", to: "2026-03-01" }, "from is not a date"],
    [{ from: "2026-10-31", to: "2026-10-01" }, "from is later than to"],
    [{ from: "2026-11-01", to: "2026-11-21" }, "in the future"],
    [{ from: "2020-01-01", to: "2026-11-01" }, "at most 400"],
    [{ period: "90d" }, "period"],
  ])("refuses %j before sending anything", async (args, text) => {
    manager.sandbox.resetHits();
    const answer = await manager.call("get_usage_summary", args);
    expect(answer).toMatchObject({ isError: true, text: expect.stringContaining(text) });
    expect(manager.sandbox.hits()).toEqual([]);
  });

  it("of a virtual key has the split of tokens and the key's own money", async () => {
    const { value } = await key.call("get_usage_summary", { period: "7d" });
    const sums = key.sandbox.dataset.key(key.sandbox.credentials.keyIds.agent, "2026-11-14", "2026-11-20");
    expect(value.total_cost_usd).toBe(usd(sums.cents));
    expect(value.tokens).toEqual({ input: sums.inputTokens, output: sums.outputTokens, total: sums.tokens });
    expect(value.change.cost.word).not.toBe("unknown");
  });

  it("does not call equal what differs by less than it can say", async () => {
    const days = Array.from({ length: 15 }, (_, i) => addDays("2026-11-06", i));
    const series = days.map((date) => ({
      date,
      cost: date === "2026-11-19" ? 10_031.5 : 10_000,
      requests: 1,
      tokens: 1,
    }));
    network.use(
      http.get(`${manager.sandbox.url}/api/v1/analytics/usage`, () =>
        HttpResponse.json({ code: 0, message: "ok", data: { series } }),
      ),
    );
    const { value } = await manager.call("get_usage_summary", { period: "7d" });
    expect(value.compared).toEqual({ current_cost_usd: 70_031.5, previous_cost_usd: 70_000 });
    expect(value.headline).toBe(
      "Spend was $70,031.50 in 2026-11-14 to 2026-11-20 (UTC, today still open); 2026-11-13 to 2026-11-19 was within 0.1% of 2026-11-06 to 2026-11-12.",
    );
    const diagnosis = (await manager.call("diagnose_cost_anomaly", {})).value;
    expect(diagnosis.headline).toMatch(/cost \$70,031\.50, \+\$31\.50 \(under 0\.1%\) against/);
  });

  it.each([
    ["30d", "No figures, so unknown and not zero: 2026-09-21 to 2026-10-21."],
    [
      "billing_cycle",
      "The source reaches back to 2026-10-22: the window before (2026-10-01 to 2026-10-19) is not known, so there is no change.",
    ],
  ])("of a virtual key over %s knows no window before, and says why", async (period, why) => {
    const { value } = await key.call("get_usage_summary", { period });
    expect(value.change.cost).toEqual({ pct: null, word: "unknown" });
    expect(value.headline).toContain("the change is not known");
    expect(value.basis.notes).toContainEqual({ code: "missing_days", text: why });
    expect(value.basis.compared_with).toBeNull();
    expect(JSON.stringify(value.basis.notes)).not.toContain("Compared are");
  });

  it("of a virtual key whose summary covers other days, splits no tokens", async () => {
    const daily = (await key.call("get_usage_summary", { period: "7d" })).value;
    const { url } = key.sandbox;
    network.use(
      http.get(`${url}/api/v1/cockpit/usage-summary`, () =>
        HttpResponse.json({ total_cost_cents: 100, total_requests: 5, total_tokens: { input: 480, output: 120 } }),
      ),
    );
    const { value } = await key.call("get_usage_summary", { period: "7d" });
    expect(value.tokens).toEqual({ input: null, output: null, total: daily.tokens.total });
    const texts = value.basis.notes.map(({ text }: { text: string }) => text);
    expect(texts).toContain(
      "Input and output tokens are reported as 600 in all, not the total shown, and are left out.",
    );
  });

  it("reads a degraded answer as unknown, never as no spend", async () => {
    key.sandbox.setSwitch("degraded", "on");
    const { value } = await key.call("get_usage_summary", { period: "7d" });
    expect(value).toMatchObject({ total_cost_usd: null, requests: null, basis: { degraded: true } });
    expect(value.headline).toContain("unknown");
  });

  it("is an error, not zeros, when nothing could be read", async () => {
    manager.sandbox.setFault({ kind: "500", path: "/api/v1/analytics/usage" });
    expect(await manager.call("get_usage_summary", { period: "7d" })).toMatchObject({
      isError: true,
      text: expect.stringMatching(/^\[UPSTREAM_ERROR\]/),
    });
  });
});

describe("the same figures whatever the shape of the answers", () => {
  const SHAPES = [
    ["saasEnvelope", "data"],
    ["saasEnvelope", "plain"],
    ["periodKeys", "from"],
    ["periodKeys", "startDate"],
    ["periodKeys", "start"],
    ["periodKeys", "string"],
    ["periodKeys", "none"],
    ["modelsShape", "items"],
    ["modelsShape", "data"],
    ["cockpitEnvelope", "data"],
    ["cockpitEnvelope", "full"],
    ["totalTokens", "int"],
    ["numbers", "strings"],
  ] as const;

  it.each(SHAPES)("%s=%s", async (name, shape) => {
    for (const harness of [manager, key]) {
      for (const tool of ["get_usage_summary", "get_daily_costs", "get_cost_by_model"]) {
        for (const period of ["7d", "billing_cycle"]) {
          harness.sandbox.setSwitch(name, shape);
          const { value, text } = await harness.call(tool, { period });
          harness.sandbox.reset();
          const usual = (await harness.call(tool, { period })).value;
          expect(value, text).toBeDefined();
          expect(money(value), `${tool} ${period}`).toEqual(money(usual));
        }
      }
    }
  });

  it("zero days left out of a complete answer count as zero", async () => {
    const usual = (await key.call("get_daily_costs", { period: "30d" })).value;
    key.sandbox.setSwitch("zeroDays", "omit");
    const { value } = await key.call("get_daily_costs", { period: "30d" });
    expect(money(value)).toEqual(money(usual));
  });

  /** All money of an answer, whichever notes stand beside it. */
  function money(value: Record<string, unknown>): unknown {
    const { headline: _headline, basis: _basis, tokens: _tokens, server_reported_pct: _reported, ...figures } = value;
    return figures;
  }
});

describe("get_daily_costs", () => {
  it("has one figure a day that adds up to the window", async () => {
    const { value } = await manager.call("get_daily_costs", { period: "7d" });
    const days = manager.sandbox.dataset.days("2026-11-14", "2026-11-20");
    expect(value.days.dates).toEqual(days.map(({ date }) => date));
    expect(value.days.cost_usd).toEqual(days.map(({ cents }) => usd(cents)));
    expect(value.window_total_usd).toBe(usd(days.reduce((sum, { cents }) => sum + cents, 0)));
    expect(value.known_days).toBe(6);
    expect(value.basis.compared_with).toBeNull();
  });

  it("refuses a window too long for one result", async () => {
    const answer = await manager.call("get_daily_costs", { from: "2026-01-01", to: "2026-11-01" });
    expect(answer.text).toContain("at most 120");
  });
});

describe("get_cost_by_model", () => {
  it("adds up: rows, other and unattributed are the total of the usage series", async () => {
    const { value } = await manager.call("get_cost_by_model", { period: "30d", limit: 3 });
    const truth = manager.sandbox.dataset.models("2026-10-22", "2026-11-20");
    const rows = value.models.reduce((sum: number, row: { cost_usd: number }) => sum + row.cost_usd, 0);
    expect(rows + value.other.cost_usd + value.unattributed_usd).toBeCloseTo(value.total_cost_usd, 6);
    expect(value.total_cost_usd).toBe(usd(manager.sandbox.dataset.workspace("2026-10-22", "2026-11-20").cents));
    const largest = [...truth].sort((a, b) => b.cents - a.cents)[0];
    expect(value.models[0]).toMatchObject({ model: largest?.model, cost_usd: usd(largest?.cents ?? 0) });
  });

  it("keeps the rows and calls the total a lower bound when the series fails", async () => {
    manager.sandbox.setFault({ kind: "500", path: "/api/v1/analytics/usage" });
    const { value } = await manager.call("get_cost_by_model", { period: "7d" });
    expect(value).toMatchObject({ lower_bound: true, allocation: "unknown" });
    expect(value.headline).toContain("at least");
  });

  it("has no change when the window before fails, and names the gap", async () => {
    manager.sandbox.setFault({ kind: "500", path: "/api/v1/analytics/models", query: { dateFrom: "2026-11-06" } });
    const { value } = await manager.call("get_cost_by_model", { period: "7d" });
    expect(value.models.map((row: { change: { word: string } }) => row.change.word)).toEqual(
      value.models.map(() => "unknown"),
    );
    expect(value.basis.notes.map((note: { code: string }) => note.code)).toContain("sub_call_failed");
  });

  it("of a degraded key knows nothing, and does not say that no model was used", async () => {
    key.sandbox.setSwitch("degraded", "on");
    const { value } = await key.call("get_cost_by_model", { period: "7d" });
    expect(value).toMatchObject({
      models: [],
      total_cost_usd: null,
      unattributed_usd: null,
      basis: { degraded: true },
    });
    expect(value.headline).toBe(
      "What was spent by model in 2026-11-14 to 2026-11-20 (UTC, today still open) is not known.",
    );
  });

  it("of a virtual key says that changes per model are not known", async () => {
    const { value } = await key.call("get_cost_by_model", { period: "7d" });
    expect(value.models[0].change).toEqual({ pct: null, word: "unknown" });
    expect(value.basis.compared_with).toBeNull();
  });
});
