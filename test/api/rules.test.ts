import { describe, expect, it } from "vitest";
import { AuthError, ShapeError, UnsupportedWindowError } from "../../src/api/errors.ts";
import { createManagerApi } from "../../src/api/manager.ts";
import { createVkApi } from "../../src/api/vk.ts";
import { bodies } from "./examples.ts";
import { AGENT_ID, connect, KEY_ID, PAT, TODAY, useService, WEEK } from "./support.ts";

const service = useService();
const vk = () => createVkApi(connect({ mode: "vk" }));
const manager = () => createManagerApi(connect());
const USAGE = "GET /api/v1/analytics/usage";
const LIVE = "GET /api/v1/analytics/live-24h";
const raw = (text: string) => ({ body: text, headers: { "Content-Type": "application/json" } });

async function usageOf(row: object) {
  service.on(USAGE, { body: { data: { series: [{ date: TODAY, ...row }] } } });
  return (await manager().usage(WEEK)).value.rows[0];
}

async function summaryOf(summary: object) {
  service.on(LIVE, { body: { data: { summary } } });
  return (await manager().live24h(5)).value;
}

describe("W11 numbers", () => {
  it.each<[unknown, number | null]>([
    [18.42, 18.42],
    [0, 0],
    [-3.5, -3.5],
    ["18.42", null],
    ["", null],
    [null, null],
    [true, null],
    [{}, null],
    [[1], null],
  ])("a cost of %j on an ordinary endpoint is %j", async (cost, expected) => {
    expect(await usageOf({ cost, requests: 1, tokens: 2 })).toEqual({
      date: TODAY,
      costUsd: expected,
      requests: 1,
      tokens: 2,
    });
  });

  it.each<[unknown, number | null]>([
    ["1021", 1021],
    ["12.5", 12.5],
    [7, 7],
    ["1e3", null],
    [" 7", null],
    ["0x10", null],
    ["", null],
    ["1234567890123456", null],
    [null, null],
  ])("a count of %j on an endpoint known for strings is %j", async (requests, expected) => {
    expect((await summaryOf({ requests })).summary?.requests).toBe(expected);
  });

  it("gives -0 as 0 and a missing figure as null", async () => {
    expect(await usageOf({ cost: -0 })).toStrictEqual({ date: TODAY, costUsd: 0, requests: null, tokens: null });
  });

  it.each(["1e400", "-1e400", "9007199254740993"])("C7 refuses %s, which JSON cannot carry", async (number) => {
    service.on(USAGE, raw(`{"data":{"series":[{"date":"2026-11-20","cost":${number}}]}}`));
    const request = manager().usage(WEEK);
    await expect(request).rejects.toThrow(ShapeError);
    await expect(request).rejects.toThrow("Field data.series[0].cost: expected a number that can be read exactly");
  });

  it("C21 refuses negative tokens, and takes a negative cost as a credit", async () => {
    await expect(usageOf({ cost: 1, tokens: -5 })).rejects.toThrow(
      "Field data.series[0].tokens: expected a number of 0 or more",
    );
    expect((await usageOf({ cost: -1.5, tokens: 5 }))?.costUsd).toBe(-1.5);
  });

  it("C7 does not read inherited names", async () => {
    service.on(
      "GET /api/v1/virtual-keys",
      raw(`{"data":{"data":[{"id":"${KEY_ID}","__proto__":{"label":"x","status":"y"}}]}}`),
    );
    expect((await manager().keys({})).rows[0]).toMatchObject({ label: null, status: null });
  });
});

