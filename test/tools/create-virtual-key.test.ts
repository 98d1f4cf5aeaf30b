import { bypass, HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Sandbox, startSandbox } from "../../src/sandbox/serve.ts";
import { connect } from "../harness/client.ts";
import { type Caller, freshChanges, writesOf } from "../harness/fresh.ts";
import { expectInert } from "../harness/inert.ts";
import { NOON } from "../harness/sandbox.ts";

const NAME = "create_virtual_key";
const KEYS = "/api/v1/virtual-keys";
const network = setupServer();

let sandbox: Sandbox;
let call: Caller;
let asked: Record<string, unknown> & { master_key_id: unknown; entity_id: unknown };

beforeAll(async () => {
  network.listen({ onUnhandledRequest: "bypass" });
  sandbox = await startSandbox({ now: () => NOON });
  call = freshChanges(sandbox);
  const { dataset } = sandbox;
  asked = {
    label: "Staging key",
    master_key_id: dataset.ids("masterKeys")[0],
    budget_usd: 25.1,
    rate_limit_rpm: 100,
    entity_type: "agent",
    entity_id: dataset.ids("agents")[0],
  };
});
afterEach(() => {
  sandbox.reset();
  network.resetHandlers();
});
afterAll(async () => {
  network.close();
  await sandbox.close();
});

describe("a creation", () => {
  it("sends dollars once and returns the key and its secret once", async () => {
    const { value, text } = await call(NAME, asked);
    expect(writesOf(sandbox)).toEqual([
      {
        method: "POST",
        path: KEYS,
        body: {
          label: "Staging key",
          masterKeyId: asked.master_key_id,
          budget: 25.1,
          rateLimitRpm: 100,
          entityType: "agent",
          entityId: asked.entity_id,
        },
      },
    ]);
    const secret = sandbox.dataset.tokenOf(value.after.id);
    expect(value).toEqual({
      headline:
        'Created virtual key "Staging key" with a budget of $25.10 on master key "OpenAI production"; ' +
        "its secret is in this answer, once.",
      basis: {
        timezone: "UTC",
        currency: "USD",
        source: ["virtual_keys"],
        as_of: NOON.toISOString(),
        degraded: false,
        notes: [],
      },
      status: "applied",
      changed: true,
      evidence: "read_back",
      undo: { tool: "revoke_virtual_key", arguments: { key_id: value.after.id } },
      before: null,
      after: {
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        label: "Staging key",
        status: "active",
        bound_to: "agent: Customer Support Bot",
        master_key: "OpenAI production",
        budget_usd: 25.1,
        cycle_spend_usd: 0,
        budget_window: "monthly",
        budget_action: "alert_only",
        rate_limit_rpm: 100,
      },
      remarks: [],
      secret,
      secret_note: "This is the only time the secret is shown: store it in a secret manager now, and do not repeat it.",
    });
    expect(text.split(String(secret))).toHaveLength(2);
  });

  it("never writes the secret to the log", async () => {
    const { credentials, url } = sandbox;
    const harness = await connect({
      mode: "manager",
      baseUrl: url,
      credential: credentials.pats.write,
      workspaceId: credentials.workspaceId,
    });
    const { value } = await harness.change(NAME, asked);
    expect(value.secret).toMatch(/^vk-/);
    expect(harness.logLines.join("\n")).not.toContain(value.secret);
    await harness.close();
  });

  it("takes an action and an expiry", async () => {
    const { value } = await call(NAME, { ...asked, budget_action: "block", expires_in_days: 30 });
    expect(writesOf(sandbox)[0]?.body).toMatchObject({
      budgetAction: "block",
      expiresAt: "2026-12-20T12:00:00.000Z",
      expiryPreset: "30d",
    });
    expect(value).toMatchObject({
      status: "applied",
      after: { budget_action: "block", expires_at: "2026-12-20T12:00:00Z" },
    });
  });

  it.each([
    [1, "custom"],
    [7, "7d"],
    [90, "90d"],
    [365, "custom"],
  ])("names a lifetime of %i days %s", async (days, preset) => {
    await call(NAME, { ...asked, expires_in_days: days });
    expect(writesOf(sandbox)[0]?.body).toMatchObject({ expiryPreset: preset });
  });

  it.each([
    ["hyphen", ["alert-only"]],
    ["underscore", ["alert-only", "alert_only"]],
  ] as const)("is said in the service's spelling: %s", async (words, sent) => {
    sandbox.setSwitch("vkActionWords", words);
    const { value } = await call(NAME, { ...asked, budget_action: "alert_only" });
    expect(value.status).toBe("applied");
    const bodies = writesOf(sandbox).map(({ body }) => body);
    expect(bodies).toEqual(sent.map((word) => expect.objectContaining({ budgetAction: word })));
  });

  it.each(["token", "key", "virtualKey", "virtual_key", "secret", "plaintext", "value", "nested"] as const)(
    "finds the secret in the field %s",
    async (field) => {
      sandbox.setSwitch("vkSecretField", field);
      const { value } = await call(NAME, asked);
      expect(value.status).toBe("applied");
      expect(value.secret).toBe(sandbox.dataset.tokenOf(value.after.id));
    },
  );

  it("says what to do when the answer carries no secret", async () => {
    sandbox.setSwitch("vkSecretField", "missing");
    const { value } = await call(NAME, asked);
    expect(value).toMatchObject({
      status: "applied",
      secret: null,
      secret_note: expect.stringContaining("revoke the key"),
    });
    expect(value.headline).toContain("its secret was not in the answer");
  });

  it.each([
    ["createStatus", "200"],
    ["saasEnvelope", "data"],
    ["saasEnvelope", "plain"],
    ["listContainer", "items"],
    ["totalPlace", "none"],
  ] as const)("works with %s=%s", async (name, setting) => {
    sandbox.setSwitch(name, setting);
    const { value } = await call(NAME, asked);
    expect(value).toMatchObject({ status: "applied", secret: expect.stringMatching(/^vk-agent-/) });
  });

  it("tells that an unbound key has no usage data, and that the label is taken", async () => {
    const { entity_type: _type, entity_id: _id, ...unbound } = asked;
    await call(NAME, unbound);
    const { value } = await call(NAME, unbound);
    expect(value.remarks).toEqual([
      "The key is bound to no agent or member, so it will have no usage data.",
      "1 other key(s) already had this label.",
    ]);
  });
});

