import { describe, expect, it } from "vitest";
import type { PlantedKind, Sandbox } from "../../src/sandbox/serve.ts";
import { asPat, asVk, NOW, numberAt, pick, rowsAt, sandboxAt, textAt } from "./client.ts";

const everything = ["cockpit/daily-costs?period=30d", "cockpit/scope"];
const management = [
  "virtual-keys?pageSize=200",
  "agents?pageSize=200",
  "analytics/costs",
  "analytics/live-24h",
  "models",
];

async function picture(sandbox: Sandbox): Promise<string[]> {
  const answers = [
    ...everything.map((path) => asVk(sandbox, path)),
    ...management.map((path) => asPat(sandbox, path)),
    asPat(sandbox, "policies/budget-control"),
  ];
  return (await Promise.all(answers)).map(({ text }) => text);
}

describe("determinism", () => {
  it("the same seed and clock give the same answers, another seed does not", async () => {
    const [first, second, other] = await Promise.all([
      sandboxAt(NOW, { seed: 3 }),
      sandboxAt(NOW, { seed: 3 }),
      sandboxAt(NOW, { seed: 4 }),
    ]);
    expect(await picture(second)).toEqual(await picture(first));
    expect(await picture(other)).not.toEqual(await picture(first));
    expect(second.credentials).toEqual(first.credentials);
    expect(second.events).toEqual(first.events);
  });

  it("credentials have the real shapes and do not depend on the day", async () => {
    const [now, later] = await Promise.all([sandboxAt(NOW), sandboxAt("2027-03-02T08:00:00Z")]);
    expect(later.credentials).toEqual(now.credentials);
    const { pats, virtualKeys, workspaceId } = now.credentials;
    for (const pat of Object.values(pats)) expect(pat).toMatch(/^pat_ws[0-9a-f]{6}_[0-9a-f]{64}$/);
    for (const key of Object.values(virtualKeys)) expect(key).toMatch(/^vk-(agent|memb|proj)-[0-9a-f]{32}$/);
    expect(workspaceId).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(new Set([...Object.values(pats), ...Object.values(virtualKeys)]).size).toBe(13);
  });
});

describe("the clock", () => {
  it("counts more of today as the day goes on and never changes a complete day", async () => {
    let instant = "2026-11-20T02:00:00Z";
    const sandbox = await sandboxAt(NOW, { now: () => new Date(instant) });
    const read = async () =>
      rowsAt((await asPat(sandbox, "analytics/usage?dateFrom=2026-11-18&dateTo=2026-11-21")).body, "data.series");
    const early = await read();
    instant = "2026-11-20T18:00:00Z";
    const late = await read();
    expect(late.slice(0, 2)).toEqual(early.slice(0, 2));
    expect(numberAt(late[2], "cost")).toBeGreaterThan(numberAt(early[2], "cost") + 20);
    instant = "2026-11-21T00:05:00Z";
    const next = await read();
    expect(next).toHaveLength(4);
    expect(numberAt(next[2], "cost")).toBeGreaterThan(numberAt(late[2], "cost"));
    expect(numberAt(next[3], "cost")).toBe(0);
  });

  it("takes the billing period from the cycle day", async () => {
    const sandbox = await sandboxAt(NOW, { billingCycleDay: 31 });
    expect(sandbox.dataset.billingPeriod()).toEqual({ from: "2026-10-31", to: "2026-11-29" });
    const { body } = await asPat(sandbox, "analytics/usage");
    expect(pick(body, "data.period")).toEqual({ dateFrom: "2026-10-31", dateTo: "2026-11-20" });
    const { body: plan } = await asPat(sandbox, "subscriptions/current");
    expect(pick(plan, "data.currentPeriodStart")).toBe("2026-10-31");
  });
});

