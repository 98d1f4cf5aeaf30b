import { describe, expect, it, vi } from "vitest";
import { createManagerApi, createManagerWrites } from "../../src/api/manager.ts";
import { type JsonObject, mergeBudgetConfig } from "../../src/api/resources/budget-policy.ts";
import { bodies, variantOf } from "./examples.ts";
import { AGENT_ID, connect, KEY_ID, useService } from "./support.ts";

const service = useService();
const writes = () => createManagerWrites(connect());
const api = () => createManagerApi(connect());

const CREATE = "POST /api/v1/virtual-keys";
const UPDATE = "PATCH /api/v1/virtual-keys/{id}";
const REVOKE = "POST /api/v1/virtual-keys/{id}/revoke";
const POLICY = "PUT /api/v1/policies/budget-control";
const MASTER = "e3b0c442-98fc-4c14-9afb-f4c8996fb924";
const SECRET = "vk-agent-5b1cEXAMPLEONLY000000000000";
const newKey = { label: "  Staging key ", masterKeyId: MASTER, budgetUsd: 25, rateLimitRpm: 100 };
const change = { budgetUsd: 200, action: "block" } as const;
const sent = () => service.seen.map(({ body }) => body);

/** The service's refusal of a word, which names the field. */
const refusal = (message: string, status = 400) => ({ body: { code: 40001, message, data: null }, status });

describe("W27 create a key", () => {
  it("sends label, master key, budget, limit and the entity", async () => {
    service.on(CREATE, { body: bodies[CREATE], status: 201 });
    const created = await writes().createKey({ ...newKey, entity: { type: "agent", id: AGENT_ID.toUpperCase() } });
    expect(sent()).toEqual([
      {
        label: "Staging key",
        masterKeyId: MASTER,
        budget: 25,
        rateLimitRpm: 100,
        entityType: "agent",
        entityId: AGENT_ID,
      },
    ]);
    expect(created).toMatchObject({
      id: "8e296a06-7a37-4963-8ee9-15ab9b3c2d10",
      key: { label: "Staging key", prefix: "vk-agent-5b1c", budgetUsd: 25 },
      isEmpty: false,
    });
    expect(created.secret?.reveal()).toBe(SECRET);
  });

  it("sends neither entity field without an entity", async () => {
    service.on(CREATE, { body: bodies[CREATE] });
    await writes().createKey(newKey);
    expect(sent()).toEqual([{ label: "Staging key", masterKeyId: MASTER, budget: 25, rateLimitRpm: 100 }]);
  });

  it.each([
    ["label", { label: "   " }],
    ["label", { label: "x".repeat(101) }],
    ["budget", { budgetUsd: 0 }],
    ["budget", { budgetUsd: 0.001 }],
    ["budget", { budgetUsd: 10.001 }],
    ["budget", { budgetUsd: 1_000_000.01 }],
    ["budget", { budgetUsd: Number.NaN }],
    ["limit", { rateLimitRpm: 0 }],
    ["limit", { rateLimitRpm: 10_001 }],
    ["limit", { rateLimitRpm: 1.5 }],
  ])("W30 refuses a bad %s before sending: %j", async (_, wrong) => {
    await expect(writes().createKey({ ...newKey, ...wrong })).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
    expect(service.seen).toHaveLength(0);
  });

  it("C15 does not print the secret", async () => {
    service.on(CREATE, { body: bodies[CREATE] });
    expect(JSON.stringify(await writes().createKey(newKey))).not.toContain(SECRET);
  });
});