describe("W12 money", () => {
  it.each<[string, object, number | null, boolean]>([
    ["a number is USD", { cost: 12.16 }, 12.16, false],
    ["a string with a decimal point is USD", { cost: "12.16" }, 12.16, false],
    ["an integer as a string is a raw unit", { cost: "26330000000" }, null, true],
    ["cost_sum is never money", { cost_sum: 26330000000 }, null, true],
    ["the next name is tried", { cost: "26330000000", totalCost: 26.33 }, 26.33, true],
  ])("%s", async (_, summary, costUsd, hasRawCost) => {
    const live = await summaryOf(summary);
    expect(live.summary?.costUsd).toBe(costUsd);
    expect(live.hasRawCost).toBe(hasRawCost);
  });

  it("divides cents by 100, and prefers a name that holds USD", async () => {
    const row = { id: KEY_ID, budgetCents: 12345, budget: 99.5, spent_cents: 1 };
    service.on("GET /api/v1/virtual-keys", { body: { data: [row, { id: AGENT_ID, budgetCents: 12345 }] } });
    expect((await manager().keys({})).rows).toMatchObject([
      { budgetUsd: 99.5, spentUsd: 0.01 },
      { budgetUsd: 123.45, spentUsd: null },
    ]);
  });
});

describe("W13 percent", () => {
  it.each([
    [98.6, 98.6],
    [0.986, 98.6],
    [0.57, 57],
    [1, 100],
    [0, 0],
    [100, 100],
  ])("a success rate of %d is %d %%", async (successRate, expected) => {
    service.on("GET /api/v1/analytics/overview", { body: { data: { successRate } } });
    expect((await manager().overview()).value.successPct).toBe(expected);
  });

  it("decides once for a series", async () => {
    service.on("GET /api/v1/analytics/sparklines", { body: { data: { success: [0.5, 98, 100] } } });
    expect((await manager().sparklines(["success"])).value.success).toEqual([0.5, 98, 100]);
    service.on("GET /api/v1/analytics/sparklines", { body: { data: { success: [0.5, 1, null] } } });
    expect((await manager().sparklines(["success"])).value.success).toEqual([50, 100, null]);
  });
});

describe("daily rows", () => {
  const rows = (body: object) => service.on(USAGE, { body });

  it("W15 come once per date, ascending, from dates or instants, inside the span", async () => {
    rows({
      data: {
        series: [
          { date: "2026-11-20T00:00:00Z", cost: 2 },
          { date: "2026-11-14", cost: 1 },
          { date: "2026-11-14", cost: 1 },
          { date: "2026-11-13", cost: 9 },
        ],
      },
    });
    expect((await manager().usage(WEEK)).value.rows.map(({ date, costUsd }) => [date, costUsd])).toEqual([
      ["2026-11-14", 1],
      ["2026-11-20", 2],
    ]);
  });

  it.each([
    [
      "two different rows for one date",
      [
        { date: TODAY, cost: 1 },
        { date: TODAY, cost: 2 },
      ],
    ],
    ["a row without a date", [{ cost: 1 }]],
    ["a date that does not exist", [{ date: "2026-11-31", cost: 1 }]],
  ])("C21 refuses %s", async (_, series) => {
    rows({ data: { series } });
    await expect(manager().usage(WEEK)).rejects.toThrow(ShapeError);
  });

  it("W15 says what the rows speak for", async () => {
    rows({ data: { period: { dateFrom: "2026-11-16", dateTo: TODAY }, series: [] } });
    expect((await manager().usage(WEEK)).value.covered).toEqual({ from: "2026-11-16", to: TODAY });
    rows({ data: { series: [] } });
    expect((await manager().usage("billing_cycle")).value.covered).toBeNull();
    expect(service.seen.map(({ query }) => query)).toEqual([{ dateFrom: "2026-11-14", dateTo: TODAY }, {}]);
  });

  it("sends one entity filter, as the service names it", async () => {
    rows({ data: { series: [] } });
    for (const type of ["agent", "member", "department"] as const) await manager().usage(WEEK, { type, id: AGENT_ID });
    expect(service.seen.map(({ query }) => Object.keys(query).filter((name) => name.endsWith("Id")))).toEqual([
      ["agentId"],
      ["memberId"],
      ["departmentId"],
    ]);
  });
});