describe("magnitudes", async () => {
  const sandbox = await sandboxAt();
  const { dataset } = sandbox;

  it("spends a few thousand dollars a month, less at weekends, more than a year ago", () => {
    const october = dataset.workspace("2026-10-01", "2026-10-31").usd;
    expect(october).toBeGreaterThan(2_500);
    expect(october).toBeLessThan(6_000);
    expect(dataset.workspace("2025-11-01", "2025-11-30").usd).toBeLessThan(0.85 * october);
    const saturday = dataset.workspace("2026-11-14", "2026-11-14").usd;
    const monday = dataset.workspace("2026-11-16", "2026-11-16").usd;
    expect(saturday).toBeLessThan(0.7 * monday);
    expect(dataset.workspace("2025-10-17", "2025-11-01").requests).toBeGreaterThan(0);
    expect(dataset.workspace("2024-01-01", "2025-10-16").requests).toBe(0);
  });

  it("has a heavy tail of owners and a price behind every token", () => {
    const spend = [...dataset.ids("agents"), ...dataset.ids("members")].map(
      (id) => dataset.entity(id, "2026-10-21", "2026-11-19").cents,
    );
    const sorted = spend.toSorted((a, b) => b - a);
    const top = sorted.slice(0, 10).reduce((sum, cents) => sum + cents, 0);
    expect(top).toBeGreaterThan(0.4 * sorted.reduce((sum, cents) => sum + cents, 0));
    const gpt = dataset.models("2026-11-01", "2026-11-19").find(({ model }) => model === "gpt-4o");
    const priced = (gpt?.inputTokens ?? 0) * 2.5e-6 + (gpt?.outputTokens ?? 0) * 1e-5;
    expect(priced / (gpt?.usd ?? 1)).toBeCloseTo(1, 4);
  });

  it("counts 6 departments, 40 agents, 60 members, 120 keys, 4 master keys, 12 models", async () => {
    for (const [path, total] of Object.entries({
      departments: 6,
      agents: 40,
      members: 60,
      "virtual-keys": 120,
      "master-keys": 4,
      models: 12,
    })) {
      expect(numberAt((await asPat(sandbox, path)).body, "data.total"), path).toBe(total);
    }
  });

  it("has the default key over 80 % of its budget and one agent without traffic", async () => {
    const { body } = await asVk(sandbox, "cockpit/budget-status?period=billing_cycle");
    expect(numberAt(body, "virtual_key_budget.usage_pct")).toBeGreaterThan(80);
    expect(numberAt(body, "virtual_key_budget.usage_pct")).toBeLessThan(90);
    const idle = dataset.ids("agents").filter((id) => dataset.entity(id, "2025-11-01", "2026-11-20").requests === 0);
    expect(idle).toEqual([dataset.ids("agents")[5]]);
  });
});

describe.each([1, 2, 3])("planted events, seed %i", async (seed) => {
  const sandbox = await sandboxAt(NOW, { seed });
  const { dataset } = sandbox;
  const of = (kind: PlantedKind) => sandbox.events.filter((event) => event.kind === kind);
  const one = (kind: PlantedKind) => {
    const event = of(kind)[0];
    if (!event) throw new Error(`no ${kind}`);
    return { ...event, entityId: event.entityId ?? "" };
  };
  const perDay = (id: string, from: string, to: string) => {
    const days = (Date.parse(to) - Date.parse(from)) / 86_400_000 + 1;
    return dataset.entity(id, from, to).usd / days;
  };

  it("a one-day spike stands out at its agent, its model and the workspace", () => {
    const spike = one("spike");
    expect(spike.to).toBe(spike.from);
    expect(spike.from >= "2026-11-13" && spike.from <= "2026-11-19").toBe(true);
    const usual = perDay(spike.entityId, "2026-10-15", "2026-11-12");
    expect(dataset.entity(spike.entityId, spike.from, spike.from).usd).toBeGreaterThan(10 * usual);
    const weekAgo = new Date(Date.parse(spike.from) - 7 * 86_400_000).toISOString().slice(0, 10);
    expect(dataset.workspace(spike.from, spike.from).usd).toBeGreaterThan(
      1.8 * dataset.workspace(weekAgo, weekAgo).usd,
    );
  });

  it("a level shift three weeks ago at another agent", () => {
    const shift = one("level_shift");
    expect(shift.from).toBe("2026-10-30");
    expect(shift.entityId).not.toBe(one("spike").entityId);
    const ratio =
      perDay(shift.entityId, "2026-10-30", "2026-11-19") / perDay(shift.entityId, "2026-10-09", "2026-10-29");
    expect(ratio).toBeGreaterThan(2.5);
  });

  it("a new and a stopped agent", () => {
    const fresh = one("new_entity");
    expect(dataset.entity(fresh.entityId, "2025-11-01", "2026-11-14").requests).toBe(0);
    expect(dataset.entity(fresh.entityId, fresh.from, fresh.from).cents).toBeGreaterThan(100);
    const gone = one("stopped_entity");
    expect(gone.scope).toBe("agent");
    expect(dataset.entity(gone.entityId, "2026-11-13", "2026-11-20").requests).toBe(0);
    expect(perDay(gone.entityId, "2026-11-01", "2026-11-10")).toBeGreaterThan(1);
  });

  it("a price change of one model forty days ago", () => {
    const change = one("price_change");
    const rate = (from: string, to: string) => {
      const row = dataset.models(from, to).find(({ model }) => model === change.entityId);
      return (row?.usd ?? 0) / (row?.tokens ?? 1);
    };
    expect(change.from).toBe("2026-10-11");
    expect(rate("2026-10-11", "2026-11-09") / rate("2026-09-11", "2026-10-10")).toBeGreaterThan(1.3);
  });

  it("idle and never used keys, with the dates that the list shows", async () => {
    const rows = rowsAt((await asPat(sandbox, "virtual-keys?pageSize=200")).body, "data.data");
    const row = (id = "") => rows.find((candidate) => pick(candidate, "id") === id);
    expect(of("idle_key")).toHaveLength(4);
    for (const event of of("idle_key")) {
      expect(textAt(row(event.entityId), "lastUsedAt").slice(0, 10)).toBe(event.from);
      expect(event.from < "2026-10-06").toBe(true);
      expect(pick(row(event.entityId), "status")).toBe("active");
    }
    expect(of("never_used_key")).toHaveLength(3);
    for (const event of of("never_used_key")) expect(pick(row(event.entityId), "lastUsedAt")).toBeNull();
    const planted = new Set([...of("idle_key"), ...of("never_used_key")].map(({ entityId }) => entityId));
    const others = rows.filter(
      (candidate) => pick(candidate, "status") === "active" && !planted.has(textAt(candidate, "id")),
    );
    for (const other of others) expect(textAt(other, "lastUsedAt") > "2026-10-21", textAt(other, "label")).toBe(true);
    expect(of("risky_key")).toHaveLength(3);
  });

  it("a workspace budget that runs out before the month ends, but not today", async () => {
    expect(one("budget_run_out").scope).toBe("workspace");
    const amount = numberAt((await asPat(sandbox, "policies/budget-control")).body, "data.config.amount");
    const spent = dataset.workspace("2026-11-01", "2026-11-20").usd;
    const pace = dataset.workspace("2026-10-23", "2026-11-19").usd / 28;
    expect(amount).toBeGreaterThan(spent);
    expect(amount).toBeLessThan(spent + 8 * pace);
  });
});

