import { describe, expect, it } from "vitest";
import { ShapeError } from "../../src/api/errors.ts";
import { createManagerApi } from "../../src/api/manager.ts";
import { createVkApi } from "../../src/api/vk.ts";
import { bodies, variantOf, variants } from "./examples.ts";
import { AGENT_ID, connect, TODAY, useService, WEEK, WORKSPACE } from "./support.ts";

const service = useService();
const vk = () => createVkApi(connect({ mode: "vk" }));
const manager = () => createManagerApi(connect());

const AGENTS = [
  expect.objectContaining({ name: "Research Agent", status: "active" }),
  expect.objectContaining({ name: "Customer Support Bot", status: "active" }),
];
const REFUSED = Symbol("refused");

type Variant = [rule: string, endpoint: string, name: string, read: () => Promise<unknown>, expected: unknown];

const rows: Variant[] = [
  [
    "W23",
    "GET /api/v1/cockpit/scope",
    "unbound key",
    () => vk().scope(),
    { value: { entity: null, entityReported: true, key: { label: "CS-Bot-Key" } } },
  ],
  [
    "W14",
    "GET /api/v1/cockpit/scope",
    "degraded, metadata missing",
    () => vk().scope(),
    { degraded: true, message: "key metadata unavailable", value: { key: null, workspaceName: "Acme Corp" } },
  ],
  [
    "W4",
    "GET /api/v1/cockpit/scope",
    "workspace id elsewhere",
    () => vk().scope(),
    { value: { workspaceId: WORKSPACE, entityReported: false } },
  ],
  [
    "W4",
    "GET /api/v1/cockpit/usage-summary",
    "inside data",
    () => vk().usageSummary("7d"),
    { value: { costUsd: 47.23 } },
  ],
  [
    "W4",
    "GET /api/v1/cockpit/usage-summary",
    "full envelope",
    () => vk().usageSummary("7d"),
    { value: { costUsd: 47.23 }, message: null, period: WEEK },
  ],
  [
    "W15",
    "GET /api/v1/cockpit/usage-summary",
    "tokens as int, period as string, no comparison",
    () => vk().usageSummary("7d"),
    { period: null, value: { tokens: { input: null, output: null, total: 12915000 }, vsPrevious: null } },
  ],
  [
    "W14",
    "GET /api/v1/cockpit/usage-summary",
    "degraded zeros",
    () => vk().usageSummary("7d"),
    { degraded: true, message: "analytics unavailable", value: { costUsd: 0, vsPrevious: null } },
  ],
  [
    "W23",
    "GET /api/v1/cockpit/budget-status",
    "no budget set",
    () => vk().budgetStatus("billing_cycle"),
    { value: { key: { budgetUsd: null, spentUsd: 124.95, remainingUsd: null, usedPct: null }, entity: null } },
  ],
  [
    "W23",
    "GET /api/v1/cockpit/budget-status",
    "member key with entity budget (values of Member-One-Key)",
    () => vk().budgetStatus("billing_cycle"),
    { value: { entity: { budgetUsd: 100, spentUsd: 82.54, remainingUsd: null, usedPct: 82.54 } } },
  ],
  [
    "W23",
    "GET /api/v1/cockpit/recent-requests",
    "rows, should it ever work",
    () => vk().recentRequests(1, 0),
    {
      value: {
        total: 1247,
        rows: [
          {
            model: "gpt-4o",
            inputTokens: 1200,
            outputTokens: 340,
            costUsd: 0.01,
            status: "success",
            latencyMs: 890,
            createdAt: "2026-11-20T23:41:07Z",
          },
        ],
      },
    },
  ],
  ["W9", "GET /api/v1/agents", "data.items", () => manager().agents({}), { rows: AGENTS, total: 2 }],
  ["W9", "GET /api/v1/agents", "data.<plural>", () => manager().agents({}), { rows: AGENTS, total: 2 }],
  [
    "W9",
    "GET /api/v1/agents",
    "data array, total in pagination",
    () => manager().agents({}),
    { rows: AGENTS, total: 2 },
  ],
  ["W9", "GET /api/v1/agents", "<plural> at root", () => manager().agents({}), { rows: AGENTS, total: 2 }],
  ["W9", "GET /api/v1/agents", "root array, no total", () => manager().agents({}), { rows: AGENTS, total: null }],
  ["W9", "GET /api/v1/agents", "null rows = empty list", () => manager().agents({}), { rows: [], total: 0 }],
  ["W8", "GET /api/v1/agents", "unknown container = error, not empty", () => manager().agents({}), REFUSED],
  [
    "W17",
    "GET /api/v1/analytics/costs",
    "with member dimension",
    () => manager().costs(WEEK),
    {
      value: {
        dimensions: [{ dimension: "agent" }, { dimension: "member", items: [{ name: "Member One", costUsd: 31.19 }] }],
      },
    },
  ],
  [
    "W17",
    "GET /api/v1/analytics/costs",
    "flat items without a dimension: refuse",
    () => manager().costs(WEEK),
    REFUSED,
  ],
  [
    "W9",
    "GET /api/v1/analytics/models",
    "data.items, other field names",
    () => manager().modelCosts(WEEK, TODAY),
    {
      value: [
        { model: "claude-sonnet-4-6", requests: 3760, costUsd: 77.58, tokens: 17172000 },
        {},
        { model: "gpt-4.1" },
      ],
    },
  ],
  [
    "W23",
    "GET /api/v1/analytics/overview",
    "counts and cents",
    () => manager().overview(),
    { value: { costUsd: 412.77, members: 2, agents: 2, virtualKeys: 4, departments: 2, requests: null } },
  ],
  [
    "W23",
    "GET /api/v1/analytics/overview",
    "snake case, plain",
    () => manager().overview(),
    { value: { costUsd: 412.77, requests: null, members: null } },
  ],
  [
    "W12",
    "GET /api/v1/analytics/live-24h",
    "atomic: strings and raw units (cost_sum is not money)",
    () => manager().live24h(5),
    {
      value: {
        hasRawCost: true,
        topModels: null,
        topKeys: null,
        summary: { costUsd: null, requests: 1021, tokens: 6413000, inputTokens: 5513000, outputTokens: 900000 },
      },
    },
  ],
  [
    "W23",
    "GET /api/v1/analytics/usage/timeseries",
    "series with metric name",
    () => manager().timeseries("cost", "day", "7d"),
    { value: { window: WEEK, hasRawCost: false, points: { 0: { bucket: "2026-11-14", value: 18.42 }, length: 7 } } },
  ],
  [
    "W12",
    "GET /api/v1/analytics/usage/timeseries",
    "raw strings (not money)",
    () => manager().timeseries("cost", "day", "7d"),
    { value: { hasRawCost: true, points: { 0: { bucket: "2026-11-14", value: null }, length: 7 } } },
  ],
  [
    "W22",
    "GET /api/v1/departments/{id}/analytics",
    "placeholder zeros",
    () => manager().entityAnalytics({ type: "department", id: AGENT_ID }, 7),
    { value: { costUsd: 0, requests: 0, tokens: 0 } },
  ],
  [
    "W28",
    "GET /api/v1/policies/budget-control",
    "config at root",
    () => manager().budgetPolicy(),
    { amountUsd: 500, isEnabled: true },
  ],
  [
    "W28",
    "GET /api/v1/policies/budget-control",
    "bare data",
    () => manager().budgetPolicy(),
    { amountUsd: 500, action: "alert_only" },
  ],
  [
    "W28",
    "GET /api/v1/policies/budget-control",
    "no config: refuse to write",
    () => manager().budgetPolicy(),
    { config: null, amountUsd: null },
  ],
  [
    "W28",
    "GET /api/v1/policies/budget-control",
    "not USD: refuse to write",
    () => manager().budgetPolicy(),
    { currency: "EUR", amount: 500, amountUsd: null },
  ],
];

