import { beforeEach, describe, expect, it } from "vitest";
import { type Answer, ask, asPat, asVk, numberAt, pick, rowsAt, sandboxAt, textAt } from "./client.ts";

const sandbox = await sandboxAt();
const { credentials, dataset } = sandbox;
const key = credentials.keyIds.agent;
const masterKeyId = dataset.ids("masterKeys")[0];
const entityId = dataset.ids("agents")[0];
const STRANGER = "00000000-0000-4000-8000-000000000000";

beforeEach(() => sandbox.reset());

const post = (body: unknown) => asPat(sandbox, "virtual-keys", { method: "POST", body });
const patch = (body: unknown, id = key) => asPat(sandbox, `virtual-keys/${id}`, { method: "PATCH", body });
const revoke = (id = key) => asPat(sandbox, `virtual-keys/${id}/revoke`, { method: "POST" });
const put = (body: unknown) => asPat(sandbox, "policies/budget-control", { method: "PUT", body });
const wanted = { label: " Staging key ", masterKeyId, budget: 25.5, rateLimitRpm: 100, entityType: "agent", entityId };
const rows = async () => rowsAt((await asPat(sandbox, "virtual-keys?pageSize=200")).body, "data.data");
const rowOf = async (id: string) => (await rows()).find((row) => pick(row, "id") === id);
const refused = ({ status, body }: Answer) => [status, pick(body, "code")];

describe("create", () => {
  it("shows the secret once; the key is listed first and works at once", async () => {
    const { status, body } = await post(wanted);
    expect(status).toBe(201);
    expect(pick(body, "data")).toMatchObject({
      label: "Staging key",
      budget: 25.5,
      budgetCents: 2_550,
      spentCents: 0,
      entityType: "agent",
      entityId,
      status: "active",
      lastUsedAt: null,
      createdAt: "2026-11-20T15:00:00Z",
    });
    const token = textAt(body, "data.token");
    expect(token).toMatch(/^vk-agent-[0-9a-f]{32}$/);
    expect(token.startsWith(textAt(body, "data.prefix"))).toBe(true);
    const listed = await asPat(sandbox, "virtual-keys?pageSize=1");
    expect(pick(listed.body, "data.data.0.id")).toBe(pick(body, "data.id"));
    expect(numberAt(listed.body, "data.total")).toBe(121);
    expect(listed.text).not.toContain(token);
    const scope = await asVk(sandbox, "cockpit/scope", token);
    expect(pick(scope.body, "virtual_key.label")).toBe("Staging key");
    expect(pick(scope.body, "entity.id")).toBe(entityId);
  });

  it("makes a second, different key for the same request, and none after a reset", async () => {
    const [first, second] = [await post(wanted), await post(wanted)];
    expect(pick(first.body, "data.token")).not.toBe(pick(second.body, "data.token"));
    sandbox.reset();
    expect((await asVk(sandbox, "cockpit/scope", textAt(first.body, "data.token"))).status).toBe(401);
    expect(await rows()).toHaveLength(120);
  });

  it.each([
    ["no object", "[]", 400, 40001],
    ["no JSON", "{", 400, 40001],
    ["no body", undefined, 400, 40001],
    ["no label", { ...wanted, label: undefined }, 400, 40001],
    ["an empty label", { ...wanted, label: "  " }, 400, 40001],
    ["a long label", { ...wanted, label: "x".repeat(101) }, 400, 40001],
    ["a budget of 0", { ...wanted, budget: 0 }, 400, 40001],
    ["a null budget", { ...wanted, budget: null }, 400, 40001],
    ["a text budget", { ...wanted, budget: "25" }, 400, 40001],
    ["three decimals", { ...wanted, budget: 1.005 }, 400, 40001],
    ["rpm 0", { ...wanted, rateLimitRpm: 0 }, 400, 40001],
    ["rpm 10001", { ...wanted, rateLimitRpm: 10_001 }, 400, 40001],
    ["half a binding", { ...wanted, entityType: undefined }, 400, 40016],
    ["the other half", { ...wanted, entityId: undefined }, 400, 40014],
    ["an unknown entity type", { ...wanted, entityType: "team" }, 400, 40001],
    ["an unknown entity", { ...wanted, entityId: STRANGER }, 404, 40401],
    ["no master key", { ...wanted, masterKeyId: undefined }, 400, 40011],
    ["an unknown master key", { ...wanted, masterKeyId: STRANGER }, 404, 40401],
    ["an unknown action", { ...wanted, budgetAction: "explode" }, 400, 40001],
    ["an unknown window", { ...wanted, budgetWindow: "yearly" }, 400, 40001],
    ["an expiry that is no instant", { ...wanted, expiresAt: "soon" }, 400, 40001],
  ])("%s is refused and nothing is made", async (_, body, status, code) => {
    expect(refused(await post(body))).toEqual([status, code]);
    expect(await rows()).toHaveLength(120);
  });

  it("stops at the plan's limit", async () => {
    sandbox.setSwitch("vkLimit", 10);
    expect(refused(await post(wanted))).toEqual([403, 40301]);
    sandbox.setSwitch("vkLimitStatus", "402");
    expect(refused(await post(wanted))).toEqual([402, 40201]);
    sandbox.setSwitch("vkLimitStatus", "409");
    expect(refused(await post(wanted))).toEqual([409, 40901]);
    expect(pick((await asPat(sandbox, "subscriptions/current")).body, "data.baseVkLimit")).toBe(10);
  });
});