describe("a virtual key's windows", () => {
  const DAILY = "GET /api/v1/cockpit/daily-costs";
  const day = (date: string) => ({ date, cost_cents: 100, requests: 1, tokens: 1 });
  const thirty = { degraded: false, period: { from: "2026-10-22", to: TODAY }, data: [day("2026-10-22"), day(TODAY)] };
  const cycle = { degraded: false, period: { from: "2026-10-10", to: TODAY }, data: [day("2026-10-10"), day(TODAY)] };

  it("cuts a span of the last 30 days out of one request", async () => {
    service.on(DAILY, { body: thirty });
    const span = { from: "2026-11-01", to: "2026-11-19" };
    expect((await vk().dailyUsage(span, TODAY)).value).toEqual({ rows: [], covered: span });
    expect((await vk().dailyUsage({ from: "2026-10-22", to: TODAY }, TODAY)).value.rows).toHaveLength(2);
    expect(service.seen.map(({ query }) => query.period)).toEqual(["30d", "30d"]);
  });

  it("trusts the documented length when the answer names no period", async () => {
    service.on(DAILY, { body: [{ date: TODAY, costCents: 5, requests: 2 }] });
    const { value, period } = await vk().dailyUsage(WEEK, TODAY);
    expect(value).toEqual({ covered: WEEK, rows: [{ date: TODAY, costUsd: 0.05, requests: 2, tokens: null }] });
    expect(period).toBeNull();
  });

  it("looks further back in the billing cycle, and takes what reaches further", async () => {
    const span = { from: "2026-10-01", to: TODAY };
    service.on(DAILY, ({ request }) => {
      const body = new URL(request.url).searchParams.get("period") === "30d" ? thirty : cycle;
      return Response.json(body);
    });
    expect((await vk().dailyUsage(span, TODAY)).value).toMatchObject({ covered: { from: "2026-10-10", to: TODAY } });
    service.on(DAILY, { body: thirty });
    expect((await vk().dailyUsage(span, TODAY)).value.covered).toEqual({ from: "2026-10-22", to: TODAY });
    expect((await vk().dailyUsage({ from: "2026-08-01", to: "2026-08-31" }, TODAY)).value).toEqual({
      rows: [],
      covered: null,
    });
  });

  it("lets the service choose the billing cycle", async () => {
    service.on(DAILY, { body: cycle });
    expect((await vk().dailyUsage("billing_cycle", TODAY)).value.covered).toEqual(cycle.period);
    expect(service.seen[0]?.query).toEqual({ period: "billing_cycle" });
  });

  it("W9 takes data: null beside `degraded` as an empty list, and alone as unknown", async () => {
    service.on(DAILY, { body: { degraded: true, data_source: "cache", message: "no data", data: null } });
    expect(await vk().dailyUsage(WEEK, TODAY)).toMatchObject({
      degraded: true,
      message: "no data",
      value: { rows: [] },
    });
    service.on(DAILY, { body: { data: null } });
    await expect(vk().dailyUsage(WEEK, TODAY)).rejects.toThrow(ShapeError);
  });

  it.each([
    ["24h", TODAY],
    ["7d", "2026-11-14"],
    ["30d", "2026-10-22"],
  ])("asks for cost by model over %s", async (period, from) => {
    service.on("GET /api/v1/cockpit/cost-by-model", { body: bodies["GET /api/v1/cockpit/cost-by-model"] });
    await vk().modelCosts({ from, to: TODAY }, TODAY);
    await vk().modelCosts("billing_cycle", TODAY);
    expect(service.seen.map(({ query }) => query.period)).toEqual([period, "billing_cycle"]);
  });

  it.each([
    { from: "2026-11-13", to: "2026-11-19" },
    { from: "2026-11-15", to: TODAY },
  ])("cannot ask for cost by model over %j", async (span) => {
    await expect(vk().modelCosts(span, TODAY)).rejects.toThrow(UnsupportedWindowError);
    expect(service.seen).toHaveLength(0);
  });
});

