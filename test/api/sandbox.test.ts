import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { ApiError } from "../../src/api/errors.ts";
import { createHttp, type Http } from "../../src/api/http.ts";
import { createManagerApi, createManagerWrites } from "../../src/api/manager.ts";
import { createTransport } from "../../src/api/transport.ts";
import { createVkApi } from "../../src/api/vk.ts";
import type { Sandbox, SwitchName } from "../../src/sandbox/serve.ts";
import { startSandbox } from "../../src/sandbox/serve.ts";
import { Secret } from "../../src/secret.ts";

const transport = createTransport({});
let sandbox: Sandbox;
let today: string;
let week: { from: string; to: string };

beforeAll(async () => {
  sandbox = await startSandbox({ now: () => new Date("2026-11-20T12:00:00Z") });
  today = sandbox.dataset.today();
  week = { from: "2026-11-14", to: today };
});
afterEach(() => sandbox.reset());
afterAll(async () => {
  await transport.close();
  await sandbox.close();
});

function connect(mode: "vk" | "manager"): Http {
  const { pats, virtualKeys, workspaceId } = sandbox.credentials;
  return createHttp({
    baseUrl: new URL(sandbox.url),
    credential: new Secret(mode === "vk" ? virtualKeys.agent : pats.admin),
    ...(mode === "manager" ? { workspaceId } : {}),
    fetch: transport.fetch,
    rateLimit: 0,
    writePace: { spacingMs: 0, perHour: 0 },
    random: () => 0,
    userAgent: "alephant-mcp/test",
  }).bind({ signal: new AbortController().signal, deadline: performance.now() + 20_000 });
}

const vk = () => createVkApi(connect("vk"));
const manager = () => createManagerApi(connect("manager"));

/** Every read of both modes, by name; a failure is its code. */
async function readAll(): Promise<Record<string, unknown>> {
  const keys = await manager()
    .allKeys()
    .catch((error: ApiError) => error);
  const agents = await manager()
    .allAgents()
    .catch((error: ApiError) => error);
  const agent = "rows" in agents ? agents.rows[0]?.id : undefined;
  const reads: Record<string, () => Promise<unknown>> = {
    keys: async () => keys,
    agents: async () => agents,
    members: () => manager().allMembers(),
    departments: () => manager().allDepartments(),
    masterKeys: () => manager().masterKeys(),
    overview: () => manager().overview(),
    usage: () => manager().usage(week),
    costs: () => manager().costs(week),
    modelCosts: () => manager().modelCosts(week, today),
    live24h: () => manager().live24h(5),
    timeseries: () => manager().timeseries("requests", "day", "7d"),
    sparklines: () => manager().sparklines([]),
    subscription: () => manager().subscription(),
    budgetPolicy: () => manager().budgetPolicy(),
    models: () => manager().listModels(),
    vkModels: () => vk().listModels(),
    scope: () => vk().scope(),
    summary: () => vk().usageSummary("7d"),
    keyUsage: () => vk().dailyUsage(week, today),
    keyModels: () => vk().modelCosts(week, today),
    keyBudget: () => vk().budgetStatus("billing_cycle"),
    requests: () => vk().recentRequests(20, 0),
    health: () => vk().health(),
    ...(agent === undefined ? {} : { entity: () => manager().entityAnalytics({ type: "agent", id: agent }, 7) }),
  };
  const results: Record<string, unknown> = {};
  for (const [name, read] of Object.entries(reads)) {
    results[name] = await read().catch((error: ApiError) => error.code);
  }
  return results;
}

