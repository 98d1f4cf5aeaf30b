import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { connect } from "../harness/client.ts";
import { NOON, type SandboxHarness, withSandbox } from "../harness/sandbox.ts";

let manager: SandboxHarness;
let key: SandboxHarness;

beforeAll(async () => {
  manager = await withSandbox("manager");
  key = await withSandbox("vk");
});
afterEach(() => {
  manager.sandbox.reset();
  key.sandbox.reset();
});
afterAll(() => Promise.all([manager.close(), key.close()]));

const NAME = "check_alephant_connection";
const ms = expect.any(Number);
const healthy = { name: "service_health", status: "ok", found: "healthy, version 1.0.0-sandbox", latency_ms: ms };

function basis(source: string[], notes: unknown[] = [], degraded = false) {
  return { timezone: "UTC", currency: "USD", source, as_of: NOON.toISOString(), degraded, notes };
}

describe("with a virtual key", () => {
  it("proves the key by its scope and says what it is", async () => {
    const { value } = await key.call(NAME);
    const host = new URL(key.sandbox.url).host;
    expect(value).toEqual({
      headline: expect.stringMatching(new RegExp(`^Connected to ${host}: the virtual key was accepted in \\d+ ms\\.$`)),
      basis: basis(["health", "scope"]),
      connected: true,
      mode: "vk",
      host,
      workspace: { id: key.sandbox.credentials.workspaceId, name: "Acme Sandbox" },
      checks: [
        healthy,
        {
          name: "credential",
          status: "ok",
          found:
            'accepted by /api/v1/cockpit/scope: virtual key "CS-Bot-Key" (active), bound to agent "Customer Support Bot"',
          latency_ms: ms,
        },
      ],
    });
    expect(
      key.sandbox
        .hits()
        .map(({ path, headers }) => [path, "authorization" in headers])
        .sort(),
    ).toEqual([
      ["/api/v1/cockpit/health", false],
      ["/api/v1/cockpit/scope", true],
    ]);
  });

  it("says that an unbound key has no usage data", async () => {
    const { credentials, url } = key.sandbox;
    const other = await connect({
      mode: "vk",
      baseUrl: url,
      credential: credentials.virtualKeys.unbound,
      now: () => NOON,
    });
    const { value } = await other.call(NAME);
    expect(value.checks[1].found).toContain("bound to no agent or member, so the service has no usage data for it");
    await other.close();
  });

  it("passes on that the service runs without its data store", async () => {
    key.sandbox.setSwitch("degraded", "on");
    const { value } = await key.call(NAME);
    expect(value.connected).toBe(true);
    expect(value.basis.degraded).toBe(true);
    expect(value.checks[0]).toMatchObject({ status: "warning", found: expect.stringMatching(/^degraded, /) });
    expect(value.headline).toContain("Warning, service health: degraded");
    expect(value.basis.notes.map(({ code }: { code: string }) => code)).toEqual(["degraded_source", "degraded_source"]);
  });

  it.each(["plain", "data", "full"] as const)("reads the cockpit's envelope %s", async (envelope) => {
    key.sandbox.setSwitch("cockpitEnvelope", envelope);
    const { value } = await key.call(NAME);
    expect(value.checks.map(({ status }: { status: string }) => status)).toEqual(["ok", "ok"]);
    expect(value.workspace.name).toBe("Acme Sandbox");
  });
});

describe("with a PAT", () => {
  it("proves the token by the overview and names the configured workspace", async () => {
    const { value } = await manager.call(NAME);
    expect(value).toMatchObject({
      mode: "manager",
      basis: basis(["health", "overview"]),
      workspace: { id: manager.sandbox.credentials.workspaceId },
      checks: [
        healthy,
        { name: "credential", status: "ok", found: "accepted by /api/v1/analytics/overview; only reading was tested" },
      ],
    });
    expect(value.workspace).not.toHaveProperty("name");
  });

  it.each(["kpi", "counts", "snake"] as const)("takes any shape of the overview as proof: %s", async (shape) => {
    manager.sandbox.setSwitch("overviewShape", shape);
    expect((await manager.call(NAME)).value.connected).toBe(true);
  });
});

describe("changes of an earlier run that were never answered for", () => {
  it("are named, because nobody else would", async () => {
    const write = { tool: "revoke_virtual_key", targetId: null, at: new Date("2026-11-19T08:00:00Z") };
    const { credentials, url } = manager.sandbox;
    const other = await connect({
      mode: "manager",
      baseUrl: url,
      credential: credentials.pats.read,
      workspaceId: credentials.workspaceId,
      now: () => NOON,
      unknownWrites: async () => [write],
    });
    const { value } = await other.call(NAME);
    const found = "1 write with unknown outcome (revoke_virtual_key, 2026-11-19T08:00Z)";
    expect(value.checks[2]).toEqual({ name: "earlier_writes", status: "warning", found, latency_ms: ms });
    expect(value.headline).toContain(`Warning: ${found}; check with list_virtual_keys`);
    await other.close();
  });
});

describe("trouble with health alone", () => {
  it.each([
    ["500", "no answer (UPSTREAM_ERROR)"],
    ["401", "no answer (AUTH)"],
    ["404", "no answer (NOT_FOUND)"],
    ["html200", "no answer (BAD_RESPONSE)"],
    ["reset", "no answer (CONNECTION_LOST)"],
  ] as const)("%s is a warning, because health proves nothing", async (kind, found) => {
    manager.sandbox.setFault({ kind, path: "/api/v1/cockpit/health" });
    const { isError, value } = await manager.call(NAME);
    expect(isError).toBe(false);
    expect(value.checks[0]).toMatchObject({ name: "service_health", status: "warning", found });
    expect(value.headline).toContain(`Warning, service health: ${found}.`);
    expect(value.basis.notes).toEqual([
      { code: "sub_call_failed", text: expect.stringContaining("The service's health could not be read") },
    ]);
  });
});

describe("a refused credential", () => {
  it.each([
    ["revoked key", "vk", "revoked"],
    ["disabled key", "vk", "disabled"],
    ["expired key", "vk", "expired"],
  ] as const)("%s is an error in words of AUTH", async (_what, mode, which) => {
    const { credentials, url } = key.sandbox;
    const other = await connect({ mode, baseUrl: url, credential: credentials.virtualKeys[which] });
    const { isError, text } = await other.call(NAME);
    expect(isError).toBe(true);
    expect(text).toMatch(
      /^\[AUTH\] The credential was refused\. The virtual key may be unknown, disabled, expired, revoked/,
    );
    expect(text).not.toContain(credentials.virtualKeys[which]);
    await other.close();
  });

  it.each([
    ["an expired token", "expired", /^\[AUTH\] The credential was refused/],
    ["a token of another workspace", "otherWorkspace", /^\[FORBIDDEN\] The service refused access/],
  ] as const)("%s is an error that says so", async (_what, which, expected) => {
    const { credentials, url } = manager.sandbox;
    const { workspaceId } = credentials;
    const other = await connect({ mode: "manager", baseUrl: url, credential: credentials.pats[which], workspaceId });
    const { isError, text } = await other.call(NAME);
    expect([isError, text]).toEqual([true, expect.stringMatching(expected)]);
    await other.close();
  });

  it("is an error even when health is fine and the service fails otherwise", async () => {
    manager.sandbox.setFault({ kind: "redirect", path: "/api/v1/analytics/overview" });
    const { isError, text } = await manager.call(NAME);
    expect([isError, text]).toEqual([true, expect.stringMatching(/^\[REDIRECT\] /)]);
  });
});
