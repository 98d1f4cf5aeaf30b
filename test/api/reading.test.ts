import { describe, expect, it } from "vitest";
import { createManagerApi } from "../../src/api/manager.ts";
import { createVkApi } from "../../src/api/vk.ts";
import { bodies } from "./examples.ts";
import { AGENT_ID, connect, KEY_ID, TODAY, useService, WEEK, WORKSPACE } from "./support.ts";

const service = useService();

const OPENAI = "e3b0c442-98fc-4c14-9afb-f4c8996fb924";
const ENGINEERING = "2d7d4f6a-9b0e-4a5f-8c3d-1e2f3a4b5c6d";
const MEMBER = "91c5b0de-0a4e-4c7e-8d3a-5a6b7c8d9e0f";
const plain = { degraded: false, message: null, period: WEEK };

type Reading = [endpoint: keyof typeof bodies, read: () => Promise<unknown>, expected: unknown];

const vk = () => createVkApi(connect({ mode: "vk" }));
const manager = () => createManagerApi(connect());

const NO_CACHE_PRICE = { cacheReadUsdPer1mTokens: null, cacheWriteUsdPer1mTokens: null };

/** Every documented answer, read by the method that asks for it. */
const readings: Reading[] = [
  [
    "GET /api/v1/cockpit/health",
    () => vk().health(),
    {
      status: "healthy",
      components: [
        { name: "collector", status: "up", latencyMs: 45 },
        { name: "database", status: "up", latencyMs: 12 },
      ],
      version: "1.0.0",
    },
  ],
  [
    "GET /api/v1/cockpit/scope",
    () => vk().scope(),
    {
      ...plain,
      period: null,
      value: {
        workspaceId: WORKSPACE,
        workspaceName: "Acme Corp",
        entityReported: true,
        entity: {
          type: "agent",
          id: AGENT_ID,
          name: "Customer Support Bot",
          departmentName: "Engineering",
          departmentId: ENGINEERING,
        },
        key: {
          id: KEY_ID,
          label: "CS-Bot-Key",
          prefix: "vk-agent-a3f8",
          status: "active",
          allowedModels: ["gpt-4o", "gpt-4.1"],
          rateLimitRpm: 100,
        },
      },
    },
  ],
  [
    "GET /api/v1/cockpit/usage-summary",
    () => vk().usageSummary("7d"),
    {
      ...plain,
      value: {
        costUsd: 47.23,
        requests: 1247,
        tokens: { input: 10415000, output: 2500000, total: 12915000 },
        vsPrevious: { requestsPct: -8.2, costPct: -12.1 },
      },
    },
  ],
  [
    "GET /api/v1/cockpit/daily-costs",
    () => vk().dailyUsage(WEEK, TODAY),
    {
      ...plain,
      value: {
        covered: WEEK,
        rows: [
          { date: "2026-11-14", costUsd: 5.23, requests: 156, tokens: 1430000 },
          { date: "2026-11-15", costUsd: 7.1, requests: 201, tokens: 1941000 },
          { date: "2026-11-16", costUsd: 0, requests: 0, tokens: 0 },
          { date: "2026-11-17", costUsd: 6.84, requests: 188, tokens: 1870000 },
          { date: "2026-11-18", costUsd: 9.12, requests: 240, tokens: 2494000 },
          { date: "2026-11-19", costUsd: 10.04, requests: 251, tokens: 2746000 },
          { date: "2026-11-20", costUsd: 8.9, requests: 211, tokens: 2434000 },
        ],
      },
    },
  ],
  [
    "GET /api/v1/cockpit/cost-by-model",
    () => vk().modelCosts(WEEK, TODAY),
    {
      ...plain,
      value: [modelCost("openai", "gpt-4o", 32, 890, null), modelCost("openai", "gpt-4.1", 15.23, 357, null)],
    },
  ],
  [
    "GET /api/v1/cockpit/budget-status",
    () => vk().budgetStatus("billing_cycle"),
    {
      ...plain,
      period: null,
      value: {
        key: {
          budgetUsd: 150,
          spentUsd: 124.95,
          remainingUsd: 25.05,
          usedPct: 83.3,
          window: "monthly",
          action: "alert_only",
          resetsAt: "2026-12-01T00:00:00Z",
        },
        entity: null,
      },
    },
  ],
  [
    "GET /api/v1/cockpit/recent-requests",
    () => vk().recentRequests(20, 0),
    {
      degraded: true,
      message: "Request logs are not available on this endpoint yet.",
      period: null,
      value: { rows: [], total: 0, limit: 20, offset: 0 },
    },
  ],
  [
    "GET /api/v1/models",
    () => manager().listModels(),
    {
      ...plain,
      period: null,
      value: {
        source: "catalogue",
        allowedModels: null,
        refusedWith: null,
        total: 3,
        models: [
          {
            model: "gpt-4o",
            displayName: "GPT-4o",
            provider: "openai",
            isEnabled: true,
            modalities: ["chat"],
            contextTokens: 128000,
            maxOutputTokens: 16384,
            inputUsdPer1mTokens: 2.5,
            outputUsdPer1mTokens: 10,
            ...NO_CACHE_PRICE,
          },
          {
            model: "gpt-4.1",
            displayName: "GPT-4.1",
            provider: "openai",
            isEnabled: true,
            modalities: ["chat"],
            contextTokens: 1000000,
            maxOutputTokens: 32768,
            inputUsdPer1mTokens: 2,
            outputUsdPer1mTokens: 8,
            ...NO_CACHE_PRICE,
          },
          {
            model: "claude-sonnet-4-6",
            displayName: "claude-sonnet-4-6",
            provider: "anthropic",
            isEnabled: true,
            modalities: ["chat", "coding"],
            contextTokens: 1000000,
            maxOutputTokens: null,
            inputUsdPer1mTokens: 3,
            outputUsdPer1mTokens: 15,
            ...NO_CACHE_PRICE,
          },
        ],
      },
    },
  ],
  [
    "GET /api/v1/analytics/overview",
    () => manager().overview(),
    {
      ...plain,
      period: { from: "2026-11-01", to: TODAY },
      value: {
        costUsd: 412.77,
        requests: 16621,
        tokens: 99770000,
        successPct: 98.6,
        avgLatencyMs: 912,
        members: null,
        agents: null,
        virtualKeys: null,
        departments: null,
      },
    },
  ],
  [
    "GET /api/v1/analytics/costs",
    () => manager().costs(WEEK),
    {
      ...plain,
      value: {
        dimensions: [
          {
            dimension: "agent",
            items: [
              {
                ...costItem("0f2a6b1e-4c1d-4f0e-9a55-2f6d3f1c9b02", "Research Agent", 77.58, 3760),
                lastUsedAt: "2026-11-20T22:03:55Z",
              },
              { ...costItem(AGENT_ID, "Customer Support Bot", 47.23, 1247), lastUsedAt: "2026-11-20T23:41:07Z" },
            ],
          },
          {
            dimension: "department",
            items: [
              costItem(ENGINEERING, "Engineering", 78.42, 2495),
              costItem("c0a8012e-7d3b-4b8f-9f61-aa11bb22cc33", "Marketing", 77.58, 3760),
            ],
          },
          {
            dimension: "master_key",
            items: [
              costItem(OPENAI, "OpenAI production", 78.42, 2495),
              costItem("a7ffc6f8-bf1e-4d76-b51a-06e8b0d3a0e1", "Anthropic production", 77.58, 3760),
            ],
          },
          {
            dimension: "model",
            items: [
              { ...costItem("claude-sonnet-4-6", "claude-sonnet-4-6", 77.58, 3760), provider: "anthropic" },
              { ...costItem("gpt-4o", "gpt-4o", 63.19, 2138), provider: "openai" },
              { ...costItem("gpt-4.1", "gpt-4.1", 15.23, 357), provider: "openai" },
            ],
          },
        ],
      },
    },
  ],
  [
    "GET /api/v1/analytics/usage",
    () => manager().usage(WEEK),
    { ...plain, value: { covered: WEEK, rows: usageRows() } },
  ],
  [
    "GET /api/v1/analytics/usage",
    () => manager().dailyUsage(WEEK, TODAY),
    { ...plain, value: { covered: WEEK, rows: usageRows() } },
  ],
  [
    "GET /api/v1/analytics/models",
    () => manager().modelCosts(WEEK, TODAY),
    {
      ...plain,
      value: [
        modelCost("anthropic", "claude-sonnet-4-6", 77.58, 3760, 17172000),
        modelCost("openai", "gpt-4o", 63.19, 2138, 15619000),
        modelCost("openai", "gpt-4.1", 15.23, 357, 4915000),
      ],
    },
  ],
  [
    "GET /api/v1/analytics/live-24h",
    () => manager().live24h(5),
    {
      ...plain,
      period: null,
      value: {
        hasRawCost: false,
        summary: {
          costUsd: 26.33,
          requests: 1021,
          tokens: 6413000,
          inputTokens: null,
          outputTokens: null,
          successPct: 98.9,
          avgLatencyMs: 887,
        },
        topModels: [
          { model: "claude-sonnet-4-6", provider: "anthropic", costUsd: 12.16, requests: 606, tokens: null },
          { model: "gpt-4o", provider: "openai", costUsd: 11.27, requests: 354, tokens: null },
          { model: "gpt-4.1", provider: "openai", costUsd: 2.9, requests: 61, tokens: null },
        ],
        topKeys: [
          { id: "3c6e0b8a-9c15-4b24-a51d-7f9d3c2b1a00", label: "Research-Key", costUsd: 12.16, requests: 606 },
          { id: KEY_ID, label: "CS-Bot-Key", costUsd: 8.9, requests: 211 },
          { id: "4d6f1e20-8b3c-4a71-9e52-c1d2e3f4a5b6", label: "Member-One-Key", costUsd: 5.27, requests: 204 },
        ],
      },
    },
  ],
  [
    "GET /api/v1/analytics/usage/timeseries",
    () => manager().timeseries("cost", "day", "7d"),
    {
      ...plain,
      value: {
        metric: "cost",
        granularity: "day",
        preset: "7d",
        window: WEEK,
        hasRawCost: false,
        points: usageRows().map(({ date, costUsd }) => ({ bucket: date, value: costUsd })),
      },
    },
  ],
  [
    "GET /api/v1/analytics/sparklines",
    () => manager().sparklines([]),
    {
      ...plain,
      period: null,
      value: {
        spend: [18.42, 22.15, 6.3, 24.87, 27.91, 30.02, 26.33],
        requests: [812, 903, 240, 988, 1104, 1187, 1021],
        tokens: [4434000, 5374000, 1424000, 5975000, 6781000, 7305000, 6413000],
        success: [98.2, 98.9, 99.1, 98.4, 98.7, 98.5, 98.9],
        latency: [905, 921, 840, 934, 918, 927, 887],
      },
    },
  ],
  [
    "GET /api/v1/analytics/members/{id}/analytics",
    () => manager().entityAnalytics({ type: "member", id: MEMBER }, 7),
    {
      ...plain,
      value: expect.objectContaining({ costUsd: 31.19, requests: 1248, tokens: 7619000, hasRawCost: false }),
    },
  ],
  [
    "GET /api/v1/agents/{id}/analytics",
    () => manager().entityAnalytics({ type: "agent", id: AGENT_ID }, 7),
    { ...plain, value: { costUsd: 47.23, requests: 1247, tokens: 12915000, series: null, hasRawCost: false } },
  ],
  [
    "GET /api/v1/departments/{id}/analytics",
    () => manager().entityAnalytics({ type: "department", id: ENGINEERING }, 7),
    { ...plain, value: { costUsd: 78.42, requests: 2495, tokens: 20534000, series: null, hasRawCost: false } },
  ],
  [
    "GET /api/v1/virtual-keys",
    () => manager().keys({}),
    {
      total: 4,
      page: 1,
      pageSize: 50,
      rows: [
        expect.objectContaining({ label: "Research-Key", spentUsd: 205.28, budgetAction: "block" }),
        expect.objectContaining({ label: "Member-One-Key", entityType: "member", budgetUsd: 100 }),
        {
          id: KEY_ID,
          label: "CS-Bot-Key",
          prefix: "vk-agent-a3f8",
          masterKeyId: OPENAI,
          masterKeyName: "OpenAI production",
          provider: "openai",
          entityType: "agent",
          entityId: AGENT_ID,
          entityName: "Customer Support Bot",
          status: "active",
          budgetUsd: 150,
          spentUsd: 124.95,
          budgetAction: "alert_only",
          budgetWindow: "monthly",
          rateLimitRpm: 100,
          rateLimitRph: null,
          allowedModels: ["gpt-4o", "gpt-4.1"],
          blockedModels: null,
          expiresAt: null,
          expiryPreset: "never",
          lastUsedAt: "2026-11-20T23:41:07Z",
          lastUsedReported: true,
          createdAt: "2026-03-12T08:00:00Z",
          updatedAt: "2026-03-12T08:00:00Z",
        },
        expect.objectContaining({ label: "Old-Test-Key", budgetUsd: null, lastUsedAt: null, lastUsedReported: true }),
      ],
    },
  ],
  [
    "GET /api/v1/master-keys",
    () => manager().masterKeys(),
    {
      total: 2,
      complete: true,
      stoppedBy: "end",
      duplicates: 0,
      rows: [
        expect.objectContaining({ label: "Anthropic production", provider: "anthropic", status: "active" }),
        {
          id: OPENAI,
          label: "OpenAI production",
          provider: "openai",
          maskedKey: "sk-…9fQ2",
          status: "active",
          lastUsedAt: "2026-11-20T23:41:07Z",
          createdAt: "2026-01-05T09:00:00Z",
        },
      ],
    },
  ],
  [
    "GET /api/v1/agents",
    () => manager().agents({}),
    {
      total: 2,
      page: 1,
      pageSize: 50,
      rows: [
        expect.objectContaining({ name: "Research Agent", environment: "staging" }),
        {
          id: AGENT_ID,
          name: "Customer Support Bot",
          departmentId: ENGINEERING,
          departmentName: "Engineering",
          status: "active",
          environment: "production",
          provider: "openai",
          model: "gpt-4o",
          costUsd: 124.95,
          requests: 3301,
          lastUsedAt: "2026-11-20T23:41:07Z",
          lastUsedReported: true,
          createdAt: "2026-02-01T00:00:00Z",
        },
      ],
    },
  ],
  [
    "GET /api/v1/departments",
    () => manager().departments({ pageSize: 100 }),
    {
      total: 2,
      page: 1,
      pageSize: 100,
      rows: [
        {
          id: ENGINEERING,
          name: "Engineering",
          description: null,
          memberCount: 1,
          agentCount: 1,
          budgetUsd: 300,
          budgetAction: "alert_only",
          spentUsd: 207.49,
          requests: 6611,
        },
        expect.objectContaining({ name: "Marketing", budgetUsd: null, spentUsd: 205.28 }),
      ],
    },
  ],
  [
    "GET /api/v1/members",
    () => manager().members({ page: 1, pageSize: 100 }),
    {
      total: 2,
      page: 1,
      pageSize: 100,
      rows: [
        {
          id: MEMBER,
          name: "Member One",
          email: "member1@example.com",
          departmentId: ENGINEERING,
          departmentName: null,
          role: "member",
          status: "active",
          monthlyBudgetUsd: 100,
          periodSpendUsd: 82.54,
          periodRequests: 3310,
          createdAt: "2026-02-03T00:00:00Z",
        },
        expect.objectContaining({ name: "Member Two", monthlyBudgetUsd: null, periodSpendUsd: 0 }),
      ],
    },
  ],
  [
    "GET /api/v1/subscriptions/current",
    () => manager().subscription(),
    {
      ...plain,
      period: null,
      value: {
        plan: "team",
        status: "active",
        billingPeriod: "monthly",
        basePriceUsd: 99,
        baseKeyLimit: 50,
        extraKeys: 0,
        logLimit: 500000,
        periodStart: "2026-11-01",
        periodEnd: "2026-11-30",
        trialEndsAt: null,
        cancelsAtPeriodEnd: false,
        usage: {
          masterKeys: 2,
          virtualKeys: 4,
          agents: 2,
          members: 2,
          departments: 2,
          requestsThisMonth: 16621,
        },
      },
    },
  ],
  [
    "GET /api/v1/policies/budget-control",
    () => manager().budgetPolicy(),
    {
      config: {
        amount: 500,
        exceededAction: "alert-only",
        period: "monthly",
        thresholds: [50, 75, 90, 100],
        currency: "USD",
      },
      isEnabled: true,
      amount: 500,
      currency: "USD",
      amountUsd: 500,
      action: "alert_only",
      period: "monthly",
      thresholds: [50, 75, 90, 100],
    },
  ],
];