describe("every shape the sandbox can give", () => {
  it("reads everything with nothing missing by default", async () => {
    const results = await readAll();
    expect(Object.entries(results).filter(([, value]) => typeof value === "string" || value instanceof Error)).toEqual(
      [],
    );
    expect(results.usage).toMatchObject({ degraded: false, period: week, value: { covered: week } });
    const sums = sandbox.dataset.days(week.from, week.to);
    const rows = (await manager().usage(week)).value.rows;
    expect(rows.map(({ date, requests, tokens }) => ({ date, requests, tokens }))).toEqual(
      sums.map(({ date, requests, tokens }) => ({ date, requests, tokens })),
    );
    for (const [i, { costUsd }] of rows.entries()) expect(costUsd).toBeCloseTo(sums[i]?.usd ?? Number.NaN, 2);
  });

  /** Switches that change the shape of an answer, not what it says. */
  it.each<[SwitchName, string | number]>([
    ["cockpitEnvelope", "data"],
    ["cockpitEnvelope", "full"],
    ["saasEnvelope", "data"],
    ["saasEnvelope", "plain"],
    ["listContainer", "data.items"],
    ["listContainer", "data.plural"],
    ["listContainer", "data"],
    ["listContainer", "plural"],
    ["listContainer", "items"],
    ["totalPlace", "meta"],
    ["totalPlace", "pagination"],
    ["periodKeys", "from"],
    ["periodKeys", "startDate"],
    ["periodKeys", "start"],
    ["numbers", "strings"],
    ["modelsShape", "items"],
    ["modelsShape", "data"],
    ["timeseriesShape", "series"],
    ["maxPageSize", 7],
  ])("reads the same with %s=%s", async (name, value) => {
    const expected = await readAll();
    sandbox.setSwitch(name, value);
    expect(await readAll()).toEqual(expected);
  });

  it.each([
    ["none", "data.data"],
    ["none", "root"],
    ["total", "root"],
  ] as const)(
    "W10 reads whole lists with totalPlace=%s and listContainer=%s, 7 rows a page",
    async (place, container) => {
      const expected = (await manager().allKeys()).rows;
      sandbox.setSwitch("totalPlace", place);
      sandbox.setSwitch("listContainer", container);
      sandbox.setSwitch("maxPageSize", 7);
      expect(await manager().allKeys()).toMatchObject({ rows: expected, total: null, complete: true });
    },
  );

  it.each<[SwitchName, string, string, unknown]>([
    ["listContainer", "unknown", "keys", "BAD_DATA"],
    ["listContainer", "null", "keys", { rows: [], total: 0, complete: true }],
    ["costsShape", "flat", "costs", "BAD_DATA"],
    ["overviewShape", "counts", "overview", { value: { members: expect.any(Number), costUsd: expect.any(Number) } }],
    ["overviewShape", "snake", "overview", { value: { costUsd: expect.any(Number), members: null } }],
    ["live24hShape", "atomic", "live24h", { value: { hasRawCost: true, topModels: null, summary: { costUsd: null } } }],
    ["entityAnalytics", "zeros", "entity", { value: { costUsd: 0, requests: 0 } }],
    ["entityAnalytics", "unknown", "entity", "BAD_DATA"],
    [
      "modelsTokens",
      "split",
      "modelCosts",
      {
        value: expect.arrayContaining([
          expect.objectContaining({ tokens: expect.any(Number), inputTokens: expect.any(Number) }),
        ]),
      },
    ],
    ["modelsVk", "403", "vkModels", { value: { source: "key_scope", refusedWith: 403 } }],
    ["modelsInfo", "off", "models", { value: { source: "catalogue" } }],
    [
      "modelsInfo",
      "cached",
      "models",
      { value: { models: expect.arrayContaining([expect.objectContaining({ cacheReadUsdPer1mTokens: 1.25 })]) } },
    ],
    ["degraded", "on", "summary", { degraded: true, value: { costUsd: 0 } }],
    ["totalTokens", "int", "summary", { value: { tokens: { input: null, total: expect.any(Number) } } }],
    ["recentRequests", "rows", "requests", { value: { rows: expect.arrayContaining([]) } }],
    ["periodKeys", "string", "usage", { period: null, value: { covered: expect.objectContaining({}) } }],
    ["periodKeys", "none", "usage", { period: null }],
    ["successRate", "fraction", "overview", { value: { successPct: expect.any(Number) } }],
    ["budgetControlShape", "config", "budgetPolicy", { currency: "USD", amountUsd: expect.any(Number) }],
    ["budgetControlShape", "data", "budgetPolicy", { currency: "USD", amountUsd: expect.any(Number) }],
    ["budgetControlShape", "missing", "budgetPolicy", { config: null }],
    ["budgetControlShape", "eur", "budgetPolicy", { currency: "EUR", amountUsd: null }],
  ])("reads %s=%s of %s for what it is", async (name, value, read, expected) => {
    sandbox.setSwitch(name, value);
    const result = (await readAll())[read];
    if (typeof expected === "string")
      expect(result instanceof Error && "code" in result ? result.code : result).toBe(expected);
    else expect(result).toMatchObject(expected ?? {});
  });

  it("C21 says so when pages repeat or never end", async () => {
    sandbox.setSwitch("maxPageSize", 7);
    sandbox.setSwitch("pages", "repeat");
    expect(await manager().allKeys()).toMatchObject({ complete: false, stoppedBy: "repeated_page" });
  });

  it("W22 agrees with the truth", async () => {
    sandbox.setSwitch("successRate", "percent");
    const percent = (await manager().overview()).value.successPct;
    sandbox.setSwitch("successRate", "fraction");
    expect((await manager().overview()).value.successPct).toBeCloseTo(percent ?? Number.NaN, 3);
  });
});

