import { describe, expect, it } from "vitest";
import { ask, asPat, asVk, patHeaders, pick, sandboxAt } from "./client.ts";

const sandbox = await sandboxAt();
const { credentials, dataset, url } = sandbox;
const { pats, virtualKeys, workspaceId, otherWorkspaceId } = credentials;
const NO_UUID = "../../x";
const STRANGER = "00000000-0000-4000-8000-000000000000";

const refusal = (code: number) => expect.objectContaining({ code, data: null, message: expect.any(String) });

describe("credentials", () => {
  it.each([
    ["no credential", "cockpit/scope", {}],
    ["another scheme", "cockpit/scope", { authorization: `Basic ${virtualKeys.agent}` }],
    ["an unknown key", "cockpit/scope", { authorization: "Bearer vk-agent-0123456789abcdef0123456789abcdef" }],
    ["a revoked key", "cockpit/scope", { authorization: `Bearer ${virtualKeys.revoked}` }],
    ["a disabled key", "cockpit/usage-summary", { authorization: `Bearer ${virtualKeys.disabled}` }],
    ["an expired key", "models", { authorization: `Bearer ${virtualKeys.expired}` }],
    ["a PAT on cockpit", "cockpit/scope", { authorization: `Bearer ${pats.admin}`, "x-workspace-id": workspaceId }],
    [
      "a key on analytics",
      "analytics/usage",
      { authorization: `Bearer ${virtualKeys.agent}`, "x-workspace-id": workspaceId },
    ],
    ["a key on a list", "virtual-keys", { authorization: `Bearer ${virtualKeys.agent}` }],
    [
      "an unknown PAT",
      "agents",
      { authorization: `Bearer pat_wsffffff_${"0".repeat(64)}`, "x-workspace-id": workspaceId },
    ],
  ])("%s is the same 401", async (_, path, headers) => {
    const answer = await ask(`${url}/api/v1/${path}`, { headers });
    expect(answer.status).toBe(401);
    expect(answer.body).toEqual({ code: 40101, message: "Authentication failed", data: null });
  });

  it.each([
    ["expired", "Token has expired"],
    ["revoked", "Token has been revoked"],
  ] as const)("a PAT that is %s says so", async (pat, message) => {
    const answer = await ask(`${url}/api/v1/agents`, { headers: patHeaders(sandbox, pat) });
    expect(answer.body).toEqual({ code: 40101, message, data: null });
  });

  it("a key whose expiry has passed is refused although its status is active", async () => {
    let instant = "2026-11-20T15:00:00Z";
    const moving = await sandboxAt(instant, { now: () => new Date(instant) });
    expect((await asVk(moving, "cockpit/scope")).status).toBe(200);
    instant = "2028-01-01T00:00:00Z";
    expect((await asVk(moving, "cockpit/scope")).status).toBe(401);
  });

  it("health asks for nothing, models takes both", async () => {
    expect((await ask(`${url}/api/v1/cockpit/health`)).status).toBe(200);
    expect((await asVk(sandbox, "models")).status).toBe(200);
    expect((await asPat(sandbox, "models")).status).toBe(200);
  });
});

describe("workspace and scope", () => {
  it.each([
    ["another workspace in the header", pats.admin, otherWorkspaceId],
    ["a token of another workspace", pats.otherWorkspace, workspaceId],
    ["a token and a header of another workspace", pats.otherWorkspace, otherWorkspaceId],
    ["a header that is no id", pats.admin, "acme"],
  ])("%s → 403", async (_, pat, header) => {
    const headers = { authorization: `Bearer ${pat}`, "x-workspace-id": header };
    const answer = await ask(`${url}/api/v1/agents`, { headers });
    expect([answer.status, answer.body]).toEqual([403, { code: 40301, message: "Workspace mismatch", data: null }]);
  });

  it("no header → 400", async () => {
    const answer = await ask(`${url}/api/v1/agents`, { headers: { authorization: `Bearer ${pats.read}` } });
    expect([answer.status, answer.body]).toEqual([400, refusal(40001)]);
  });

  const key = credentials.keyIds.agent;
  it.each([
    ["POST", "virtual-keys", "read", "write"],
    ["PATCH", `virtual-keys/${key}`, "read", "write"],
    ["POST", `virtual-keys/${key}/revoke`, "read", "write"],
    ["PUT", "policies/budget-control", "write", "admin"],
    ["PUT", "policies/budget-control", "read", "admin"],
  ] as const)("%s %s with scope %s → 403 that names %s", async (method, path, pat, needed) => {
    const answer = await asPat(sandbox, path, { method, body: {}, headers: patHeaders(sandbox, pat) });
    const message = `Insufficient permissions. Required scope: ${needed}`;
    expect([answer.status, answer.body]).toEqual([403, { code: 40301, message, data: null }]);
  });

  it.each(["pats", "pats/1", "workspaces", `workspaces/${workspaceId}/stats`, "logs"])(
    "%s needs a session",
    async (path) => {
      expect(await asPat(sandbox, path)).toMatchObject({ status: 403, body: refusal(40301) });
      expect((await asVk(sandbox, path)).status).toBe(401);
    },
  );
});