describe("W19 the connection check", () => {
  it("takes any success as proof, whatever its shape", async () => {
    service.on("GET /api/v1/cockpit/scope", { body: { surprise: 1 } });
    service.on("GET /api/v1/analytics/overview", { body: { code: 0, data: null } });
    expect(await vk().proveCredential()).toEqual({ path: "/api/v1/cockpit/scope", scope: null, overview: null });
    expect(await manager().proveCredential()).toEqual({
      path: "/api/v1/analytics/overview",
      scope: null,
      overview: null,
    });
  });

  it("passes on what the answer says", async () => {
    service.on("GET /api/v1/cockpit/scope", { body: bodies["GET /api/v1/cockpit/scope"] });
    service.on("GET /api/v1/analytics/overview", { body: bodies["GET /api/v1/analytics/overview"] });
    expect((await vk().proveCredential()).scope?.value.workspaceName).toBe("Acme Corp");
    expect((await manager().proveCredential()).overview?.value.costUsd).toBe(412.77);
  });

  it("fails when the credential is refused", async () => {
    service.on("GET /api/v1/cockpit/scope", { body: null, status: 401 });
    await expect(vk().proveCredential()).rejects.toThrow(AuthError);
  });

  it.each([
    [{ status: "healthy" }, "healthy"],
    [{ data: { status: "odd" } }, "unknown(odd)"],
    [{ components: null }, null],
  ])("reads a health of %j", async (body, status) => {
    service.on("GET /api/v1/cockpit/health", { body });
    expect(await vk().health()).toEqual({ status, components: [], version: null });
    expect(service.seen[0]?.headers).not.toHaveProperty("authorization");
  });
});

describe("W20 models", () => {
  const MODELS = "GET /api/v1/models";
  const SCOPE = "GET /api/v1/cockpit/scope";

  it.each([401, 403, 404])("falls back to the key's scope on %i", async (status) => {
    service.on(MODELS, { body: null, status });
    service.on(SCOPE, { body: bodies[SCOPE] });
    expect((await vk().listModels()).value).toMatchObject({
      source: "key_scope",
      allowedModels: ["gpt-4o", "gpt-4.1"],
      models: [{ model: "gpt-4o" }, { model: "gpt-4.1", inputUsdPer1mTokens: null }],
      refusedWith: status,
    });
  });

  it("knows of no restriction when the scope names none", async () => {
    service.on(MODELS, { body: null, status: 403 });
    service.on(SCOPE, { body: { degraded: false, virtual_key: { allowed_models: null } } });
    expect((await vk().listModels()).value).toMatchObject({ allowedModels: null, models: [] });
  });

  it("says that the key is bad when the scope refuses it as well", async () => {
    service.on(MODELS, { body: null, status: 401 });
    service.on(SCOPE, { body: null, status: 401 });
    await expect(vk().listModels()).rejects.toThrow(AuthError);
  });

  it("does not fall back otherwise, nor in manager mode", async () => {
    service.on(MODELS, { body: null, status: 400 });
    await expect(vk().listModels()).rejects.toMatchObject({ code: "REJECTED" });
    service.on(MODELS, { body: null, status: 403 });
    await expect(manager().listModels()).rejects.toMatchObject({ code: "FORBIDDEN" });
  });

  it.each([
    ["modelId before id", { id: KEY_ID, modelId: "a", model: "b" }, "a"],
    ["model_id", { model_id: "a" }, "a"],
    ["an id that is no UUID", { id: "gpt-4o", name: "GPT" }, "gpt-4o"],
    ["model instead of a UUID", { id: KEY_ID, model: "b", name: "c" }, "b"],
    ["name", { id: KEY_ID, name: "c" }, "c"],
  ])("names a model by %s", async (_, row, model) => {
    service.on(MODELS, { body: [row] });
    expect((await manager().listModels()).value.models[0]?.model).toBe(model);
  });

  it("reads provider and limits wherever they stand, and 0 as unknown", async () => {
    const rows = [
      { model: "a", provider: { code: "openai" }, maxContextTokens: 8192, info: { max_completion_tokens: 0 } },
      { model: "b", provider_code: "x", enabled: false },
    ];
    service.on(MODELS, { body: { models: rows } });
    expect((await manager().listModels()).value.models).toMatchObject([
      { provider: "openai", contextTokens: 8192, maxOutputTokens: null, isEnabled: null },
      { provider: "x", isEnabled: false, modalities: [] },
    ]);
  });
});

