import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { jsonBytes } from "../../src/tool/fit.ts";
import tool from "../../src/tools/manager/drill-down-spend.ts";
import { NOON, type SandboxHarness, withSandbox } from "../harness/sandbox.ts";
import { type Daily, type Item, id, type SmallWorkspace, useSmallService } from "../harness/small-service.ts";

interface Row {
  readonly cost_usd: number;
}

function sumOf(rows: readonly Row[]): number {
  return rows.reduce((sum, { cost_usd }) => sum + cost_usd, 0);
}

describe("drill_down_spend on small bodies", () => {
  const service = useSmallService();
  const now = "2026-11-20T10:00:00Z";
  const ask = (agents: readonly Item[], usage: Daily, args: object = {}, more: SmallWorkspace = {}) =>
    service.ask({ usage, costs: () => ({ agent: agents }), ...more }, tool, {
      args: { dimension: "agent", period: "7d", ...args },
      now,
    });

  it("DD-1 sorts before it cuts", async () => {
    const agents = [
      { id: id(1), name: "Small", cost: 1, requests: 1 },
      { id: id(2), name: "Large", cost: 999, requests: 9 },
    ];
    const { value } = await ask(agents, { "2026-11-15": 1_000 }, { limit: 1 });
    expect(value.rows).toEqual([
      {
        id: id(2),
        name: "Large",
        cost_usd: 999,
        share_pct: 99.9,
        cumulative_pct: 99.9,
        requests: 9,
        change: { pct: 0, word: "unchanged" },
      },
    ]);
    expect(value.other).toEqual({ count: 1, cost_usd: 1, share_pct: 0.1 });
    expect(value.listing).toEqual({ total: 2, returned: 1, truncated: false, omitted_usd: 1 });
    expect(value.headline).toBe(
      'Spend was $1,000.00 in 2026-11-14 to 2026-11-20 (UTC, today still open); agent "Large" took the largest part, $999.00 (99.9%), of 2 in all.',
    );
  });

  it("GR-6 what no row holds is unattributed", async () => {
    const agents = [
      { id: id(1), cost: 102.96 },
      { id: id(2), cost: 53.04 },
    ];
    const { value } = await ask(agents, { "2026-11-15": 160 });
    expect(value).toMatchObject({ unattributed_usd: 4, unattributed_pct: 2.5, allocation: "unattributed" });
    const over = await ask(agents, { "2026-11-15": 150 });
    expect(over.value).toMatchObject({ allocation: "over_attributed", total_cost_usd: 150, rows_total_usd: 156 });
  });

  it("of an agent that spent only today says that neither window had spend, not that this is unknown", async () => {
    const old = { id: id(1), name: "Old", cost: 4, requests: 1 };
    const fresh = { id: id(2), name: "Fresh", cost: 5, requests: 1 };
    const usage = { "2026-11-10": 4, "2026-11-15": 4, "2026-11-20": 5 };
    // The window to today begins on the 14th, the compared ones on the 13th and the 6th.
    const costs = (from: string) => ({ agent: from === "2026-11-14" ? [old, fresh] : [old] });
    const { value } = await service.ask({ usage, costs }, tool, { args: { dimension: "agent", period: "7d" }, now });
    expect(value.rows).toMatchObject([
      { name: "Fresh", change: { pct: null, word: "none" } },
      { name: "Old", change: { pct: 0, word: "unchanged" } },
    ]);
  });

  it("says of models reported twice alike that they count once", async () => {
    const row = { provider: "p", model: "m", cost: 5, requests: 1, inputTokens: 1, outputTokens: 1 };
    const { value } = await service.ask({ usage: { "2026-11-15": 10 }, models: () => [row, { ...row }] }, tool, {
      args: { dimension: "model", period: "7d" },
      now,
    });
    expect(value).toMatchObject({ total_cost_usd: 10, unattributed_usd: 5, rows: [{ cost_usd: 5 }] });
    expect(value.basis.notes).toContainEqual({
      code: "over_attributed",
      text: "Model records equal to another in every figure: 1. They count once; if they are use of their own, that money belongs to no row here.",
    });
  });

  it.each([
    ["that add up to the total are all", 50, 50, false],
    ["that do not may have been cut off", 50, 60, true],
    ["of no likely limit are all", 49, 60, false],
  ])("rows %s (%i agents, $%i spent)", async (_what, count, spent, mayMiss) => {
    const agents = Array.from({ length: count }, (_, i) => ({ id: id(i + 1), cost: 1, requests: 1 }));
    const before = { "2026-11-08": spent, "2026-11-15": spent };
    const { value } = await ask(agents, before, { limit: 3 });
    expect(value.listing).toEqual({ total: count, returned: 3, truncated: mayMiss, omitted_usd: count - 3 });
    const texts = value.basis.notes.map(({ text }: { text: string }) => text);
    const MISSING = [
      `Only ${count} rows could be read; there may be more, so counts and sums are "at least".`,
      "The current window of this cut may be incomplete: an id it lacks is unknown, not zero.",
      "The previous window of this cut may be incomplete: an id it lacks is unknown, not zero.",
    ];
    expect(texts.filter((text: string) => /incomplete|may be more/.test(text))).toEqual(mayMiss ? MISSING : []);
  });

  it("W17 a dimension the service does not send is an error that lists those it sends", async () => {
    const { isError, text } = await ask([], {}, { dimension: "member" });
    expect(isError).toBe(true);
    expect(text).toBe(
      "[BAD_DATA] The cost breakdown of the service has no dimension member; it has: agent. Ask for one of: agent, model.",
    );
  });

  it("an unknown id is not found; a listed one without a row spent nothing", async () => {
    const agents = [{ id: id(1), name: "Bot", cost: 5, requests: 1 }];
    const unknown = await ask(agents, { "2026-11-15": 5 }, { entity_id: id(9) });
    expect(unknown.text).toBe(
      `[NOT_FOUND] There is no agent ${id(9)} in this workspace. Use list_agents to find its id.`,
    );
    const zeros = await ask(agents, { "2026-11-15": 5 }, { entity_id: id(9) }, { entities: { [id(9)]: {} } });
    expect(zeros.text).toMatch(/^\[NOT_FOUND\]/);
    const listed = await ask(
      agents,
      { "2026-11-15": 5 },
      { entity_id: id(9) },
      { entities: { [id(9)]: {} }, lists: { agents: [{ id: id(9), name: "Quiet" }] } },
    );
    expect(listed.value.children).toMatchObject({ status: "ok", of: { id: id(9), cost_usd: 0 }, total_cost_usd: 0 });
  });

  it("an unknown department is not found", async () => {
    const { text } = await service.ask({ usage: {}, costs: () => ({ agent: [], department: [] }) }, tool, {
      args: { dimension: "department", entity_id: id(5), period: "7d" },
      now,
    });
    expect(text).toMatch(/^\[NOT_FOUND\] There is no department .* Use list_departments to find its id\.$/);
  });

  it("a department is reconciled with its own cost, members included where the service knows them", async () => {
    const [dept, bot, ann, other] = [id(1), id(2), id(3), id(4)];
    const workspace: SmallWorkspace = {
      usage: { "2026-11-15": 120 },
      costs: () => ({
        department: [{ id: dept, name: "Sales", cost: 100 }],
        agent: [
          { id: bot, name: "Bot", cost: 60 },
          { id: other, name: "Other", cost: 20 },
        ],
        member: [{ id: ann, name: "Ann", cost: 30 }],
      }),
      lists: {
        agents: [
          { id: bot, departmentId: dept },
          { id: other, departmentId: id(99) },
        ],
        members: [{ id: ann, departmentId: dept }],
      },
    };
    const args = { dimension: "department", entity_id: dept, period: "7d" };
    const { value } = await service.ask(workspace, tool, { args, now });
    expect(value.children).toEqual({
      status: "ok",
      of: { id: dept, name: "Sales", cost_usd: 100 },
      rows: [
        { id: bot, name: "Bot", cost_usd: 60, share_pct: 60, requests: null },
        { id: ann, name: "Ann", cost_usd: 30, share_pct: 30, requests: null },
      ],
      other: { count: 0, cost_usd: 0, share_pct: 0 },
      total_cost_usd: 100,
      unattributed_usd: 10,
    });
    const failing = await service.ask({ ...workspace, lists: { ...workspace.lists, agents: 500 } }, tool, {
      args,
      now,
    });
    expect(failing.value.children).toEqual({
      status: "failed",
      reason: "upstream",
      of: { id: dept, name: "Sales", cost_usd: 100 },
    });
    expect(failing.value.rows).toHaveLength(1);
  });

  it("a list that names no departments cannot tell who belongs where", async () => {
    const { value } = await service.ask(
      {
        usage: {},
        costs: () => ({ department: [{ id: id(1), cost: 5 }], agent: [{ id: id(2), cost: 5 }] }),
        lists: { agents: [{ id: id(2) }] },
      },
      tool,
      { args: { dimension: "department", entity_id: id(1), period: "7d" }, now },
    );
    expect(value.children).toMatchObject({ status: "failed", reason: "bad_shape" });
  });

  it.each([
    ["agents", "no member", id(2), id(1), null, 60],
    ["members", "no agent", id(3), null, id(1), 30],
  ])("when only the %s have departments, %s is shown, and said so", async (_, who, shown, ofAgent, ofMember, cost) => {
    const { value } = await service.ask(
      {
        usage: { "2026-11-15": 100 },
        costs: () => ({
          department: [{ id: id(1), cost: 100 }],
          agent: [{ id: id(2), cost: 60 }],
          member: [{ id: id(3), cost: 30 }],
        }),
        lists: { agents: [{ id: id(2), departmentId: ofAgent }], members: [{ id: id(3), departmentId: ofMember }] },
      },
      tool,
      { args: { dimension: "department", entity_id: id(1), period: "7d" }, now },
    );
    expect(value.children).toMatchObject({
      status: "ok",
      rows: [{ id: shown, cost_usd: cost }],
      unattributed_usd: 100 - cost,
    });
    expect(value.basis.notes).toContainEqual({
      code: "unattributed_remainder",
      text: `Second level: ${who} is listed with a department, so what they spent is unattributed there.`,
    });
  });

  it("without the total the rows are a lower bound; without the window before, changes are unknown", async () => {
    const agents = [{ id: id(1), name: "Bot", cost: 5, requests: 1 }];
    const noTotal = await service.ask({ usage: 500, costs: () => ({ agent: agents }) }, tool, {
      args: { dimension: "agent", period: "7d" },
      now,
    });
    expect(noTotal.value).toMatchObject({
      ...{ total_cost_usd: 5, lower_bound: true, allocation: "unknown" },
      ...{ unattributed_usd: null, unattributed_pct: null },
    });
    const noPrevious = await service.ask(
      { usage: { "2026-11-15": 5 }, costs: (from) => (from === "2026-11-06" ? 503 : { agent: agents }) },
      tool,
      { args: { dimension: "agent", period: "7d" }, now },
    );
    expect(noPrevious.value.rows).toMatchObject([{ cost_usd: 5, change: { pct: null, word: "unknown" } }]);
    expect(noPrevious.value.basis.notes).toContainEqual({
      code: "sub_call_failed",
      text: "The costs of the window before could not be read (upstream); figures that need it are left out.",
    });
  });
});