describe("other shapes of the answers", () => {
  it.each(rows)("%s %s: %s", async (_, endpoint, name, read, expected) => {
    service.on(endpoint, { body: variantOf(endpoint, name) });
    if (expected === REFUSED) await expect(read()).rejects.toThrow(ShapeError);
    else expect(await read()).toMatchObject(expected ?? {});
  });

  it("covers every variant of a read", () => {
    const listed = Object.entries(variants)
      .filter(([endpoint]) => endpoint.startsWith("GET "))
      .flatMap(([endpoint, shapes]) => Object.keys(shapes).map((name) => `${endpoint} ${name}`));
    expect(rows.map(([, endpoint, name]) => `${endpoint} ${name}`).sort()).toEqual(listed.sort());
  });
});

describe("C7 W8 an unknown shape", () => {
  it("names the path and the top-level keys, never a value", async () => {
    service.on("GET /api/v1/agents", {
      body: { code: 0, message: "secret value", data: { list: ["secret value"], count: 2 } },
    });
    const error = await manager()
      .agents({})
      .catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ShapeError);
    expect(error).toMatchObject({ code: "BAD_DATA", path: "/api/v1/agents", status: 200 });
    expect(String(error)).toBe(
      "ShapeError: Unexpected response shape from /api/v1/agents: found the fields code, message, data.",
    );
  });

  it.each([
    ["null data", { code: 0, message: "ok", data: null }],
    ["null rows with a total", { code: 0, data: { data: null, total: 4 } }],
    ["a word", { data: "none" }],
    ["nothing known", {}],
    ["rows that are no objects", { data: { data: ["a", "b"], total: 2 } }],
    ["a row without an id", { data: { data: [{ name: "x" }], total: 1 } }],
    ["a number as id", { data: { data: [{ id: 12 }], total: 1 } }],
  ])("W8 W9 %s is an error, not an empty list", async (_, body) => {
    service.on("GET /api/v1/agents", { body });
    await expect(manager().agents({})).rejects.toThrow(ShapeError);
  });

  it.each([
    ["W9 data.items", { data: { items: null, total: 0 } }],
    ["W9 the plural", { agents: null }],
    ["W9 data.data without a total", { data: { data: null } }],
    ["W9 data with a total of 0", { data: null, total: 0 }],
    ["W9 an empty array", { data: [] }],
  ])("%s that holds null or nothing is an empty list", async (_, body) => {
    service.on("GET /api/v1/agents", { body });
    expect((await manager().agents({})).rows).toEqual([]);
  });

  it.each([
    ["usage", () => manager().usage(WEEK), "GET /api/v1/analytics/usage"],
    ["costs", () => manager().costs(WEEK), "GET /api/v1/analytics/costs"],
    ["models", () => manager().modelCosts(WEEK, TODAY), "GET /api/v1/analytics/models"],
    ["live", () => manager().live24h(5), "GET /api/v1/analytics/live-24h"],
    ["sparklines", () => manager().sparklines([]), "GET /api/v1/analytics/sparklines"],
    [
      "an entity",
      () => manager().entityAnalytics({ type: "agent", id: AGENT_ID }, 7),
      "GET /api/v1/agents/{id}/analytics",
    ],
    ["the subscription", () => manager().subscription(), "GET /api/v1/subscriptions/current"],
    ["daily costs", () => vk().dailyUsage(WEEK, TODAY), "GET /api/v1/cockpit/daily-costs"],
    ["the summary", () => vk().usageSummary("7d"), "GET /api/v1/cockpit/usage-summary"],
    ["the budget", () => vk().budgetStatus("30d"), "GET /api/v1/cockpit/budget-status"],
  ])("W8 refuses an unknown shape of %s", async (_, read, endpoint) => {
    service.on(endpoint, { body: { code: 0, message: "ok", data: { surprise: [1, 2, 3] } } });
    await expect(read()).rejects.toThrow(ShapeError);
  });

  it("W23 takes an overview without a known figure as one that tells nothing", async () => {
    service.on("GET /api/v1/analytics/overview", { body: { code: 0, data: { surprise: 1 } } });
    const { value } = await manager().overview();
    expect(Object.values(value).every((figure) => figure === null)).toBe(true);
  });
});