describe("W17 costs", () => {
  const COSTS = "GET /api/v1/analytics/costs";
  const costs = async (data: object) => {
    service.on(COSTS, { body: { data } });
    return (await manager().costs(WEEK)).value.dimensions;
  };

  it.each([
    ["agents", "agent"],
    ["Department", "department"],
    ["user", "member"],
    ["members", "member"],
    ["masterKey", "master_key"],
    ["master_keys", "master_key"],
    ["virtual-keys", "virtual_key"],
    ["models", "model"],
    ["country", "country"],
  ])("takes the dimension %s as %s", async (word, dimension) => {
    expect((await costs({ breakdown: [{ dimension: word, items: null }] }))[0]).toEqual({ dimension, items: [] });
  });

  it("sorts by cost, unknown costs last, and joins parts of one dimension", async () => {
    const [agents] = await costs({
      breakdown: [
        {
          dimension: "agent",
          items: [
            { entityId: AGENT_ID, label: "none" },
            { name: "small", totalCost: 1 },
          ],
        },
        { dimension: "agents", items: [{ name: "big", cost: 999, lastRequestAt: "2026-11-20T10:00:00+02:00" }] },
      ],
    });
    expect(agents?.items.map(({ name }) => name)).toEqual(["big", "small", "none"]);
    expect(agents?.items[0]?.lastUsedAt).toBe("2026-11-20T08:00:00.000Z");
    expect(agents?.items[2]?.id).toBe(AGENT_ID);
  });

  it("takes flat items that all name their dimension", async () => {
    expect(
      await costs({
        items: [
          { dimension: "agent", name: "a", cost: 1 },
          { dimension: "model", name: "m", cost: 2 },
        ],
      }),
    ).toMatchObject([{ dimension: "agent" }, { dimension: "model" }]);
    await expect(costs({ items: [{ dimension: "agent", name: "a" }, { name: "m" }] })).rejects.toThrow(ShapeError);
    await expect(costs({ items: [] })).rejects.toThrow(ShapeError);
    expect(await costs({ breakdown: null })).toEqual([]);
  });
});

