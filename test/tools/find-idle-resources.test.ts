import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { jsonBytes } from "../../src/tool/fit.ts";
import tool from "../../src/tools/manager/find-idle-resources.ts";
import { type SandboxHarness, withSandbox } from "../harness/sandbox.ts";
import { id, type SmallWorkspace, useSmallService } from "../harness/small-service.ts";

interface Row {
  readonly id: string;
  readonly class: string;
  readonly flags: readonly string[];
}

describe("find_idle_resources on small bodies", () => {
  const service = useSmallService();
  const now = "2026-11-20T10:00:00Z";
  const old = { status: "active", createdAt: "2026-01-20T09:00:00Z", budget: 100, expiresAt: "2027-06-01T00:00:00Z" };
  const keys = [
    { ...old, id: id(1), label: "never", lastUsedAt: null, spend: 0 },
    { ...old, id: id(2), label: "revoked", status: "revoked", lastUsedAt: null, spend: 0 },
    { ...old, id: id(3), label: "newborn", createdAt: "2026-11-20T09:55:00Z", lastUsedAt: null, spend: 0 },
    { ...old, id: id(4), label: "busy", lastUsedAt: "2026-11-19T12:00:00Z", spend: 912.5, budget: 2_000 },
    { ...old, id: id(5), label: "idle", lastUsedAt: "2026-10-01T12:00:00Z", spend: 0 },
    { ...old, id: id(6), label: "silent", spend: 0 },
  ];
  const period = (from: string) => ({ currentPeriodStart: from, currentPeriodEnd: "2026-12-14" });
  const ask = (workspace: SmallWorkspace, args: Record<string, unknown> = {}) =>
    service.ask(workspace, tool, { args, now });
  const classes = (rows: readonly Row[]) => Object.fromEntries(rows.map((row) => [row.id, row.class]));

  it("ID-1 judges every key by the first rule that fits", async () => {
    const { value } = await ask(
      { lists: { "virtual-keys": keys }, subscription: period("2026-11-15") },
      { include: "keys" },
    );
    expect(classes(value.keys.rows)).toEqual({
      [id(1)]: "never_used",
      [id(3)]: "too_new",
      [id(5)]: "idle",
      [id(6)]: "unknown",
    });
    expect(value.keys.counts).toEqual({ never_used: 1, idle: 1, unknown: 1, too_new: 1, in_use: 1, not_judged: 1 });
    expect(value.keys.rows.find((row: Row) => row.id === id(5))).toMatchObject({
      days_idle: 50,
      last_used_at: "2026-10-01T12:00:00.000Z",
    });
    expect(value.idle_caps_usd).toBe(200);
    expect(value).not.toHaveProperty("agents");
    expect(value.headline).toBe(
      "Not used in 2026-10-22 to 2026-11-20 (UTC): 2 of 6 keys, 1 of them never used at all (unused caps of $200.00); 1 of the keys cannot be judged.",
    );
  });

  it("a risk of a key that is too new or of unknown use is told, not as one in use, and its cap is not judged", async () => {
    const some = keys.map((key) => (key.label === "newborn" ? { ...key, budget: null } : key));
    const { value } = await ask(
      { lists: { "virtual-keys": some }, subscription: period("2026-11-01") },
      { include: "keys" },
    );
    expect(value.risks.rows).toMatchObject([{ id: id(3), flags: ["no_budget"] }]);
    expect(value.headline).toMatch(/; 1 key with a risk\.$/);
  });

  it("ID-1 a spend figure that covers the whole window makes the silent key idle", async () => {
    const { value } = await ask(
      { lists: { "virtual-keys": keys }, subscription: period("2026-10-01") },
      { include: "keys" },
    );
    expect(classes(value.keys.rows)).toMatchObject({ [id(6)]: "idle" });
  });

  it("ID-1 without the breakdown no agent is called idle", async () => {
    const agents = [{ id: id(1), name: "Bot", status: "active", createdAt: "2026-01-20T09:00:00Z" }];
    const failed = await ask({ lists: { agents }, costs: () => 500 }, { include: "agents" });
    expect(failed.value.agents.counts).toMatchObject({ idle: 0, unknown: 1 });
    expect(failed.value.headline).toContain(": 1 of 1 agents cannot be judged, so none is called idle.");
    expect(failed.value.basis.notes).toContainEqual({
      code: "sub_call_failed",
      text: "The cost breakdown could not be read (upstream); figures that need it are left out.",
    });
    const missing = await ask({ lists: { agents }, costs: () => ({ department: [] }) }, { include: "agents" });
    expect(missing.value.agents.counts).toMatchObject({ idle: 0, unknown: 1 });
    const empty = await ask({ lists: { agents }, costs: () => ({ agent: [] }) }, { include: "agents" });
    expect(empty.value.agents.counts).toMatchObject({ idle: 1, unknown: 0 });
    const cut = Array.from({ length: 50 }, (_, i) => ({ id: id(100 + i), cost: 1, requests: 1 }));
    const limited = await ask({ lists: { agents }, costs: () => ({ agent: cut }) }, { include: "agents" });
    expect(limited.value.agents.counts).toMatchObject({ idle: 0, unknown: 1 });
  });

  it("GR-9 reads all pages, and claims nothing about those it could not", async () => {
    const many = Array.from({ length: 150 }, (_, i) => ({
      ...old,
      id: id(i + 1),
      lastUsedAt: "2026-11-19T12:00:00Z",
      spend: 1,
    }));
    const whole = await ask({ lists: { "virtual-keys": many } }, { include: "keys" });
    expect(whole.value.keys).toMatchObject({ scanned: 150, total: 150, truncated: false, counts: { in_use: 150 } });
    const partial = await ask({ lists: { "virtual-keys": many }, failingPage: 2 }, { include: "keys" });
    expect(partial.value.keys).toMatchObject({ scanned: 100, total: 150, truncated: true });
    expect(partial.value.headline).toContain("at least 0 of 100 read of 150 keys");
    expect(partial.value.basis.notes).toContainEqual({
      code: "truncated_rows",
      text: 'Keys: 100 were read, there are 150. Every count is "at least". To read more at once raise ALEPHANT_TIMEOUT_MS, and ALEPHANT_RATE_LIMIT_RPM if the service allows more calls; the rest begins with list_virtual_keys, page 6 of page_size 20.',
    });
  });

  it("a list that fails is named, and is an error when nothing else was asked for", async () => {
    const agents = [{ id: id(1), name: "Bot", status: "active", createdAt: "2026-01-20T09:00:00Z" }];
    const both = await ask({ lists: { "virtual-keys": 500, agents }, costs: () => ({ agent: [] }) });
    expect(both.value).toMatchObject({ keys: null, agents: { counts: { idle: 1 } }, risks: null, idle_caps_usd: null });
    expect(both.value.headline).toContain("keys are not known, their list could not be read");
    const only = await ask({ lists: { "virtual-keys": 500 } }, { include: "keys" });
    expect(only.text).toMatch(/^\[UPSTREAM_ERROR\]/);
  });
});

