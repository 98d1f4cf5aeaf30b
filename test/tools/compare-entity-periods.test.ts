import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addDays, eachDay } from "../../src/finops/day.ts";
import { resolveWindows } from "../../src/finops/window.ts";
import { jsonBytes } from "../../src/tool/fit.ts";
import tool from "../../src/tools/manager/compare-entity-periods.ts";
import { NOON, type SandboxHarness, withSandbox } from "../harness/sandbox.ts";
import { type Daily, id, useSmallService } from "../harness/small-service.ts";

const AGENT = id(1);
const CURRENT = { from: "2026-11-13", to: "2026-11-19" };

/** The same cost on every day of a run. */
function flat(from: string, to: string, usd: number): Daily {
  return Object.fromEntries(eachDay(from, to).map((date) => [date, usd]));
}

describe("compare_entity_periods on small bodies", () => {
  const service = useSmallService();
  const lists = { agents: [{ id: AGENT, name: "Invoice bot" }] };
  const ask = (daily: Daily, more: object = {}) =>
    service.ask({ entities: { [AGENT]: daily }, lists, ...more }, tool, {
      args: { entity_type: "agent", entity_id: AGENT },
      now: "2026-11-20T10:00:00Z",
    });

  it("CP-2 28 days of 20.00 and then 190.00 in a week is unusually high", async () => {
    const { value } = await ask({
      ...flat(addDays(CURRENT.from, -28), addDays(CURRENT.from, -1), 20),
      ...flat(CURRENT.from, CURRENT.to, 190 / 7),
      "2026-11-20": 9,
    });
    expect(value).toMatchObject({
      entity: { type: "agent", id: AGENT, name: "Invoice bot" },
      unusual: "high",
      usual_range_usd: { low: expect.closeTo(135.35, 2), high: expect.closeTo(144.81, 2) },
      delta_usd: expect.closeTo(50, 5),
      change: { cost: { pct: 35.7, word: "up" } },
      today_so_far_usd: 9,
    });
    expect(value.headline).toMatch(
      /^Agent "Invoice bot" spent \$190\.00 in 2026-11-13 to 2026-11-19 \(complete days, UTC\), against \$140\.00 in 2026-11-06 to 2026-11-12: up 35\.7% .*unusually high, above its usual range of \$135\.35 to \$144\.81\.$/,
    );
  });

  it("an id that names nothing is not found, and says which tool lists agents", async () => {
    const { isError, text } = await ask({}, { entities: {}, lists: { agents: [] } });
    expect(isError).toBe(true);
    expect(text).toBe(`[NOT_FOUND] There is no agent ${AGENT} in this workspace. Use list_agents to find its id.`);
  });

  it("zeros of an id that the list does not hold are not found either", async () => {
    const { text } = await ask({}, { lists: { agents: [] } });
    expect(text).toMatch(/^\[NOT_FOUND\] There is no agent/);
  });

  it("zeros of a listed entity are zeros", async () => {
    const { value } = await ask({});
    expect(value).toMatchObject({ current: { cost_usd: 0 }, change: { cost: { pct: null, word: "none" } } });
  });

  it("an entity that is gone from the list but spent is compared all the same", async () => {
    const { value } = await ask(flat("2026-10-01", "2026-11-19", 5), { lists: { agents: [] } });
    expect(value).toMatchObject({ entity: { type: "agent", id: AGENT }, current: { cost_usd: 35 }, unusual: "no" });
  });

  it("without the list the name is missing, not the answer", async () => {
    const { value } = await ask(flat("2026-10-01", "2026-11-19", 5), { lists: { agents: 500 } });
    expect(value.entity).toEqual({ type: "agent", id: AGENT });
    expect(value.basis.notes).toContainEqual({
      code: "sub_call_failed",
      text: "The list of agents could not be read (upstream); figures that need it are left out.",
    });
  });
});