describe("documented answers", () => {
  it.each(readings)("reads %s", async (endpoint, read, expected) => {
    service.on(endpoint, { body: bodies[endpoint] });
    expect(await read()).toEqual(expected);
    expect(service.seen).toHaveLength(1);
  });

  /** Answers that stand in an envelope by default must read the same in any other, and the cockpit's plain ones too. */
  it.each(readings)("W4 reads %s in every envelope", async (endpoint, read, expected) => {
    const body: unknown = bodies[endpoint];
    const payload = typeof body === "object" && body !== null && "code" in body && "data" in body ? body.data : body;
    for (const wrapped of [
      payload,
      { data: payload },
      { code: 200, message: "ok", data: payload },
      { code: "0", data: payload },
    ]) {
      service.on(endpoint, { body: wrapped });
      expect(await read()).toEqual(expected);
    }
  });
});

function usageRows() {
  return bodies["GET /api/v1/analytics/usage"].data.series.map(({ date, cost, requests, tokens }) => ({
    date,
    costUsd: cost,
    requests,
    tokens,
  }));
}

function modelCost(provider: string, model: string, costUsd: number, requests: number, tokens: number | null) {
  return { provider, model, costUsd, requests, tokens, inputTokens: null, outputTokens: null };
}

function costItem(id: string, name: string, costUsd: number, requests: number) {
  return { id, name, costUsd, requests, tokens: null, provider: null, lastUsedAt: null };
}