describe("totals and periods under other names", () => {
  const list = bodies["GET /api/v1/agents"].data;

  it.each([
    ["beside the rows", { data: { ...list, total: 7 } }],
    ["in meta", { data: { data: list.data, meta: { total: 7 } } }],
    ["in pagination", { data: { data: list.data, pagination: { total: 7 } } }],
    ["one level up", { total: 7, data: { data: list.data } }],
    ["in meta one level up", { meta: { total: 7 }, data: { data: list.data } }],
  ])("W10 finds the total %s", async (_, body) => {
    service.on("GET /api/v1/agents", { body });
    expect((await manager().agents({})).total).toBe(7);
  });

  const series = bodies["GET /api/v1/analytics/usage"].data.series;

  it.each([
    ["dateFrom and dateTo", { dateFrom: "2026-11-14", dateTo: TODAY }, WEEK],
    ["from and to", { from: "2026-11-14", to: TODAY }, WEEK],
    ["startDate and endDate", { startDate: "2026-11-14", endDate: TODAY }, WEEK],
    [
      "start and end, in snake case or as instants",
      { start: "2026-11-14T00:00:00Z", end: "2026-11-20T23:59:59Z" },
      WEEK,
    ],
    ["start_date and end_date", { start_date: "2026-11-14", end_date: TODAY }, WEEK],
    ["a word", "7d", null],
    ["nothing", undefined, null],
    ["half a window", { from: "2026-11-14" }, null],
    ["a date that does not exist", { from: "2026-02-30", to: TODAY }, null],
  ])("W15 reads a period given as %s", async (_, period, expected) => {
    service.on("GET /api/v1/analytics/usage", { body: { code: 0, data: { period, series } } });
    const { period: read, value } = await manager().usage(WEEK);
    expect(read).toEqual(expected);
    expect(value.covered).toEqual(WEEK);
  });
});