describe("drill_down_spend on the sandbox", () => {
  let harness: SandboxHarness;
  const ask = (args: object) => harness.call(tool.name, { ...args });
  beforeAll(async () => {
    harness = await withSandbox("manager", { switches: { costsMember: "on" } }, { tools: [tool] });
  });
  afterAll(() => harness.close());

  it.each(["department", "agent", "member", "model", "master_key"])(
    "splits by %s and adds up to the total",
    async (dimension) => {
      const { value } = await ask({ dimension, period: "30d", limit: 4 });
      const total = harness.sandbox.dataset.workspace("2026-10-22", "2026-11-20").usd;
      expect(value.total_cost_usd).toBe(total);
      expect(sumOf(value.rows) + value.other.cost_usd + value.unattributed_usd).toBeCloseTo(total, 6);
      const costs = value.rows.map((row: Row) => row.cost_usd);
      expect(costs).toEqual([...costs].sort((a, b) => b - a));
      expect(value.rows.length + value.other.count).toBe(value.listing.total);
      expect(jsonBytes(value)).toBeLessThan(6_000);
    },
  );

  it("goes from a department to its agents and members", async () => {
    const department = harness.sandbox.dataset.ids("departments")[1] ?? "";
    const { value } = await ask({ dimension: "department", entity_id: department, period: "7d" });
    const own = harness.sandbox.dataset.entity(department, "2026-11-14", "2026-11-20").usd;
    const { children } = value;
    expect(children).toMatchObject({ status: "ok", of: { id: department, cost_usd: own }, total_cost_usd: own });
    expect(sumOf(children.rows) + children.other.cost_usd + children.unattributed_usd).toBeCloseTo(own, 6);
    expect(children.unattributed_usd).toBe(0);
    expect(jsonBytes(value)).toBeLessThan(6_000);
  });

  it("goes from an agent to its days", async () => {
    const agent = harness.sandbox.dataset.ids("agents")[1] ?? "";
    const { value } = await ask({ dimension: "agent", entity_id: agent, from: "2026-09-01", to: "2026-11-10" });
    expect(value.children).toMatchObject({ status: "ok", omitted_days: 40, unattributed_usd: 0 });
    expect(value.children.dates).toHaveLength(31);
    expect(value.children.dates.at(-1)).toBe("2026-11-10");
    expect(value.children.total_cost_usd).toBe(harness.sandbox.dataset.entity(agent, "2026-09-01", "2026-11-10").usd);
    expect(jsonBytes(value)).toBeLessThan(6_000);
  });

  it.each(["model", "master_key"])("says that nothing lies below a %s", async (dimension) => {
    const { value } = await ask({ dimension, entity_id: harness.sandbox.dataset.ids("masterKeys")[0], period: "7d" });
    expect(value.children).toEqual({
      status: "none",
      reason: "There is no second level below a model or a master key; use dimension department, agent or member.",
    });
  });

  it("shows as many rows as fit when many are asked for, and sums the rest", async () => {
    const { text, value } = await ask({ dimension: "member", period: "30d", limit: 50 });
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(8_000);
    expect(value.listing.returned).toBeGreaterThan(20);
    expect(sumOf(value.rows) + value.other.cost_usd + value.unattributed_usd).toBeCloseTo(value.total_cost_usd, 6);
  });

  it("compares a billing cycle with the first days of the cycle before", async () => {
    const { value } = await ask({ dimension: "department" });
    expect(value.basis).toMatchObject({
      window: { from: "2026-11-01", to: "2026-11-20" },
      compared_with: { from: "2026-10-01", to: "2026-10-19", days: 19 },
    });
  });

  it("asks one round trip for a fixed window", async () => {
    harness.sandbox.resetHits();
    await ask({ dimension: "department", period: "7d" });
    expect(
      harness.sandbox
        .hits()
        .map(({ path }) => path)
        .sort(),
    ).toEqual([
      "/api/v1/analytics/costs",
      "/api/v1/analytics/costs",
      "/api/v1/analytics/costs",
      "/api/v1/analytics/usage",
    ]);
  });

  it("fails when its own list fails, and ends at a refused credential", async () => {
    harness.sandbox.setFault({ kind: "500", path: "/api/v1/analytics/costs" });
    const failed = await ask({ dimension: "agent", period: "7d" });
    harness.sandbox.clearFaults();
    harness.sandbox.setFault({ kind: "401", path: "/api/v1/analytics/usage" });
    const refused = await ask({ dimension: "agent", period: "7d" });
    harness.sandbox.clearFaults();
    expect([failed, refused].map(({ text }) => text.slice(0, 16))).toEqual(["[UPSTREAM_ERROR]", "[AUTH] The crede"]);
  });

  it.each(["costs", "usage"])("a credential refused on %s leaves no stray failure behind", async (path) => {
    const other = await withSandbox("manager", {}, { tools: [tool] });
    const department = other.sandbox.dataset.ids("departments")[0];
    const stray: unknown[] = [];
    const notice = (reason: unknown) => void stray.push(reason);
    process.on("unhandledRejection", notice);
    other.sandbox.setFault({ kind: "401", path: `/api/v1/analytics/${path}` });
    const answers = await Promise.all([
      other.call(tool.name, { dimension: "department", entity_id: department }),
      other.call(tool.name, { dimension: "agent" }),
    ]);
    await other.close();
    process.off("unhandledRejection", notice);
    expect(answers.map(({ text }) => text.slice(0, 6))).toEqual(["[AUTH]", "[AUTH]"]);
    expect(stray).toEqual([]);
  });

  it("refuses a breakdown that does not name its dimensions", async () => {
    harness.sandbox.setSwitch("costsShape", "flat");
    const { text } = await ask({ dimension: "agent", period: "7d" });
    harness.sandbox.setSwitch("costsShape", "breakdown");
    expect(text).toMatch(/^\[BAD_DATA\]/);
  });

  it.each(["items", "data"] as const)("reads models from %s", async (shape) => {
    const plain = await ask({ dimension: "model", period: "7d" });
    harness.sandbox.setSwitch("modelsShape", shape);
    const variant = await ask({ dimension: "model", period: "7d" });
    harness.sandbox.setSwitch("modelsShape", "models");
    expect(variant.value).toEqual(plain.value);
  });

  it("stays small and clean with hostile names", async () => {
    harness.sandbox.setSwitch("labels", "hostile");
    const { text, value } = await ask({
      dimension: "department",
      entity_id: harness.sandbox.dataset.ids("departments")[0],
      period: "30d",
    });
    harness.sandbox.setSwitch("labels", "normal");
    expect(Buffer.byteLength(text)).toBeLessThan(6_000);
    for (const row of value.rows) expect([...(row.name ?? "")].length).toBeLessThanOrEqual(60);
    expect(NOON.toISOString()).toBe(value.basis.as_of);
  });
});