describe("change a key", () => {
  it.each([
    ["block", "block_requests"],
    ["alert-only", "alert_only"],
    ["alert_only", "alert_only"],
    ["disable_key", "disable_key"],
  ])("budget and action %s are stored and echoed as %s", async (budgetAction, stored) => {
    const { status, body } = await patch({ budget: 200, budgetAction });
    expect(status).toBe(200);
    const expected = {
      id: key,
      budget: 200,
      budgetCents: 20_000,
      budgetAction: stored,
      updatedAt: "2026-11-20T15:00:00Z",
    };
    expect(pick(body, "data")).toMatchObject(expected);
    expect(await rowOf(key)).toMatchObject(expected);
    const cockpit = await asVk(sandbox, "cockpit/budget-status?period=billing_cycle");
    expect(numberAt(cockpit.body, "virtual_key_budget.budget_cents")).toBe(20_000);
  });

  it("leaves what it was not asked to change", async () => {
    const before = await rowOf(key);
    await patch({ label: "Renamed" });
    expect(await rowOf(key)).toEqual({ ...Object(before), label: "Renamed", updatedAt: "2026-11-20T15:00:00Z" });
    sandbox.reset();
    expect(await rowOf(key)).toEqual(before);
  });

  it.each([
    ["an unknown key", { budget: 1 }, STRANGER, 404, 40401],
    ["no id", { budget: 1 }, "abc", 400, 40014],
    ["nothing", {}, key, 400, 40001],
    ["zero", { budget: 0 }, key, 400, 40001],
    ["null", { budget: null }, key, 400, 40001],
    ["a tenth of a cent", { budget: 0.001 }, key, 400, 40001],
    ["a revoked key", { budget: 1 }, credentials.keyIds.revoked, 409, 40901],
  ])("%s is refused", async (_, body, id, status, code) => {
    expect(refused(await patch(body, id))).toEqual([status, code]);
  });

  it("takes every cent amount", async () => {
    for (const budget of [0.01, 0.07, 1.1, 19.99, 35.85, 1_000_000, 4.35]) {
      expect(numberAt((await patch({ budget })).body, "data.budget")).toBe(budget);
    }
  });
});

describe("revoke", () => {
  it("ends the key at once and shows it in the list, while its past spend stays", async () => {
    const before = await rowOf(key);
    expect((await asVk(sandbox, "cockpit/scope")).status).toBe(200);
    const { status, body } = await revoke();
    expect([status, pick(body, "data")]).toEqual([200, { id: key, status: "revoked" }]);
    expect((await asVk(sandbox, "cockpit/scope")).status).toBe(401);
    const after = await rowOf(key);
    expect(pick(after, "status")).toBe("revoked");
    expect(pick(after, "spentCents")).toBe(pick(before, "spentCents"));
    expect(pick((await revoke()).body, "data.status")).toBe("revoked");
    expect(refused(await revoke(STRANGER))).toEqual([404, 40401]);
    expect((await asPat(sandbox, "virtual-keys?status=revoked")).body).toMatchObject({ data: { total: 2 } });
  });

  it("stops the spend from that moment on", async () => {
    let instant = "2026-11-20T12:00:00Z";
    const moving = await sandboxAt(instant, { now: () => new Date(instant) });
    const spent = () => moving.dataset.key(key, "2026-11-20", "2026-11-22").cents;
    const noon = spent();
    await ask(`${moving.url}/api/v1/virtual-keys/${key}/revoke`, {
      method: "POST",
      headers: { authorization: `Bearer ${credentials.pats.write}`, "x-workspace-id": credentials.workspaceId },
    });
    instant = "2026-11-22T12:00:00Z";
    expect(spent()).toBe(noon);
    expect(noon).toBeGreaterThan(0);
  });
});

describe("budget policy", () => {
  const config = {
    amount: 750,
    exceededAction: "pause",
    period: "monthly",
    thresholds: [50, 90],
    currency: "USD",
    extra: 1,
  };

  it("stores the whole config, unknown fields included", async () => {
    const { status, body } = await put({ config });
    expect([status, pick(body, "data")]).toEqual([200, { config, enabled: true }]);
    expect(pick((await asPat(sandbox, "policies/budget-control")).body, "data.config")).toEqual(config);
    expect((await asPat(sandbox, "analytics/budget-status")).body).toMatchObject({
      data: { budget: 750, exceededAction: "pause" },
    });
    sandbox.reset();
    expect(pick((await asPat(sandbox, "policies/budget-control")).body, "data.config.amount")).not.toBe(750);
  });

  it.each([
    ["no config", {}],
    ["a config list", { config: [] }],
    ["no amount", { config: { ...config, amount: undefined } }],
    ["zero", { config: { ...config, amount: 0 } }],
    ["null", { config: { ...config, amount: null } }],
    ["three decimals", { config: { ...config, amount: 1.234 } }],
    ["a key's action word", { config: { ...config, exceededAction: "block" } }],
    ["an unknown period", { config: { ...config, period: "hourly" } }],
    ["bad thresholds", { config: { ...config, thresholds: ["50"] } }],
    ["a number as currency", { config: { ...config, currency: 1 } }],
  ])("%s is refused", async (_, body) => {
    expect(refused(await put(body))).toEqual([400, 40001]);
  });

  it.each([
    ["once", [409, 200, 200]],
    ["always", [409, 409, 409]],
  ] as const)("budgetConflict=%s", async (value, statuses) => {
    sandbox.setSwitch("budgetConflict", value);
    const seen = [await put({ config }), await put({ config }), await put({ config })].map(({ status }) => status);
    expect(seen).toEqual(statuses);
  });
});
