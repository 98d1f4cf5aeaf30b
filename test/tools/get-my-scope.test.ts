import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { connect } from "../harness/client.ts";
import { expectInert } from "../harness/inert.ts";
import { NOON, type SandboxHarness, withSandbox } from "../harness/sandbox.ts";

let key: SandboxHarness;

beforeAll(async () => {
  key = await withSandbox("vk");
});
afterEach(() => key.sandbox.reset());
afterAll(() => key.close());

describe("get_my_scope", () => {
  it("says what the key is, whose it is and what it may do", async () => {
    const { value, text } = await key.call("get_my_scope");
    const { credentials, dataset } = key.sandbox;
    expect(value).toEqual({
      headline:
        'This is virtual key "CS-Bot-Key" (active) in workspace "Acme Sandbox", bound to agent "Customer Support Bot".',
      basis: {
        timezone: "UTC",
        currency: "USD",
        source: ["scope"],
        as_of: NOON.toISOString(),
        degraded: false,
        notes: [],
      },
      workspace: { id: credentials.workspaceId, name: "Acme Sandbox" },
      binding: "bound",
      entity: {
        type: "agent",
        id: dataset.ids("agents")[0],
        name: "Customer Support Bot",
        department: expect.any(String),
        department_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      },
      key: {
        id: credentials.keyIds.agent,
        label: "CS-Bot-Key",
        prefix: credentials.virtualKeys.agent.slice(0, value.key.prefix.length),
        status: "active",
        rate_limit_rpm: 240,
        model_limit: "listed",
        allowed_models: ["gpt-4o", "gpt-4.1"],
        allowed_models_total: 2,
      },
    });
    expect(text.length).toBeLessThan(3_000);
    expect(text).not.toContain(credentials.virtualKeys.agent);
  });

  it.each([
    ["member", "bound", /bound to member "/, "none_known"],
    ["unbound", "unbound", /bound to no agent or member, so the service has no usage data for it\.$/, "none_known"],
  ] as const)("tells a key of kind %s apart", async (which, binding, headline, limit) => {
    const { credentials, url } = key.sandbox;
    const other = await connect({ mode: "vk", baseUrl: url, credential: credentials.virtualKeys[which] });
    const { value } = await other.call("get_my_scope");
    expect(value).toMatchObject({ binding, headline: expect.stringMatching(headline), key: { model_limit: limit } });
    expect("entity" in value).toBe(which === "member");
    await other.close();
  });

  it.each(["data", "full"] as const)("reads the cockpit's envelope %s alike", async (envelope) => {
    const plain = await key.call("get_my_scope");
    key.sandbox.setSwitch("cockpitEnvelope", envelope);
    expect((await key.call("get_my_scope")).text).toBe(plain.text);
  });

  it("keeps what is known of a degraded answer and says so", async () => {
    key.sandbox.setSwitch("degraded", "on");
    const { value } = await key.call("get_my_scope");
    expect(value.basis).toMatchObject({ degraded: true, notes: [{ code: "degraded_source" }] });
    expect(value.binding).toBe("not_reported");
    expect(value.headline).toBe(
      'This is a virtual key in workspace "Acme Sandbox", and the service did not say what it is bound to.',
    );
    expect(value.key).toEqual({ model_limit: "not_reported" });
  });

  it("shows hostile names as inert data", async () => {
    key.sandbox.setSwitch("labels", "hostile");
    const { text } = await key.call("get_my_scope");
    expectInert(text);
  });
});