describe("find_idle_resources on the sandbox", () => {
  let harness: SandboxHarness;
  const ask = (args: Record<string, unknown> = {}) => harness.call(tool.name, args);
  beforeAll(async () => {
    harness = await withSandbox("manager", {}, { tools: [tool] });
  });
  afterAll(() => harness.close());

  it("finds exactly the planted idle and never used keys, and the risky ones with money", async () => {
    const { value } = await ask();
    const planted = (kind: string) =>
      harness.sandbox.events.flatMap((event) => (event.kind === kind ? [event.entityId] : [])).sort();
    const found = (name: string) => value.keys.rows.flatMap((row: Row) => (row.class === name ? [row.id] : [])).sort();
    expect(found("idle")).toEqual(planted("idle_key"));
    expect(found("never_used")).toEqual(planted("never_used_key"));
    expect(value.risks.rows.map((row: Row) => row.id).sort()).toEqual(planted("risky_key"));
    const flags = new Set(value.risks.rows.flatMap((row: Row) => row.flags));
    expect(flags).toEqual(new Set(["no_budget", "no_expiry", "cap_far_above_use", "alert_only_fast"]));
    expect(Object.keys(value.risks.what_to_do).sort()).toEqual([...flags].sort());
    for (const row of value.risks.rows) expect(row.at_risk_usd).toBeGreaterThanOrEqual(0);
    expect(value.keys).toMatchObject({ scanned: 120, total: 120, truncated: false });
    expect(value.agents).toMatchObject({ scanned: 40, total: 40, truncated: false });
    expect(JSON.stringify(value.keys.what_to_do)).not.toMatch(/^"?Revoke/);
    expect(jsonBytes(value)).toBeLessThan(6_000);
  });

  it("keeps its counts when rows are cut to fit hostile names", async () => {
    harness.sandbox.setSwitch("labels", "hostile");
    const { text, value } = await ask({ period: "7d" });
    harness.sandbox.setSwitch("labels", "normal");
    expect(Buffer.byteLength(text)).toBeLessThan(6_000);
    const { never_used, idle, unknown, too_new } = value.keys.counts;
    expect(value.keys.rows.length + value.keys.omitted).toBe(never_used + idle + unknown + too_new);
  });

  it("reads what it needs in one round trip, then the owners of risky keys", async () => {
    harness.sandbox.resetHits();
    await ask();
    const paths = harness.sandbox.hits().map(({ path }) => path.replace("/api/v1/", ""));
    expect(paths.slice(0, 4).sort()).toEqual(["agents", "analytics/costs", "subscriptions/current", "virtual-keys"]);
    expect(new Set(paths.slice(4))).toEqual(new Set(["analytics/usage"]));
    expect(paths.length).toBeLessThanOrEqual(8);
  });

  it("without the owners' series the risks stay, their amounts are unknown", async () => {
    harness.sandbox.setFault({ kind: "500", path: "/api/v1/analytics/usage" });
    const { value } = await ask({ include: "keys" });
    harness.sandbox.clearFaults();
    expect(value.risks.rows).toHaveLength(3);
    for (const row of value.risks.rows) expect(row.at_risk_usd).toBeNull();
  });

  it("without the subscription keys are still judged by their last use", async () => {
    harness.sandbox.setFault({ kind: "403", path: "/api/v1/subscriptions/current" });
    const { value } = await ask({ include: "keys" });
    harness.sandbox.clearFaults();
    expect(value.keys.counts).toMatchObject({ idle: 4, never_used: 3 });
    expect(value.basis.notes.map(({ text }: { text: string }) => text)).toContain(
      "The subscription could not be read (permission); figures that need it are left out.",
    );
  });

  it("ends when the credential is refused", async () => {
    const other = await withSandbox("manager", {}, { tools: [tool] });
    other.sandbox.setFault({ kind: "401", path: "/api/v1/agents" });
    const { text } = await other.call(tool.name, {});
    await other.close();
    expect(text).toMatch(/^\[AUTH\]/);
  });

  it.each([
    { listContainer: "root" },
    { listContainer: "plural", totalPlace: "none" },
    { listContainer: "data.items", totalPlace: "meta" },
    { maxPageSize: 50 },
    { saasEnvelope: "plain" },
  ] as const)("reads %o alike", async (switches) => {
    const other = await withSandbox("manager", { switches }, { tools: [tool] });
    const { value } = await other.call(tool.name, {});
    await other.close();
    const plain = (await ask()).value;
    expect(value.keys.rows).toEqual(plain.keys.rows);
    expect(value.risks).toEqual(plain.risks);
    expect(value.agents.rows).toEqual(plain.agents.rows);
  });

  it("a list in no known container is a failed part, not an empty one", async () => {
    const other = await withSandbox("manager", { switches: { listContainer: "unknown" } }, { tools: [tool] });
    const { isError, text } = await other.call(tool.name, {});
    await other.close();
    expect(isError).toBe(true);
    expect(text).toMatch(/^\[BAD_DATA\]/);
  });
});