describe("W26 the secret of a new key", () => {
  const base = { id: "8e296a06-7a37-4963-8ee9-15ab9b3c2d10", label: "Staging key", prefix: "vk-agent-5b1c" };
  const names = ["token", "key", "virtualKey", "virtual_key", "secret", "plaintext", "value"];

  it.each(names)("is found as data.%s, at the root, and inside of an object", async (name) => {
    for (const body of [
      { code: 0, data: { ...base, [name]: SECRET } },
      { ...base, [name]: SECRET },
      { data: { key: { ...base, [name]: SECRET } } },
      { data: base, [name]: SECRET },
    ]) {
      service.on(CREATE, { body });
      const created = await writes().createKey(newKey);
      expect(created.secret?.reveal()).toBe(SECRET);
      expect(created).toMatchObject({ id: base.id, isEmpty: false });
    }
  });

  it.each(["secret in a nested object", "plain, other name"])("reads the variant: %s", async (name) => {
    service.on(CREATE, { body: variantOf(CREATE, name) });
    expect((await writes().createKey(newKey)).secret?.reveal()).toBe(SECRET);
  });

  it.each([
    ["a prefix", { ...base, key: "vk-agent-5b1c" }],
    ["16 characters", { ...base, key: "vk-4567890123456" }],
    ["a masked key", { ...base, key: "vk-agent-5b1c************" }],
    ["a key cut with an ellipsis", { ...base, key: "vk-agent-5b1c-and-more…" }],
    ["another kind of token", { ...base, token: "pat_wsa3f8c2_0123456789abcdef0123" }],
    ["a number", { ...base, token: 12 }],
    ["nothing", base],
  ])("is not %s", async (_, data) => {
    service.on(CREATE, { body: { code: 0, data } });
    expect(await writes().createKey(newKey)).toMatchObject({
      secret: null,
      id: base.id,
      key: { label: "Staging key" },
    });
  });

  it("is null when the answer carries none", async () => {
    service.on(CREATE, { body: variantOf(CREATE, "no secret (the prefix is not a secret)") });
    expect(await writes().createKey(newKey)).toMatchObject({ secret: null, isEmpty: false });
  });

  it("survives a row that cannot be read", async () => {
    service.on(CREATE, { body: { data: { label: "x", status: "active", token: SECRET } } });
    const created = await writes().createKey(newKey);
    expect(created).toMatchObject({ id: null, key: null, isEmpty: false });
    expect(created.secret?.reveal()).toBe(SECRET);
  });

  it("W3 takes an empty answer as accepted, not confirmed", async () => {
    service.on(CREATE, { body: null, status: 201 });
    expect(await writes().createKey(newKey)).toEqual({ id: null, key: null, secret: null, isEmpty: true });
  });
});