const agent = dataset.ids("agents")[0];
const member = dataset.ids("members")[0];
const department = dataset.ids("departments")[0];

describe("requests", () => {
  it.each([
    ["analytics/usage?dateFrom=2026-11-01", 400, 40001],
    ["analytics/costs?dateTo=2026-11-01", 400, 40001],
    ["analytics/models?dateFrom=2026-11-02&dateTo=2026-11-01", 400, 40001],
    ["analytics/usage?dateFrom=2026-11-31&dateTo=2026-12-01", 400, 40001],
    ["analytics/overview?dateFrom=yesterday&dateTo=today", 400, 40001],
    ["analytics/usage?dateFrom=1026-01-01&dateTo=2026-11-20", 400, 40001],
    [`analytics/usage?agentId=${agent}&memberId=${member}`, 400, 40020],
    [`analytics/usage?agentId=${agent}&departmentId=${department}`, 400, 40020],
    [`analytics/usage?agentId=${encodeURIComponent(NO_UUID)}`, 400, 40014],
    ["analytics/usage?memberId=7", 400, 40014],
    ["analytics/usage?departmentId=sales", 400, 40013],
    ["analytics/costs?masterKeyId=1", 400, 40011],
    [`analytics/usage?entityId=${agent}`, 400, 40016],
    [`analytics/usage?agentId=${STRANGER}`, 404, 40401],
    [`analytics/usage?memberId=${agent}`, 404, 40401],
    [`analytics/usage?departmentId=${STRANGER}`, 404, 40401],
    ["analytics/usage/timeseries", 400, 40001],
    ["analytics/usage/timeseries?metric=money", 400, 40001],
    ["analytics/usage/timeseries?metric=cost&granularity=week", 400, 40001],
    ["analytics/usage/timeseries?metric=cost&preset=90d", 400, 40001],
    ["analytics/usage/timeseries?metric=cost&start=2026-11-02&end=2026-11-01", 400, 40001],
    ["analytics/usage/timeseries?metric=success_rate&granularity=hour", 400, 40010],
    ["analytics/usage/timeseries?metric=latency&granularity=hour", 400, 40010],
    ["agents/abc/analytics", 400, 40014],
    [`agents/${STRANGER}/analytics`, 404, 40401],
    [`agents/${agent}/analytics?days=2`, 400, 40001],
    ["departments/abc/analytics", 400, 40013],
    [`departments/${STRANGER}/analytics`, 404, 40401],
    [`analytics/members/${STRANGER}/analytics`, 404, 40401],
    ["agents?departmentId=x", 400, 40013],
    ["no-such-route", 404, 40401],
  ])("GET %s → %i %i", async (path, status, code) => {
    const answer = await asPat(sandbox, path);
    expect([answer.status, answer.body]).toEqual([status, refusal(code)]);
  });

  it.each(["usage-summary", "daily-costs", "cost-by-model", "budget-status"])(
    "cockpit/%s refuses 90d",
    async (path) => {
      expect(await asVk(sandbox, `cockpit/${path}?period=90d`)).toMatchObject({ status: 400, body: refusal(40001) });
    },
  );

  it("usage without dates covers the billing period to date", async () => {
    const { body } = await asPat(sandbox, "analytics/usage");
    expect(pick(body, "data.period")).toEqual({ dateFrom: "2026-11-01", dateTo: "2026-11-20" });
  });

  it("an unbound key has no analytics: null and zeros, not an error", async () => {
    const token = virtualKeys.unbound;
    expect(dataset.key(credentials.keyIds.unbound, "2026-11-01", "2026-11-20").cents).toBeGreaterThan(0);
    expect(pick((await asVk(sandbox, "cockpit/scope", token)).body, "entity")).toBeNull();
    const { body } = await asVk(sandbox, "cockpit/usage-summary?period=30d", token);
    expect(body).toMatchObject({ degraded: false, total_requests: 0, total_cost_cents: 0, vs_previous_period: null });
    expect(pick((await asVk(sandbox, "cockpit/cost-by-model", token)).body, "data")).toEqual([]);
  });

  it("a member's key shows the member's own budget, an agent's key none", async () => {
    const { body } = await asVk(sandbox, "cockpit/budget-status", virtualKeys.member);
    expect(pick(body, "entity_budget")).toMatchObject({ budget_cents: 15_000 });
    expect(pick((await asVk(sandbox, "cockpit/budget-status")).body, "entity_budget")).toBeNull();
  });
});