describe("the master key", () => {
  it("is listed, not guessed, when there are several", async () => {
    const { master_key_id: _dropped, ...rest } = asked;
    const { isError, text } = await call(NAME, rest);
    expect(isError).toBe(true);
    expect(text).toMatch(/^\[INVALID_ARGUMENT\] master_key_id is needed\. Master keys: /);
    for (const id of sandbox.dataset.ids("masterKeys")) expect(text).toContain(id);
    expect(text).toContain('"OpenAI production" ("openai", active)');
    expect(text).toContain("Nothing was changed.");
    expect(writesOf(sandbox)).toEqual([]);
  });

  it("with a hostile name is listed as inert data", async () => {
    sandbox.setSwitch("labels", "hostile");
    const { master_key_id: _dropped, ...rest } = asked;
    expectInert((await call(NAME, rest)).text);
  });

  it("is used and named when there is exactly one", async () => {
    const single = await startSandbox({ now: () => NOON, scale: { masterKeys: 1 } });
    const { value } = await freshChanges(single)(NAME, { label: "Only", budget_usd: 5, rate_limit_rpm: 10 });
    expect(value.headline).toContain('on master key "OpenAI production"');
    expect(writesOf(single)[0]?.body).toMatchObject({ masterKeyId: single.dataset.ids("masterKeys")[0] });
    await single.close();
  });

  it.each([
    ["one active among others", ["inactive", "active", "revoked"], undefined, null],
    ["two active", ["active", "active"], undefined, /^\[INVALID_ARGUMENT\] master_key_id is needed/],
    ["none active", ["error", "revoked"], undefined, /^\[INVALID_ARGUMENT\] This workspace has no usable master key\./],
    ["none at all", [], undefined, /no usable master key\. It has no master keys\. Nothing was changed\.$/],
    ["many", Array.from({ length: 15 }, () => "error"), undefined, /; and 3 more\. Nothing was changed\.$/],
    ["an inactive one by id", ["inactive", "active"], 0, /^\[INVALID_ARGUMENT\] Master key \S+ is inactive\./],
  ] as const)("with %s", async (_what, statuses, wanted, expected) => {
    const ids = sandbox.dataset.ids("masterKeys");
    const rows = statuses.map((status, i) => ({
      id: ids[i] ?? `00000000-0000-0000-0000-0000000000${i + 10}`,
      label: `M${i}`,
      provider: "openai",
      status,
    }));
    network.use(
      http.get(`${sandbox.url}/api/v1/master-keys`, () =>
        HttpResponse.json({ code: 0, data: { data: rows, total: rows.length } }),
      ),
    );
    const { master_key_id: _dropped, ...rest } = asked;
    const args = wanted === undefined ? rest : { ...rest, master_key_id: ids[wanted] };
    const { isError, text } = await call(NAME, args);
    expect(isError).toBe(expected !== null);
    if (expected !== null) expect(text).toMatch(expected);
    expect(writesOf(sandbox)).toHaveLength(expected === null ? 1 : 0);
  });

  it("of an unknown id is not sent; the error lists the ones there are", async () => {
    const { text } = await call(NAME, { ...asked, master_key_id: "00000000-0000-0000-0000-000000000000" });
    expect(text).toMatch(
      /^\[NOT_FOUND\] There is no master key 00000000-.* in this workspace\. Master keys: .*Nothing was changed\.$/,
    );
    expect(writesOf(sandbox)).toEqual([]);
  });
});

