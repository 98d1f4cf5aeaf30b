import { describe, expect, it } from "vitest";
import type { Sandbox } from "../../src/sandbox/serve.ts";
import { asPat, asVk, centsOf, NOW, numberAt, pick, rowsAt, sandboxAt, sumOf, textAt } from "./client.ts";

const WINDOWS = [
  ["2026-11-14", "2026-11-20"],
  ["2026-11-20", "2026-11-20"],
  ["2026-09-27", "2026-11-03"],
  ["2026-11-01", "2026-11-30"],
] as const;

const dates = (from: string, to: string) => `dateFrom=${from}&dateTo=${to}`;

async function dimension(sandbox: Sandbox, from: string, to: string, name: string): Promise<unknown[]> {
  const { body } = await asPat(sandbox, `analytics/costs?${dates(from, to)}`);
  const found = rowsAt(body, "data.breakdown").find((entry) => pick(entry, "dimension") === name);
  return rowsAt(found, "items");
}

describe.each([1, 7, 4242])("seed %i", async (seed) => {
  const sandbox = await sandboxAt(NOW, { seed, switches: { costsMember: "on" } });
  const truth = sandbox.dataset;

  it.each(WINDOWS)("workspace usage = models = master keys = keys, %s to %s", async (from, to) => {
    const expected = truth.workspace(from, to);
    const { body } = await asPat(sandbox, `analytics/usage?${dates(from, to)}`);
    const series = rowsAt(body, "data.series");
    expect(centsOf(series, "cost")).toBe(expected.cents);
    expect(sumOf(series, "requests")).toBe(expected.requests);
    expect(sumOf(series, "tokens")).toBe(expected.tokens);
    const models = rowsAt((await asPat(sandbox, `analytics/models?${dates(from, to)}`)).body, "data.models");
    expect(centsOf(models, "cost")).toBe(expected.cents);
    expect(sumOf(models, "tokens")).toBe(expected.tokens);
    for (const name of ["master_key", "model"]) {
      const items = await dimension(sandbox, from, to, name);
      expect(centsOf(items, "cost"), name).toBe(expected.cents);
      expect(sumOf(items, "requests"), name).toBe(expected.requests);
    }
    const keys = truth.ids("keys").map((id) => truth.key(id, from, to).cents);
    expect(keys.reduce((sum, cents) => sum + cents, 0)).toBe(expected.cents);
  });

  it.each(WINDOWS)(
    "agents + members + unbound keys = workspace, departments leave some out, %s to %s",
    async (from, to) => {
      const whole = truth.workspace(from, to).cents;
      const agents = centsOf(await dimension(sandbox, from, to, "agent"), "cost");
      const members = centsOf(await dimension(sandbox, from, to, "member"), "cost");
      const departments = centsOf(await dimension(sandbox, from, to, "department"), "cost");
      const { body } = await asPat(sandbox, "virtual-keys?pageSize=200");
      const unbound = rowsAt(body, "data.data").filter((row) => pick(row, "entityType") === null);
      const loose = unbound.reduce<number>((sum, row) => sum + truth.key(textAt(row, "id"), from, to).cents, 0);
      expect(agents + members + loose).toBe(whole);
      expect(loose).toBeGreaterThan(0);
      const inNone = [...(await listed("agents")), ...(await listed("members"))].filter(
        (row) => pick(row, "departmentId") === null,
      );
      const outside = inNone.reduce<number>((sum, row) => sum + truth.entity(textAt(row, "id"), from, to).cents, 0);
      expect(departments).toBe(whole - loose - outside);
      expect(outside).toBeGreaterThan(0);
    },
  );

  const listed = async (path: string) => rowsAt((await asPat(sandbox, `${path}?pageSize=200`)).body, "data.data");

  it("usage with a filter = the entity's row in costs", async () => {
    const [from, to] = ["2026-11-01", "2026-11-20"];
    for (const [name, parameter] of [
      ["agent", "agentId"],
      ["member", "memberId"],
      ["department", "departmentId"],
    ] as const) {
      for (const item of (await dimension(sandbox, from, to, name)).slice(0, 3)) {
        const id = textAt(item, "id");
        const { body } = await asPat(sandbox, `analytics/usage?${dates(from, to)}&${parameter}=${id}`);
        const series = rowsAt(body, "data.series");
        expect(centsOf(series, "cost")).toBe(Math.round(numberAt(item, "cost") * 100));
        expect(sumOf(series, "requests")).toBe(numberAt(item, "requests"));
        expect(truth.entity(id, from, to).cents).toBe(centsOf(series, "cost"));
      }
    }
  });

  it.each(["24h", "7d", "30d", "billing_cycle"])("cockpit totals = days = models, %s", async (period) => {
    for (const token of [sandbox.credentials.virtualKeys.agent, sandbox.credentials.virtualKeys.member]) {
      const { body: summary } = await asVk(sandbox, `cockpit/usage-summary?period=${period}`, token);
      const days = rowsAt((await asVk(sandbox, `cockpit/daily-costs?period=${period}`, token)).body, "data");
      const models = rowsAt((await asVk(sandbox, `cockpit/cost-by-model?period=${period}`, token)).body, "data");
      const { body: budget } = await asVk(sandbox, `cockpit/budget-status?period=${period}`, token);
      const total = numberAt(summary, "total_cost_cents");
      expect(sumOf(days, "cost_cents")).toBe(total);
      expect(sumOf(models, "cost_cents")).toBe(total);
      expect(numberAt(budget, "virtual_key_budget.spent_cents")).toBe(total);
      expect(sumOf(days, "requests")).toBe(numberAt(summary, "total_requests"));
      expect(sumOf(models, "requests")).toBe(numberAt(summary, "total_requests"));
      const tokens = numberAt(summary, "total_tokens.input") + numberAt(summary, "total_tokens.output");
      expect(sumOf(days, "tokens")).toBe(tokens);
      expect(days.at(-1)).toMatchObject({ date: "2026-11-20" });
    }
  });

  it("lists, overview, subscription and charts tell the same billing period", async () => {
    const { from, to } = truth.billingPeriod();
    expect([from, to]).toEqual(["2026-11-01", "2026-11-30"]);
    const whole = truth.workspace(from, "2026-11-20");
    const { body: overview } = await asPat(sandbox, "analytics/overview");
    expect(numberAt(overview, "data.totalCost")).toBe(whole.usd);
    expect(numberAt(overview, "data.totalRequests")).toBe(whole.requests);
    expect(sumOf(await listed("virtual-keys"), "spentCents")).toBe(whole.cents);
    const { body: plan } = await asPat(sandbox, "subscriptions/current");
    expect(numberAt(plan, "data.usage.requestsThisMonth")).toBe(whole.requests);
    const { body: logs } = await asPat(sandbox, "subscriptions/log-usage");
    expect(numberAt(logs, "data.used")).toBe(whole.requests);
    const { body: budget } = await asPat(sandbox, "analytics/budget-status");
    expect(numberAt(budget, "data.spent")).toBe(whole.usd);
    const months = rowsAt((await asPat(sandbox, "analytics/usage-history")).body, "data.months");
    expect(months.at(-1)).toMatchObject({ month: "2026-11", cost: whole.usd, requests: whole.requests });
    const departments = await listed("departments");
    const items = await dimension(sandbox, from, "2026-11-20", "department");
    expect(centsOf(departments, "cost")).toBe(centsOf(items, "cost"));
  });

  it("charts repeat the daily series", async () => {
    const { body } = await asPat(sandbox, "analytics/usage?dateFrom=2026-11-14&dateTo=2026-11-20");
    const costs = rowsAt(body, "data.series").map((row) => pick(row, "cost"));
    const { body: sparks } = await asPat(sandbox, "analytics/sparklines");
    expect(pick(sparks, "data.spend")).toEqual(costs);
    const { body: chart } = await asPat(sandbox, "analytics/usage/timeseries?metric=cost&preset=7d");
    expect(rowsAt(chart, "data.points").map((point) => pick(point, "value"))).toEqual(costs);
    const { body: hours } = await asPat(sandbox, "analytics/usage/timeseries?metric=cost&preset=7d&granularity=hour");
    const points = rowsAt(hours, "data.points");
    expect(centsOf(points, "value")).toBe(truth.workspace("2026-11-14", "2026-11-20").cents);
    expect(textAt(points.at(-1), "bucket")).toBe("2026-11-20T15:00:00Z");
  });

  it("live 24 h holds the last 24 hours and its top lists", async () => {
    const { body } = await asPat(sandbox, "analytics/live-24h?limit=10");
    const live = Math.round(numberAt(body, "data.summary.cost") * 100);
    const today = truth.workspace("2026-11-20", "2026-11-20").cents;
    const both = truth.workspace("2026-11-19", "2026-11-20").cents;
    expect(live).toBeGreaterThan(today);
    expect(live).toBeLessThan(both);
    expect(centsOf(rowsAt(body, "data.topModels"), "cost")).toBeLessThanOrEqual(live);
    expect(rowsAt(body, "data.topKeys")).toHaveLength(10);
  });

  it("entity analytics repeat the filtered usage", async () => {
    const [agent, member, department] = [truth.ids("agents")[0], truth.ids("members")[0], truth.ids("departments")[0]];
    const week = ["2026-11-14", "2026-11-20"] as const;
    const { body: first } = await asPat(sandbox, `agents/${agent}/analytics?days=7`);
    expect(numberAt(first, "data.cost")).toBe(truth.entity(agent ?? "", ...week).usd);
    const { body: second } = await asPat(sandbox, `analytics/members/${member}/analytics?days=7`);
    expect(centsOf(rowsAt(second, "data.series"), "cost")).toBe(truth.entity(member ?? "", ...week).cents);
    const { body: third } = await asPat(sandbox, `departments/${department}/analytics?days=7`);
    expect(numberAt(third, "data.spend")).toBe(truth.entity(department ?? "", ...week).usd);
  });
});