describe("W22 W23 single endpoints", () => {
  it("always sends days, and only 1, 7 or 30", async () => {
    service.on("GET /api/v1/agents/{id}/analytics", { body: { data: { spend: "1.25", total_requests: "7" } } });
    for (const days of [1, 7, 30] as const) {
      const { value } = await manager().entityAnalytics({ type: "agent", id: AGENT_ID }, days);
      expect(value).toMatchObject({ costUsd: 1.25, requests: 7, tokens: null });
    }
    expect(service.seen.map(({ query }) => query.days)).toEqual(["1", "7", "30"]);
  });

  it("does not add up days of which one is unknown", async () => {
    const series = [
      { date: "2026-11-19", cost: 1, requests: 1 },
      { date: TODAY, cost: null, requests: 2 },
    ];
    service.on("GET /api/v1/agents/{id}/analytics", { body: { data: { series } } });
    const { value } = await manager().entityAnalytics({ type: "agent", id: AGENT_ID }, 7);
    expect(value).toMatchObject({ costUsd: null, requests: 3, tokens: null });
  });

  it("takes raw units in entity analytics for what they are", async () => {
    service.on("GET /api/v1/agents/{id}/analytics", { body: { data: { cost_sum: "47230000000", requests: "1247" } } });
    const { value } = await manager().entityAnalytics({ type: "agent", id: AGENT_ID }, 7);
    expect(value).toMatchObject({ costUsd: null, requests: 1247, hasRawCost: true });
  });

  it.each(["success_rate", "latency"] as const)("refuses hours of %s before sending", async (metric) => {
    await expect(manager().timeseries(metric, "hour", "7d")).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
    expect(service.seen).toHaveLength(0);
  });

  it("reads a series of requests and of rates", async () => {
    const SERIES = "GET /api/v1/analytics/usage/timeseries";
    service.on(SERIES, { body: { data: { rows: [{ bucket_hour: "2026-11-20T10:00:00Z", request_count: "12" }] } } });
    expect((await manager().timeseries("requests", "hour", "7d")).value.points).toEqual([
      { bucket: "2026-11-20T10:00:00Z", value: 12 },
    ]);
    service.on(SERIES, {
      body: {
        data: [
          { ts: "2026-W47", success_rate: 0.5 },
          { ts: "2026-W48", success_rate: 1 },
        ],
      },
    });
    expect((await manager().timeseries("success_rate", "day", "7d")).value.points).toEqual([
      { bucket: "2026-W47", value: 50 },
      { bucket: "2026-W48", value: 100 },
    ]);
    expect(service.seen[0]?.query).toEqual({ metric: "requests", granularity: "hour", preset: "7d" });
  });

  it("reads sparklines given as objects or texts, and a missing metric as null", async () => {
    const data = { spend: [1.5, "2.5", { date: TODAY, value: 3 }, "400", "x", null], requests: ["7"], tokens: [] };
    service.on("GET /api/v1/analytics/sparklines", { body: { data } });
    expect((await manager().sparklines(["spend", "requests"])).value).toEqual({
      spend: [1.5, 2.5, 3, null, null, null],
      requests: [7],
      tokens: null,
      success: null,
      latency: null,
    });
    expect(service.seen[0]?.query).toEqual({ metrics: "spend,requests" });
  });

  it("asks for all sparklines with an empty list, and bounds the live view", async () => {
    service.on("GET /api/v1/analytics/sparklines", { body: { data: { period: "7d" } } });
    await manager().sparklines([]);
    expect(service.seen[0]?.query).toEqual({ metrics: "all" });
    await expect(manager().live24h(11)).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
    await expect(vk().recentRequests(0, 0)).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
  });

  it("reads the older forms of the key's budget", async () => {
    const BUDGET = "GET /api/v1/cockpit/budget-status";
    service.on(BUDGET, {
      body: { budgetCents: 1000, spentCents: 250, percentUsed: 25, exceededAction: "block", period: "monthly" },
    });
    expect((await vk().budgetStatus("7d")).value.key).toMatchObject({
      budgetUsd: 10,
      spentUsd: 2.5,
      usedPct: 25,
      action: "block",
      window: "monthly",
    });
    service.on(BUDGET, { body: { limit_usd: 10, used_usd: 2.5, used_ratio: 0.25 } });
    expect((await vk().budgetStatus("7d")).value.key).toMatchObject({ budgetUsd: 10, spentUsd: 2.5, usedPct: 25 });
    service.on(BUDGET, { body: { virtual_key_budget: { budget_cents: 0, usage_pct: 0 }, entity_budget: null } });
    expect((await vk().budgetStatus("7d")).value.key).toMatchObject({ budgetUsd: 0, usedPct: null });
    expect(service.seen.map(({ query }) => query.period)).toEqual(["7d", "7d", "7d"]);
  });

  it("reads other forms of the usage summary", async () => {
    const SUMMARY = "GET /api/v1/cockpit/usage-summary";
    service.on(SUMMARY, {
      body: { totalCostCents: 150, totalInputTokens: 4, totalOutputTokens: 6, totalRequests: 2, period: "7d" },
    });
    expect((await vk().usageSummary("7d")).value).toMatchObject({
      costUsd: 1.5,
      tokens: { input: 4, output: 6, total: 10 },
    });
    service.on(SUMMARY, { body: { total_cost: 1.25 } });
    expect((await vk().usageSummary("7d")).value.costUsd).toBe(1.25);
  });

  it("tells a key that was never used from one whose use is not reported", async () => {
    const rows = [
      { id: KEY_ID, lastUsedAt: null },
      { id: AGENT_ID, last_used: "0001-01-01T00:00:00Z" },
      { id: "3c6e0b8a-9c15-4b24-a51d-7f9d3c2b1a00" },
      { id: "4d6f1e20-8b3c-4a71-9e52-c1d2e3f4a5b6", lastUsedAt: "recently", lastUsed: "2026-11-20 10:00:00" },
    ];
    service.on("GET /api/v1/virtual-keys", { body: { data: rows } });
    expect((await manager().keys({})).rows).toMatchObject([
      { lastUsedAt: null, lastUsedReported: true },
      { lastUsedAt: null, lastUsedReported: true },
      { lastUsedAt: null, lastUsedReported: false },
      { lastUsedAt: "2026-11-20T10:00:00Z", lastUsedReported: true },
    ]);
  });

  it("takes a negative limit or total for none", async () => {
    service.on("GET /api/v1/virtual-keys", {
      body: { data: [{ id: KEY_ID, rateLimitRpm: -1, rateLimitRph: 0 }], total: -1 },
    });
    expect(await manager().keys({})).toMatchObject({ total: null, rows: [{ rateLimitRpm: null, rateLimitRph: 0 }] });
  });

  it("calls a person a member, as the lists do", async () => {
    const rows = [
      { id: KEY_ID, entityType: "user" },
      { id: AGENT_ID, entityType: "team" },
    ];
    service.on("GET /api/v1/virtual-keys", { body: { data: rows } });
    expect((await manager().keys({})).rows).toMatchObject([{ entityType: "member" }, { entityType: "unknown(team)" }]);
  });

  it("keeps the cost of a model without a name", async () => {
    service.on("GET /api/v1/analytics/models", {
      body: {
        data: {
          models: [
            { model: "", cost: 3 },
            { model: null, cost: 2 },
          ],
        },
      },
    });
    expect((await manager().modelCosts(WEEK, TODAY)).value).toMatchObject([
      { model: "(unnamed)", costUsd: 3 },
      { model: "(unnamed)", costUsd: 2 },
    ]);
    service.on("GET /api/v1/analytics/models", { body: { data: { models: [{ cost: 3 }] } } });
    await expect(manager().modelCosts(WEEK, TODAY)).rejects.toThrow("Field data.models[0].model is missing");
  });

  it("C7 keeps a status that is not known, marked", async () => {
    const row = { id: KEY_ID, status: "<b>frozen\u001b[31m" };
    service.on("GET /api/v1/virtual-keys", { body: { data: [row] } });
    expect((await manager().keys({})).rows[0]?.status).toBe("unknown(< b>frozen)");
  });
});