describe("refusals", () => {
  it.each([
    [{ label: "" }, "label"],
    [{ label: "x".repeat(101) }, "label"],
    [{ label: "a\nb" }, "label"],
    [{ label: "<b>" }, "label"],
    [{ label: "see https://evil.example" }, "label: must not contain a link"],
    [{ label: "vk-abcdefghijklmnop0123456789" }, "label: must not contain a link or look like a credential"],
    [{ budget_usd: 0 }, "budget_usd"],
    [{ budget_usd: 0.005 }, "budget_usd"],
    [{ budget_usd: 1.005 }, "budget_usd: must have at most two decimals"],
    [{ budget_usd: 1_000_001 }, "budget_usd"],
    [{ budget_usd: "25" }, "budget_usd"],
    [{ budget_usd: null }, "budget_usd"],
    [{ rate_limit_rpm: 0 }, "rate_limit_rpm"],
    [{ rate_limit_rpm: 10_001 }, "rate_limit_rpm"],
    [{ rate_limit_rpm: 1.5 }, "rate_limit_rpm"],
    [{ budget_action: "disable_key" }, "budget_action"],
    [{ expires_in_days: 0 }, "expires_in_days"],
    [{ entity_type: "department" }, "entity_type"],
    [{ entity_id: "../../x" }, "entity_id"],
    [{ entity_id: undefined }, "entity_type and entity_id go together"],
    [{ entity_type: undefined }, "entity_type and entity_id go together"],
    [{ allowed_models: [] }, 'Unknown argument "allowed_models"'],
  ])("%j reaches nobody", async (change, expected) => {
    const { isError, text } = await call(NAME, { ...asked, ...change });
    expect(isError).toBe(true);
    expect(text).toMatch(/^\[INVALID_ARGUMENT\] /);
    expect(text).toContain(expected);
    expect(text).toContain("Nothing was changed.");
    expect(sandbox.hits()).toEqual([]);
  });

  it("labels are trimmed and joined to their accents before they are sent", async () => {
    await call(NAME, { ...asked, label: "  Cafe\u0301 (EU) #1".replace(" #1", " & co, 'x'") });
    expect(writesOf(sandbox)[0]?.body).toMatchObject({ label: "Caf\u00e9 (EU) & co, 'x'" });
  });

  it.each(["403", "402", "409"] as const)("row 59 a plan limit told by %s is named", async (status) => {
    sandbox.setSwitch("vkLimit", 0);
    sandbox.setSwitch("vkLimitStatus", status);
    const { text } = await call(NAME, asked);
    expect(text).toMatch(/^\[REJECTED\] The service refused a new key: the plan's limit of active keys may be reached/);
    expect(text).toContain('The service says: "plan limit reached: no further virtual keys".');
    expect(text).toContain("Nothing was changed.");
  });

  it("an entity that the service wants is asked for in its own words", async () => {
    sandbox.setSwitch("vkEntity", "required");
    const { entity_type: _type, entity_id: _id, ...unbound } = asked;
    const { text } = await call(NAME, unbound);
    expect(text).toMatch(/^\[REJECTED\] .*"entityType and entityId are required".*Nothing was changed\./);
  });

  it("an unknown entity is named as what it is", async () => {
    const { text } = await call(NAME, { ...asked, entity_id: "00000000-0000-0000-0000-000000000000" });
    expect(text).toMatch(/^\[NOT_FOUND\] There is no agent or member with that id in this workspace\./);
    expect(text).toContain("Nothing was changed. Use list_agents or list_members to find its id.");
  });

  it("a token of read scope is told which scope is needed", async () => {
    const reader = freshChanges(sandbox, { credential: sandbox.credentials.pats.read });
    const { text } = await reader(NAME, asked);
    expect(text).toMatch(/^\[FORBIDDEN\] This credential may not do that; scope write is needed\./);
    expect(text).toContain("Nothing was changed.");
  });

  it.each(["/api/v1/master-keys", KEYS])("nothing is sent when %s cannot be read", async (path) => {
    sandbox.setFault({ kind: "403", path, method: "GET" });
    const { text } = await call(NAME, asked);
    expect(text).toMatch(/^\[FORBIDDEN\] .*Nothing was changed\./);
    expect(writesOf(sandbox)).toEqual([]);
  });

  it("the tool does not exist when the process is read-only", async () => {
    const { text } = await freshChanges(sandbox, { readOnly: true })(NAME, asked);
    expect(text).toMatch(/^\[INVALID_ARGUMENT\] There is no tool of that name here\./);
    expect(sandbox.hits()).toEqual([]);
  });
});

describe("an answer that proves nothing", () => {
  /** Lets the creation happen, and answers with something else. */
  function answerWith(body: object | null): void {
    network.use(
      http.post(`${sandbox.url}${KEYS}`, async ({ request }) => {
        await fetch(bypass(request));
        return body === null ? new HttpResponse(null, { status: 204 }) : HttpResponse.json(body, { status: 201 });
      }),
    );
  }

  it("is made good by finding the new key in the list", async () => {
    await call(NAME, asked);
    answerWith(null);
    const { value } = await call(NAME, asked);
    expect(value).toMatchObject({ status: "applied", secret: null, after: { label: "Staging key", budget_usd: 25.1 } });
    expect(value.remarks).toEqual(["1 other key(s) already had this label."]);
  });

  it("as asked for is not called applied when the list holds no such key", async () => {
    const id = "11111111-1111-4111-8111-111111111111";
    const data = { id, label: "Staging key", budget: 25.1, rateLimitRpm: 100, status: "active" };
    const body = { code: 0, data: { ...data, key: "vk-abcdefghijklmnopqrstuvwxyz" } };
    network.use(http.post(`${sandbox.url}${KEYS}`, () => HttpResponse.json(body, { status: 201 })));
    const { value } = await call(NAME, asked);
    expect(value).toMatchObject({
      ...{ status: "accepted_not_confirmed", changed: null, evidence: "service_answer", after: { id } },
      secret: "vk-abcdefghijklmnopqrstuvwxyz",
    });
  });

  it("with other values than asked for is not called applied", async () => {
    answerWith({
      code: 0,
      data: { id: sandbox.dataset.ids("keys")[0], label: "Staging key", budget: 10, rateLimitRpm: 100 },
    });
    const { value } = await call(NAME, asked);
    expect(value).toMatchObject({
      status: "accepted_not_confirmed",
      remarks: ["The service now reports a budget of $10.00, not a budget of $25.10."],
    });
  });

  it("names every value that differs", async () => {
    const id = sandbox.dataset.ids("keys")[0];
    const other = "00000000-0000-0000-0000-00000000000a";
    const made = {
      id,
      label: "Staging key",
      budget: 10,
      rateLimitRpm: 5,
      budgetAction: "disable-key",
      masterKeyId: other,
      entityId: other,
    };
    answerWith({ code: 0, data: made });
    const { value } = await call(NAME, { ...asked, budget_action: "block", expires_in_days: 7 });
    expect(value.remarks).toEqual([
      "The service now reports a budget of $10.00, not a budget of $25.10" +
        " and 5 requests per minute, not 100 requests per minute" +
        " and the budget action disable_key, not the budget action block" +
        ` and the master key ${other}, not the master key ${asked.master_key_id}` +
        ` and the entity ${other}, not the entity ${asked.entity_id}` +
        " and no expiry, not 2026-11-27T12:00:00.000Z.",
    ]);
  });

  it("is not made good by a label when not every key could be read before", async () => {
    answerWith(null);
    sandbox.setSwitch("pages", "repeat");
    const { value } = await call(NAME, asked);
    expect(value).toMatchObject({ status: "accepted_not_confirmed", after: null });
    expect(value.basis.notes[0].text).toBe(
      "The change was accepted, but a second look did not find it; check with list_virtual_keys.",
    );
  });

  it("and a list that cannot be read leave it unconfirmed, never unsaid", async () => {
    answerWith(null);
    sandbox.setFault({ kind: "403", path: KEYS, method: "GET", skip: 2 });
    const { isError, value } = await call(NAME, asked);
    expect(isError).toBe(false);
    expect(value).toMatchObject({ status: "accepted_not_confirmed", after: null });
    expect(value.basis.notes).toEqual([
      {
        code: "sub_call_failed",
        text: "The change was accepted, but reading it back failed (FORBIDDEN); check with list_virtual_keys.",
      },
    ]);
  });

  it("is sent once only when the connection breaks; the key is found, its secret is lost", async () => {
    sandbox.setFault({ kind: "reset-after", path: KEYS, method: "POST" });
    const { value } = await call(NAME, asked);
    expect(value).toMatchObject({
      status: "applied",
      after: { label: "Staging key" },
      secret: null,
      secret_note: "The answer with the secret was lost: revoke this key and create another.",
      remarks: [
        "[CONNECTION_LOST] The service closed the connection. The change was applied (checked by reading it back).",
      ],
    });
    expect(writesOf(sandbox)).toHaveLength(1);
  });
});
