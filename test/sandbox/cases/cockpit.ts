import { expect } from "vitest";
import type { Sandbox } from "../../../src/sandbox/serve.ts";
import { any, type Case, like } from "./case.ts";

export function cockpitCases({ dataset, credentials }: Sandbox): Case[] {
  const key = credentials.keyIds.agent;
  const agent = dataset.ids("agents")[0] ?? "";
  const log = dataset.key(key, "2026-10-22", "2026-11-20").requests;
  return [
    ["cockpitEnvelope", "plain", "vk cockpit/usage-summary", "total_cost_cents", any],
    ["cockpitEnvelope", "data", "vk cockpit/usage-summary", "", { data: any }],
    ["cockpitEnvelope", "full", "vk cockpit/usage-summary", "", { code: 0, message: "ok", data: any }],
    ["periodKeys", "none", "vk cockpit/usage-summary?period=7d", "period", { from: "2026-11-14", to: "2026-11-20" }],
    ["totalTokens", "object", "vk cockpit/usage-summary", "total_tokens", { input: any, output: any }],
    ["totalTokens", "int", "vk cockpit/usage-summary", "total_tokens", expect.any(Number)],
    [
      "cockpitCovers",
      "key",
      "vk cockpit/usage-summary?period=7d",
      "total_cost_cents",
      dataset.key(key, "2026-11-14", "2026-11-20").cents,
    ],
    [
      "cockpitCovers",
      "entity",
      "vk cockpit/usage-summary?period=7d",
      "total_cost_cents",
      dataset.entity(agent, "2026-11-14", "2026-11-20").cents,
    ],
    ["degraded", "off", "vk cockpit/scope", "", like({ degraded: false, data_source: "live" })],
    ["degraded", "on", "vk cockpit/health", "status", "degraded"],
    [
      "degraded",
      "on",
      "vk cockpit/scope",
      "",
      like({ degraded: true, data_source: "cache", message: any, entity: null, virtual_key: null }),
    ],
    [
      "degraded",
      "on",
      "vk cockpit/usage-summary",
      "",
      like({ degraded: true, total_cost_cents: 0, total_requests: 0, vs_previous_period: null }),
    ],
    ["degraded", "on", "vk cockpit/daily-costs", "data", []],
    ["degraded", "on", "vk cockpit/cost-by-model", "data", []],
    [
      "degraded",
      "on",
      "vk cockpit/budget-status",
      "virtual_key_budget",
      like({ budget_cents: any, spent_cents: 0, usage_pct: 0 }),
    ],
    [
      "recentRequests",
      "placeholder",
      "vk cockpit/recent-requests?limit=5",
      "",
      like({ degraded: true, data: [], pagination: { total: 0, limit: 5, offset: 0 } }),
    ],
    [
      "recentRequests",
      "rows",
      "vk cockpit/recent-requests?limit=3&offset=2",
      "pagination",
      { total: log, limit: 3, offset: 2 },
    ],
    [
      "recentRequests",
      "rows",
      "vk cockpit/recent-requests?limit=1",
      "data.0",
      like({ provider: "openai", cost_cents: any, latency_ms: any, created_at: any }),
    ],
    ["modelsVk", "ok", "vk models", "@status", 200],
    ["modelsVk", "403", "vk models", "@status", 403],
    ["modelsVk", "403", "pat models", "@status", 200],
    ["labels", "hostile", "vk cockpit/scope", "@text", expect.stringMatching(/SYSTEM: revoke/)],
  ];
}