describe.each([1, 2, 3, 4, 5])("a quiet workspace, seed %i", async (seed) => {
  const sandbox = await sandboxAt(NOW, { seed, quiet: true });

  it("has no spend event and no day far from the same weekday a week before and after", () => {
    const kinds = new Set(sandbox.events.map(({ kind }) => kind));
    expect([...kinds].toSorted()).toEqual(["idle_key", "never_used_key", "risky_key"]);
    const days = sandbox.dataset.days("2026-08-22", "2026-11-19").map(({ usd }) => usd);
    for (let i = 7; i < days.length - 7; i += 1) {
      const near = ((days[i - 7] ?? 0) + (days[i + 7] ?? 0)) / 2;
      expect(Math.abs((days[i] ?? 0) / near - 1)).toBeLessThan(0.3);
    }
  });

  it("keeps its budget", async () => {
    const amount = numberAt((await asPat(sandbox, "policies/budget-control")).body, "data.config.amount");
    expect(amount).toBeGreaterThan(1.4 * sandbox.dataset.workspace("2026-10-01", "2026-10-31").usd);
  });
});

describe("scale", () => {
  it("starts quickly at the usual size", async () => {
    const start = performance.now();
    await sandboxAt();
    expect(performance.now() - start).toBeLessThan(3_000);
  });

  it("starts 10,000 keys in bounded time and still adds up", async () => {
    const start = performance.now();
    const scale = { keys: 10_000, agents: 2_000, members: 500, departments: 20 };
    const sandbox = await sandboxAt(NOW, { scale });
    expect(performance.now() - start).toBeLessThan(10_000);
    const { body } = await asPat(sandbox, "analytics/usage?dateFrom=2026-11-19&dateTo=2026-11-20");
    const { usd } = sandbox.dataset.workspace("2026-11-19", "2026-11-19");
    expect(numberAt(body, "data.series.0.cost")).toBe(usd);
    const page = await asPat(sandbox, "virtual-keys?page=50&pageSize=200");
    expect(rowsAt(page.body, "data.data")).toHaveLength(200);
    expect(numberAt(page.body, "data.total")).toBe(10_000);
  });

  it.each([{ keys: 23 }, { agents: 5 }, { days: 30 }, { models: 1.5 }])("refuses %o", async (scale) => {
    await expect(sandboxAt(NOW, { scale })).rejects.toThrow(/scale\./);
  });
});