describe("C16 upstream text", () => {
  const hostile = `<script>alert(1)</script>Hello\u200BWorld\u001b[31m![x](https://evil.test/?d=1) ${PAT}`;
  const acting = /\\u00|\u200b|\]\(|<script|:\/\/evil|pat_/;

  it("is cleaned wherever it leaves", async () => {
    const poison = (value: unknown): unknown => {
      if (typeof value === "string") return /^\d{4}-|^[0-9a-f-]{36}$/.test(value) ? value : hostile;
      if (Array.isArray(value)) return value.map(poison);
      if (typeof value !== "object" || value === null) return value;
      return Object.fromEntries(
        Object.entries(value).map(([name, inner]) => [name, name === "code" ? inner : poison(inner)]),
      );
    };
    const reads: [keyof typeof bodies, () => Promise<unknown>][] = [
      ["GET /api/v1/cockpit/health", () => vk().health()],
      ["GET /api/v1/cockpit/scope", () => vk().scope()],
      ["GET /api/v1/cockpit/cost-by-model", () => vk().modelCosts(WEEK, TODAY)],
      ["GET /api/v1/cockpit/budget-status", () => vk().budgetStatus("30d")],
      ["GET /api/v1/cockpit/recent-requests", () => vk().recentRequests(20, 0)],
      ["GET /api/v1/models", () => manager().listModels()],
      ["GET /api/v1/analytics/costs", () => manager().costs(WEEK)],
      ["GET /api/v1/analytics/models", () => manager().modelCosts(WEEK, TODAY)],
      [LIVE, () => manager().live24h(5)],
      ["GET /api/v1/virtual-keys", () => manager().keys({})],
      ["GET /api/v1/master-keys", () => manager().masterKeys()],
      ["GET /api/v1/agents", () => manager().agents({})],
      ["GET /api/v1/members", () => manager().members({})],
      ["GET /api/v1/departments", () => manager().departments({})],
      ["GET /api/v1/subscriptions/current", () => manager().subscription()],
    ];
    for (const [endpoint, read] of reads) {
      service.on(endpoint, { body: poison(bodies[endpoint]) });
      const text = JSON.stringify(await read());
      expect(text, endpoint).not.toMatch(acting);
      expect(text, endpoint).toContain("HelloWorld");
    }
  });
});
