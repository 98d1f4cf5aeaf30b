import { beforeEach, describe, expect, it } from "vitest";
import { asPat, asVk, pick, sandboxAt } from "./client.ts";

const sandbox = await sandboxAt("2026-11-20T23:59:59Z");
beforeEach(() => sandbox.reset());
const { dataset, credentials } = sandbox;
const agent = dataset.ids("agents")[0];
const member = dataset.ids("members")[0];
const department = dataset.ids("departments")[0];

const PERIOD = "dateFrom dateTo";
const ITEM = "id name cost requests";
const KEY_ROW =
  "id label prefix masterKeyId masterKeyName provider entityType entityId entityName status budget budgetCents spentCents " +
  "budgetAction budgetWindow rateLimitRpm rateLimitRph allowedModels blockedModels expiresAt expiryPreset lastUsedAt createdAt updatedAt";
const CONFIG = "amount exceededAction period thresholds currency";
const SERIES = "date requests cost tokens";
const HEAD = "degraded data_source";
const LIST = "data total page pageSize";
const FULL = "code message data";

/** The documented reading of every endpoint: path → for each place in the answer the names of its fields. */
const SHAPES: Record<string, Record<string, string>> = {
  "cockpit/health": {
    "": "status components version",
    components: "collector database",
    "components.collector": "status latency_ms",
  },
  "cockpit/scope": {
    "": `${HEAD} workspace entity virtual_key`,
    workspace: "id name",
    entity: "type id name department department_id",
    virtual_key: "id label prefix status allowed_models rate_limit_rpm",
  },
  "cockpit/usage-summary": {
    "": `${HEAD} period total_requests total_tokens total_cost_cents vs_previous_period`,
    period: "from to",
    total_tokens: "input output",
    vs_previous_period: "requests_pct cost_pct",
  },
  "cockpit/daily-costs": { "": `${HEAD} period data`, "data.0": "date cost_cents requests tokens" },
  "cockpit/cost-by-model": { "": `${HEAD} period data`, "data.0": "model provider cost_cents requests pct" },
  "cockpit/budget-status": {
    "": `${HEAD} virtual_key_budget entity_budget`,
    virtual_key_budget: "budget_cents spent_cents remaining_cents usage_pct budget_window budget_action resets_at",
  },
  "cockpit/recent-requests": { "": `${HEAD} message data pagination`, pagination: "total limit offset" },
  models: {
    "": FULL,
    data: "data total",
    "data.data.0": "id modelId displayName provider enabled info",
    "data.data.0.info":
      "schema_version modalities model_interaction_type max_context_tokens max_completion_tokens prompt completion",
  },
  "analytics/overview": {
    "": FULL,
    data: "period totalRequests totalCost totalTokens successRate avgLatency",
    "data.period": PERIOD,
  },
  "analytics/costs": {
    "": FULL,
    data: "period breakdown",
    "data.period": PERIOD,
    "data.breakdown.0": "dimension items",
    "data.breakdown.0.items.0": `${ITEM} lastUsed`,
    "data.breakdown.1.items.0": ITEM,
    "data.breakdown.2.items.0": ITEM,
    "data.breakdown.3.items.0": `${ITEM} provider`,
  },
  "analytics/usage": { "": FULL, data: "period series", "data.period": PERIOD, "data.series.0": SERIES },
  "analytics/models": { "": FULL, data: "period models", "data.models.0": "model provider requests cost tokens" },
  "analytics/live-24h": {
    "": FULL,
    data: "summary topModels topKeys",
    "data.summary": "requests cost tokens successRate avgLatencyMs",
    "data.topModels.0": "model provider requests cost",
    "data.topKeys.0": "id label requests cost",
  },
  "analytics/usage/timeseries?metric=cost&preset=7d": {
    "": FULL,
    data: "metric granularity preset window points",
    "data.window": "startDate endDate",
    "data.points.0": "bucket value",
  },
  "analytics/sparklines": { "": FULL, data: "period spend requests tokens success latency" },
  [`analytics/members/${member}/analytics?days=7`]: {
    "": FULL,
    data: "memberId period series",
    "data.series.0": SERIES,
  },
  "analytics/budget-status": { "": FULL, data: "budget spent remaining usagePct period exceededAction" },
  "analytics/usage-history": { "": FULL, data: "months", "data.months.0": "month cost requests tokens" },
  "analytics/efficiency": { "": FULL, data: "" },
  "virtual-keys": { "": FULL, data: LIST, "data.data.0": KEY_ROW },
  "master-keys": {
    "": FULL,
    data: LIST,
    "data.data.0": "id label provider maskedKey baseUrl status lastUsedAt lastVerifiedAt createdAt",
  },
  agents: {
    "": FULL,
    data: LIST,
    "data.data.0":
      "id name departmentId departmentName status environment modelId provider source cost requests lastUsed createdAt",
  },
  [`agents/${agent}/analytics?days=7`]: {
    "": FULL,
    data: "agentId period cost requests tokens",
    "data.period": PERIOD,
  },
  departments: {
    "": FULL,
    data: LIST,
    "data.data.0": "id name description memberCount agentCount budget budgetAction cost requests",
  },
  [`departments/${department}/analytics?days=7`]: { "": FULL, data: "departmentId period spend requests tokens" },
  members: {
    "": FULL,
    data: LIST,
    "data.data.0":
      "id name email departmentId role roleLabel status monthlyBudget periodSpend periodRequestCount createdAt",
  },
  "subscriptions/current": {
    "": FULL,
    data:
      "tier status billingPeriod basePriceCents baseVkLimit extraVkCount logLimit currentPeriodStart currentPeriodEnd " +
      "trialEndsAt cancelAtPeriodEnd usage",
    "data.usage": "masterKeys virtualKeys agents members departments requestsThisMonth",
  },
  "subscriptions/log-usage": { "": FULL, data: "used limit periodStart periodEnd" },
  "policies/budget-control": { "": FULL, data: "config enabled", "data.config": CONFIG },
};

function namesAt(body: unknown, path: string): string {
  return Object.keys(Object(path === "" ? body : pick(body, path))).join(" ");
}

describe.each(Object.entries(SHAPES))("GET %s", (path, places) => {
  it("has the field names of the documented example", async () => {
    const { status, body } = path.startsWith("cockpit/") ? await asVk(sandbox, path) : await asPat(sandbox, path);
    expect(status).toBe(200);
    for (const [place, names] of Object.entries(places)) expect(namesAt(body, place), place).toBe(names);
  });
});

describe("writes", () => {
  const id = credentials.keyIds.agent;
  const config = {
    amount: 750,
    exceededAction: "pause",
    period: "monthly",
    thresholds: [50, 75, 90, 100],
    currency: "USD",
  };

  it.each([
    [
      "POST",
      "virtual-keys",
      { label: "Staging key", masterKeyId: dataset.ids("masterKeys")[0] },
      { data: `${KEY_ROW} token` },
    ],
    ["PATCH", `virtual-keys/${id}`, { budget: 200, budgetAction: "block" }, { data: KEY_ROW }],
    ["POST", `virtual-keys/${id}/revoke`, undefined, { data: "id status" }],
    ["PUT", "policies/budget-control", { config }, { data: "config enabled", "data.config": CONFIG }],
  ])("%s %s", async (method, path, body, places) => {
    const answer = await asPat(sandbox, path, { method, body });
    expect(namesAt(answer.body, "")).toBe(FULL);
    for (const [place, names] of Object.entries(places)) expect(namesAt(answer.body, place), place).toBe(names);
  });
});