describe("faults", () => {
  it.each([
    ["503", "UPSTREAM_ERROR", 3],
    ["code200", "UPSTREAM_ERROR", 1],
    ["html200", "BAD_RESPONSE", 1],
    ["empty", "BAD_RESPONSE", 1],
    ["redirect", "REDIRECT", 1],
    ["reset", "CONNECTION_LOST", 3],
    ["truncated", "CONNECTION_LOST", 3],
    ["cut-json", "BAD_RESPONSE", 3],
    ["401", "AUTH", 1],
    ["404", "NOT_FOUND", 1],
  ] as const)("%s gives %s after %i requests, and the next call works", async (kind, code, hits) => {
    sandbox.setFault({ kind, path: "/api/v1/analytics/usage" });
    sandbox.resetHits();
    await expect(manager().usage(week)).rejects.toMatchObject({ code });
    expect(sandbox.hits()).toHaveLength(hits);
    sandbox.clearFaults();
    expect((await manager().usage(week)).value.rows).toHaveLength(7);
  });
});

describe("writes", () => {
  const writes = () => createManagerWrites(connect("manager"));

  it.each(["both", "hyphen", "underscore"] as const)("W25 changes a budget with vkActionWords=%s", async (words) => {
    sandbox.setSwitch("vkActionWords", words);
    const id = sandbox.credentials.keyIds.agent;
    const echo = await writes().updateKeyBudget(id, { budgetUsd: 321.5, action: "block" });
    expect(echo).toMatchObject({ budgetUsd: 321.5, budgetAction: "block" });
    expect((await manager().findKey(id)).key).toMatchObject({ budgetUsd: 321.5, budgetAction: "block" });
  });

  it.each(["token", "key", "virtualKey", "virtual_key", "secret", "plaintext", "value", "nested", "missing"] as const)(
    "W26 creates a key with vkSecretField=%s",
    async (field) => {
      sandbox.setSwitch("vkSecretField", field);
      const [master] = (await manager().masterKeys()).rows.filter(({ status }) => status === "active");
      const label = `Key for ${field}`;
      const created = await writes().createKey({
        label,
        masterKeyId: master?.id ?? "",
        budgetUsd: 5,
        rateLimitRpm: 10,
      });
      expect(created.isEmpty).toBe(false);
      expect(created.secret === null).toBe(field === "missing");
      expect((await manager().findKey(created.id ?? "")).key).toMatchObject({ label, budgetUsd: 5 });
    },
  );

  it.each(["200", "204"] as const)("W31 revokes with revokeAnswer=%s", async (answer) => {
    sandbox.setSwitch("revokeAnswer", answer);
    const id = sandbox.credentials.keyIds.agent;
    expect((await writes().revokeKey(id)).isEmpty).toBe(answer === "204");
    expect((await manager().findKey(id)).key?.status).toBe("revoked");
    await expect(vk().scope()).rejects.toMatchObject({ code: "AUTH" });
  });
});