describe("W25 the budget action of a key", () => {
  it.each([
    ["block", "block"],
    ["alert_only", "alert-only"],
  ] as const)("sends %s as %s", async (action, word) => {
    service.on(UPDATE, { body: bodies[UPDATE] });
    const echo = await writes().updateKeyBudget(KEY_ID, { budgetUsd: 200, action });
    expect(sent()).toEqual([{ budget: 200, budgetAction: word }]);
    expect(echo).toEqual({ isEmpty: false, id: KEY_ID, status: "active", budgetUsd: 200, budgetAction: "block" });
  });

  it.each([
    "Field validation for 'BudgetAction' failed on the 'oneof' tag",
    "budget_action must be one of …",
    "unknown budget action",
    "BUDGETACTION is invalid",
  ])("sends the other spelling once when a 400 says: %s", async (message) => {
    service.on(UPDATE, refusal(message), { body: bodies[UPDATE] });
    const beforeSend = vi.fn();
    await writes().updateKeyBudget(KEY_ID, change, { beforeSend });
    expect(sent()).toEqual([
      { budget: 200, budgetAction: "block" },
      { budget: 200, budgetAction: "block_requests" },
    ]);
    expect(beforeSend.mock.calls).toEqual([[1], [2]]);
  });

  it("sends the other spelling of alert_only, too, and never more than once", async () => {
    service.on(UPDATE, refusal("budgetAction"));
    const request = writes().updateKeyBudget(KEY_ID, { budgetUsd: 1, action: "alert_only" });
    await expect(request).rejects.toMatchObject({ code: "REJECTED", outcome: "rejected" });
    expect(sent()).toEqual([
      { budget: 1, budgetAction: "alert-only" },
      { budget: 1, budgetAction: "alert_only" },
    ]);
  });

  it.each([
    ["another field", refusal("budget must be positive"), { code: "REJECTED", outcome: "rejected" }],
    ["another status", refusal("budgetAction is invalid", 422), { code: "REJECTED", outcome: "rejected" }],
    ["a conflict", refusal("budgetAction is invalid", 409), { code: "CONFLICT", outcome: "rejected" }],
    ["a web page", { body: "<html>budgetAction</html>", status: 400 }, { code: "REJECTED", outcome: "unknown" }],
    ["a failure", refusal("budgetAction", 500), { code: "UPSTREAM_ERROR", outcome: "unknown" }],
  ])("C13 does not send again after %s", async (_, answer, failure) => {
    service.on(UPDATE, answer);
    await expect(writes().updateKeyBudget(KEY_ID, change)).rejects.toMatchObject(failure);
    expect(service.seen).toHaveLength(1);
  });

  it("records before it sends, and sends nothing when that fails", async () => {
    const beforeSend = () => Promise.reject(new Error("disk full"));
    await expect(writes().revokeKey(KEY_ID, { beforeSend })).rejects.toThrow("disk full");
    expect(service.seen).toHaveLength(0);
  });

  it.each([
    ["alert-only", "alert_only"],
    ["alert_only", "alert_only"],
    ["block", "block"],
    ["block_requests", "block"],
    ["block-requests", "block"],
    ["disable", "disable_key"],
    ["disable_key", "disable_key"],
    ["disable-key", "disable_key"],
    ["reduce_quota", "reduce_quota"],
    ["constructor", "constructor"],
  ])("reads %s as %s", async (word, expected) => {
    service.on(UPDATE, { body: { data: { id: KEY_ID, budget_action: word } } });
    expect((await writes().updateKeyBudget(KEY_ID, change)).budgetAction).toBe(expected);
  });

  it.each([[null], [{ code: 0, message: "ok", data: null }], [{ code: 0, data: { note: "done" } }]])(
    "takes %j as accepted, not confirmed",
    async (body) => {
      service.on(UPDATE, { body });
      expect(await writes().updateKeyBudget(KEY_ID, change)).toMatchObject({ isEmpty: true, budgetUsd: null });
    },
  );

  it.each([0, -1, 0.005, 1e7])("W30 refuses a budget of %d", async (budgetUsd) => {
    await expect(writes().updateKeyBudget(KEY_ID, { budgetUsd, action: "block" })).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
    });
    expect(service.seen).toHaveLength(0);
  });

  it.each([0.01, 0.1, 0.29, 1.1, 19.99, 33.33, 4096.07, 999_999.99, 1_000_000])(
    "W12 sends %d as typed",
    async (budgetUsd) => {
      service.on(UPDATE, { body: null });
      await writes().updateKeyBudget(KEY_ID, { budgetUsd, action: "block" });
      expect(sent()).toEqual([{ budget: budgetUsd, budgetAction: "block" }]);
    },
  );
});

describe("W31 revoke", () => {
  it("posts without a body and reads the status", async () => {
    service.on(REVOKE, { body: bodies[REVOKE] });
    expect(await writes().revokeKey(KEY_ID)).toMatchObject({ status: "revoked", isEmpty: false });
    expect(service.seen[0]).toMatchObject({
      method: "POST",
      path: `/api/v1/virtual-keys/${KEY_ID}/revoke`,
      body: null,
    });
  });

  it("takes a 204", async () => {
    service.on(REVOKE, { body: variantOf(REVOKE, "HTTP 204, empty"), status: 204 });
    expect(await writes().revokeKey(KEY_ID)).toMatchObject({ isEmpty: true, status: null });
  });

  it.each([
    [404, "NOT_FOUND"],
    [409, "CONFLICT"],
  ])("passes a %i on as %s", async (status, code) => {
    service.on(REVOKE, refusal("no", status));
    await expect(writes().revokeKey(KEY_ID)).rejects.toMatchObject({ code, outcome: "rejected" });
  });
});