describe("compare_entity_periods on the sandbox", () => {
  let sandbox: SandboxHarness;
  beforeAll(async () => {
    sandbox = await withSandbox("manager", {}, { tools: [tool] });
  });
  afterAll(() => sandbox.close());

  it.each(["agent", "member", "department"] as const)("sets like against like for a %s", async (type) => {
    const { dataset } = sandbox.sandbox;
    const entity = dataset.ids(`${type}s`)[0] ?? "";
    const { value } = await sandbox.call(tool.name, { entity_type: type, entity_id: entity, period: "30d" });
    const windows = resolveWindows({ period: "30d", now: NOON });
    const [now, before] = [windows.current, windows.previous].map((span) =>
      dataset.entity(entity, span?.from ?? "", span?.to ?? ""),
    );
    expect(value.current).toMatchObject({ cost_usd: now?.usd, requests: now?.requests, tokens: now?.tokens });
    expect(value.previous).toMatchObject({ cost_usd: before?.usd, requests: before?.requests, tokens: before?.tokens });
    expect(value.split.volume_usd + value.split.unit_cost_usd).toBeCloseTo(value.delta_usd, 6);
    expect(value.basis).toMatchObject({ compared_with: { days: 30 }, includes_today: true });
    expect(jsonBytes(value)).toBeLessThan(3_000);
  });

  it("calls the planted spike unusual", async () => {
    const spike = sandbox.sandbox.events.find(({ kind }) => kind === "spike");
    const { value } = await sandbox.call(tool.name, { entity_type: "agent", entity_id: spike?.entityId ?? "" });
    expect(value).toMatchObject({ unusual: "high", change: { cost: { word: "up" } } });
  });

  it("asks twice, in one round trip", async () => {
    sandbox.sandbox.resetHits();
    const entity = sandbox.sandbox.dataset.ids("agents")[0] ?? "";
    await sandbox.call(tool.name, { entity_type: "agent", entity_id: entity });
    expect(
      sandbox.sandbox
        .hits()
        .map(({ path }) => path)
        .sort(),
    ).toEqual(["/api/v1/agents", "/api/v1/analytics/usage"]);
  });

  it.each([
    ["500", "[UPSTREAM_ERROR]"],
    ["401", "[AUTH]"],
    ["403", "[FORBIDDEN]"],
    ["html200", "[BAD_RESPONSE]"],
  ] as const)("is an error when the usage answers %s", async (kind, text) => {
    sandbox.sandbox.setFault({ kind, path: "/api/v1/analytics/usage" });
    const entity = sandbox.sandbox.dataset.ids("agents")[0] ?? "";
    const answer = await sandbox.call(tool.name, { entity_type: "agent", entity_id: entity });
    sandbox.sandbox.clearFaults();
    expect(answer.isError).toBe(true);
    expect(answer.text.startsWith(text)).toBe(true);
  });

  it("refuses what is no UUID and what is no period before any request", async () => {
    sandbox.sandbox.resetHits();
    const bad = await sandbox.call(tool.name, { entity_type: "agent", entity_id: "../x" });
    const long = await sandbox.call(tool.name, { entity_type: "agent", entity_id: AGENT, period: "billing_cycle" });
    expect([bad, long].map(({ text }) => text.slice(0, 18))).toEqual(["[INVALID_ARGUMENT]", "[INVALID_ARGUMENT]"]);
    expect(sandbox.sandbox.hits()).toEqual([]);
  });
});

describe("compare_entity_periods reads every shape alike", () => {
  it.each([
    { saasEnvelope: "plain" },
    { saasEnvelope: "data" },
    { periodKeys: "none" },
    { periodKeys: "string" },
    { listContainer: "root" },
  ] as const)("%o", async (switches) => {
    const [plain, variant] = await Promise.all([
      withSandbox("manager", {}, { tools: [tool] }),
      withSandbox("manager", { switches }, { tools: [tool] }),
    ]);
    const args = { entity_type: "agent", entity_id: plain.sandbox.dataset.ids("agents")[1] ?? "" };
    const answers = [await plain.call(tool.name, args), await variant.call(tool.name, args)];
    await Promise.all([plain.close(), variant.close()]);
    expect(answers[1]?.value).toEqual(answers[0]?.value);
  });

  it("days without a row count as zero", async () => {
    const harness = await withSandbox("manager", { switches: { zeroDays: "omit" } }, { tools: [tool] });
    const stopped = harness.sandbox.events.find(({ kind, scope }) => kind === "stopped_entity" && scope === "agent");
    const { value } = await harness.call(tool.name, { entity_type: "agent", entity_id: stopped?.entityId ?? "" });
    await harness.close();
    expect(value).toMatchObject({ current: { cost_usd: 0 }, change: { cost: { pct: -100, word: "stopped" } } });
  });
});