describe("W28 reading the policy", () => {
  const read = (body: unknown) => {
    service.on("GET /api/v1/policies/budget-control", { body });
    return api().budgetPolicy();
  };

  it("prefers data.config to config to data, and counts an empty config", async () => {
    const data = { config: { amount: 1 }, amount: 3 };
    expect((await read({ data, config: { amount: 2 } })).amount).toBe(1);
    expect((await read({ data: { amount: 3 }, config: { amount: 2 } })).amount).toBe(2);
    expect((await read({ data: { amount: 3 } })).amount).toBe(3);
    expect((await read({ amount: 4, enabled: false })).amount).toBe(4);
    expect(await read({ data: { config: {} } })).toMatchObject({ config: {}, amount: null, currency: "USD" });
  });

  it.each([[{ data: {} }], [{ data: { enabled: true, name: "x" } }], [{ data: [] }], [{ config: null }], [[]]])(
    "finds no config in %j",
    async (body) => {
      expect((await read(body)).config).toBeNull();
    },
  );

  it("keeps unknown fields as they are, and reads the known ones", async () => {
    const config = {
      amount: 12.5,
      exceededAction: "pause_all",
      extra: { list: [1, "<b>", null] },
      thresholds: [90, 50],
    };
    expect(await read({ data: { config, enabled: false } })).toMatchObject({
      config,
      isEnabled: false,
      action: "block",
      period: null,
      thresholds: [50, 90],
    });
  });

  it("reads a currency other than USD as that", async () => {
    expect(await read({ config: { amount: 5, currency: "eur" } })).toMatchObject({ currency: "eur", amountUsd: null });
    expect(await read({ config: { amount: 5, currency: 7 } })).toMatchObject({ currency: "unknown", amountUsd: null });
    expect(await read({ config: { amount: 5, currency: null } })).toMatchObject({ currency: "USD", amountUsd: 5 });
  });

  it("refuses a config with a number that was rounded on the way", async () => {
    const body = '{"data":{"config":{"amount":5,"serial":9007199254740993}}}';
    service.on("GET /api/v1/policies/budget-control", { body, headers: { "Content-Type": "application/json" } });
    await expect(api().budgetPolicy()).rejects.toMatchObject({ code: "BAD_DATA" });
  });

  it.each([
    ["alert-only", "alert_only"],
    ["alert_only", "alert_only"],
    ["pause", "block"],
    ["pause_all", "block"],
    ["block", "block"],
    ["block_requests", "block"],
    ["soft_throttle", "soft_throttle"],
  ])("W29 reads the action %s as %s", async (word, expected) => {
    expect((await read({ config: { exceededAction: word } })).action).toBe(expected);
  });
});

describe("W29 writing the policy", () => {
  it("keeps every old field in its place and replaces amount and action", () => {
    const old: JsonObject = {
      amount: 500,
      note: "keep",
      exceededAction: "alert-only",
      period: "weekly",
      thresholds: [80],
      currency: "USD",
      nested: { a: [1] },
    };
    const merged = mergeBudgetConfig(old, { amountUsd: 750, action: "block" });
    expect(JSON.stringify(merged)).toBe(
      JSON.stringify({ config: { ...old, amount: 750, exceededAction: "pause" }, defaulted: [] }),
    );
    expect(old.amount).toBe(500);
  });

  it("fills in defaults only where a field is missing, and names them", () => {
    expect(mergeBudgetConfig({ thresholds: [80] }, { amountUsd: 10, action: "alert_only" })).toEqual({
      config: { thresholds: [80], amount: 10, exceededAction: "alert-only", period: "monthly", currency: "USD" },
      defaulted: ["period", "currency"],
    });
  });

  it("writes a hostile field name back as a field", () => {
    const old = Object.fromEntries([["__proto__", { admin: true }]]);
    const { config } = mergeBudgetConfig(old, { amountUsd: 1, action: "block" });
    expect(Object.hasOwn(config, "__proto__")).toBe(true);
    expect(Object.getPrototypeOf(config)).toBe(Object.prototype);
  });

  it("puts the whole config and reads the echo", async () => {
    service.on(POLICY, { body: bodies[POLICY] });
    const { config } = mergeBudgetConfig({ amount: 500 }, { amountUsd: 750, action: "block" });
    const echo = await writes().putBudgetPolicy(config);
    expect(sent()).toEqual([{ config }]);
    expect(echo).toMatchObject({ isEmpty: false, policy: { amountUsd: 750, action: "block" } });
  });

  it.each([[null], [{ code: 0, message: "ok", data: null }], [{ data: { updated: true } }]])(
    "takes %j as accepted, not confirmed",
    async (body) => {
      service.on(POLICY, { body });
      expect(await writes().putBudgetPolicy({ amount: 1 })).toEqual({ isEmpty: true, policy: null });
    },
  );

  it("passes a conflict on: whether to write again is decided above", async () => {
    service.on(POLICY, refusal("changed", 409));
    await expect(writes().putBudgetPolicy({ amount: 1 })).rejects.toMatchObject({
      code: "CONFLICT",
      outcome: "rejected",
    });
    expect(service.seen).toHaveLength(1);
  });
});
