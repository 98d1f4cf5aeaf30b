import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { daysBetween } from "../../src/finops/day.ts";
import { type SandboxHarness, withSandbox } from "../harness/sandbox.ts";

let manager: SandboxHarness;
const network = setupServer();

beforeAll(async () => {
  network.listen({ onUnhandledRequest: "bypass" });
  manager = await withSandbox("manager");
});
afterEach(() => {
  manager.sandbox.reset();
  network.resetHandlers();
});
afterAll(async () => {
  await manager.close();
  network.close();
});

type Kind = "agent" | "member" | "department";
const KINDS = ["agent", "member", "department"] as const;
const STRANGER = "00000000-0000-4000-8000-000000000000";
const USAGE = "/api/v1/analytics/usage";
const TODAY = "2026-11-20";

const codes = (value: { basis: { notes: { code: string }[] } }) => value.basis.notes.map(({ code }) => code);
const idOf = (kind: Kind, index = 0) => manager.sandbox.dataset.ids(`${kind}s`)[index] ?? "";
const route = (kind: Kind, id: string) =>
  kind === "member" ? `/api/v1/analytics/members/${id}/analytics` : `/api/v1/${kind}s/${id}/analytics`;
const call = (kind: Kind, args: Record<string, unknown> = {}) =>
  manager.call(`get_${kind}_analytics`, { [`${kind}_id`]: idOf(kind), ...args });

describe.each(KINDS)("get_%s_analytics", (kind) => {
  it("shows 30 days of the entity, in one round of three requests", async () => {
    const { value, text } = await call(kind);
    const { dataset } = manager.sandbox;
    const truth = dataset.entity(idOf(kind), "2026-10-22", TODAY);
    const current = dataset.entity(idOf(kind), "2026-10-21", "2026-11-19").usd;
    const previous = dataset.entity(idOf(kind), "2026-09-21", "2026-10-20").usd;
    expect(value).toMatchObject({
      id: idOf(kind),
      total_cost_usd: truth.usd,
      lower_bound: false,
      requests: truth.requests,
      tokens: truth.tokens,
      change: { current_cost_usd: current, previous_cost_usd: previous },
      trend: { method: "same_weekdays" },
      days: { today_so_far_usd: dataset.entity(idOf(kind), TODAY, TODAY).usd },
    });
    expect(value.share_of_workspace_pct).toBeCloseTo((100 * truth.usd) / dataset.workspace("2026-10-22", TODAY).usd, 1);
    expect(value.unit_costs.per_request_usd).toBeCloseTo(truth.usd / truth.requests, 6);
    expect(value.days.dates).toHaveLength(30);
    expect(value.basis).toMatchObject({ source: ["entity_analytics", "usage_series"], compared_with: { days: 30 } });
    expect(codes(value)).toEqual(expect.arrayContaining(["partial_today"]));
    const name = `${kind.slice(0, 1).toUpperCase()}${kind.slice(1)} ${idOf(kind)}`;
    const spend = "cost \\$[\\d,]+\\.\\d\\d in 2026-10-22 to 2026-11-20 \\(UTC, today still open\\)";
    const compared = "2026-10-21 to 2026-11-19 was (up|down) [\\d.]+% on 2026-09-21 to 2026-10-20";
    expect(value.headline).toMatch(new RegExp(`^${name} ${spend}, [\\d.]+% of the workspace; ${compared}\\.$`));
    expect(
      manager.sandbox
        .hits()
        .map(({ path }) => path)
        .sort(),
    ).toEqual([route(kind, idOf(kind)), USAGE, USAGE].sort());
    expect(text.length).toBeLessThan(3_000);
  });

  it.each([
    ["24h", "1", TODAY],
    ["7d", "7", "2026-11-14"],
    ["30d", "30", "2026-10-22"],
  ])("takes %s as %s days", async (period, days, from) => {
    const { value } = await call(kind, { period });
    expect(value.total_cost_usd).toBe(manager.sandbox.dataset.entity(idOf(kind), from, TODAY).usd);
    const own = manager.sandbox.hits().find(({ path }) => path === route(kind, idOf(kind)));
    expect(own?.query).toEqual({ days });
    expect(value.trend.n).toBeGreaterThanOrEqual(14);
    if (period !== "24h") return;
    const yesterday = manager.sandbox.dataset.entity(idOf(kind), "2026-11-19", "2026-11-19").usd;
    expect(value.days.yesterday_usd).toBe(yesterday);
    expect(value.headline).toContain("today so far (2026-11-20, UTC, still open)");
    expect(JSON.stringify(value.basis.notes)).toContain("get_live_24h");
  });

  it.each([
    ["zeros", "placeholder_suspected"],
    ["unknown", "sub_call_failed"],
  ] as const)("answers from the usage series when its route gives %s", async (shape, code) => {
    const plain = (await call(kind)).value;
    manager.sandbox.setSwitch("entityAnalytics", shape);
    const { value } = await call(kind);
    expect(value).toEqual({ ...plain, basis: value.basis });
    expect(value.basis.source).toEqual(["usage_series"]);
    expect(codes(value)).toContain(code);
  });

  it.each([
    ["numbers", "strings"],
    ["saasEnvelope", "data"],
    ["saasEnvelope", "plain"],
    ["periodKeys", "from"],
    ["periodKeys", "none"],
  ] as const)("gives the same answer with %s=%s", async (name, value) => {
    const plain = (await call(kind)).text;
    manager.sandbox.setSwitch(name, value);
    expect((await call(kind)).text).toBe(plain);
  });

  it("gives the same figures when days without use have no row", async () => {
    const plain = (await call(kind)).value;
    manager.sandbox.setSwitch("zeroDays", "omit");
    const { value } = await call(kind);
    expect(value).toEqual({ ...plain, basis: value.basis });
  });

  it.each(["real", "zeros", "unknown"] as const)("says that an id names nothing, route %s", async (shape) => {
    manager.sandbox.setSwitch("entityAnalytics", shape);
    const { isError, text } = await call(kind, { [`${kind}_id`]: STRANGER });
    expect(isError).toBe(true);
    expect(text).toBe(
      `[NOT_FOUND] There is no ${kind} ${STRANGER} in this workspace. Use list_${kind}s to find its id.`,
    );
  });

  it("refuses what is no UUID before any request", async () => {
    const { text } = await call(kind, { [`${kind}_id`]: "../keys" });
    expect(text).toMatch(new RegExp(`^\\[INVALID_ARGUMENT\\] ${kind}_id: .*list_${kind}s`));
    expect(manager.sandbox.hits()).toEqual([]);
  });

  it("keeps its own totals when the usage series fails; changes, trend and days stay unknown", async () => {
    manager.sandbox.setFault({ kind: "403", path: USAGE });
    const { value } = await call(kind);
    expect(value).toMatchObject({
      total_cost_usd: manager.sandbox.dataset.entity(idOf(kind), "2026-10-22", TODAY).usd,
      share_of_workspace_pct: null,
      change: { cost: { pct: null, word: "unknown" }, current_cost_usd: null },
      trend: { direction: "too_short" },
      days: null,
      basis: { source: ["entity_analytics"] },
    });
    expect(codes(value)).toContain("sub_call_failed");
    expect(value.headline).toContain("the change is not known");
  });

  it("is an error when both fail, and ends at once when the credential is refused", async () => {
    manager.sandbox.setFault({ kind: "403", path: "/api/v1/*" });
    expect((await call(kind)).text).toMatch(/^\[FORBIDDEN\] None of the needed parts could be read/);
    manager.sandbox.clearFaults();
    manager.sandbox.setFault({ kind: "401", path: USAGE });
    expect((await call(kind)).text).toMatch(/^\[AUTH\]/);
  });
});

describe.each(KINDS)("a %s without any use", (kind) => {
  const list = `/api/v1/${kind}s`;
  const quiet = () => {
    const { url } = manager.sandbox;
    const ok = (data: unknown) => () => HttpResponse.json({ code: 0, message: "ok", data });
    network.use(
      http.get(`${url}${USAGE}`, ok({ series: [] })),
      http.get(`${url}${route(kind, ":id")}`, ok({ cost: 0, requests: 0, tokens: 0 })),
    );
  };

  it("is looked up in its list, because zeros look the same for an id that names nothing", async () => {
    quiet();
    const { value } = await call(kind);
    expect(value).toMatchObject({ total_cost_usd: 0, requests: 0, change: { cost: { word: "none" } } });
    expect(value.headline).toMatch(/has no usage recorded in 2026-10-22 to 2026-11-20 \(UTC, today still open\)\.$/);
    expect(manager.sandbox.hits().map(({ path }) => path)).toEqual([list]);
    const { text } = await call(kind, { [`${kind}_id`]: STRANGER });
    expect(text).toMatch(new RegExp(`^\\[NOT_FOUND\\] There is no ${kind} 0{8}-.* Use list_${kind}s`));
  });

  it("is shown with a warning when its list cannot be read", async () => {
    quiet();
    manager.sandbox.setFault({ kind: "403", path: list });
    const { value } = await call(kind);
    expect(value.total_cost_usd).toBe(0);
    expect(JSON.stringify(value.basis.notes)).toContain("the id may name nothing");
  });
});

describe("get_agent_analytics beside a route that is missing", () => {
  it("believes real usage more than a 404 of the agent's own route", async () => {
    manager.sandbox.setFault({ kind: "404", path: route("agent", idOf("agent")) });
    const { value } = await call("agent");
    expect(value.total_cost_usd).toBe(manager.sandbox.dataset.entity(idOf("agent"), "2026-10-22", TODAY).usd);
    expect(codes(value)).toContain("sub_call_failed");
  });

  it("leaves storage units out of money", async () => {
    const raw = { cost: "379700000000", requests: "17718", tokens: "120552003" };
    network.use(
      http.get(`${manager.sandbox.url}${route("agent", idOf("agent"))}`, () =>
        HttpResponse.json({ code: 0, message: "ok", data: raw }),
      ),
    );
    const { value } = await call("agent");
    expect(value.total_cost_usd).toBe(manager.sandbox.dataset.entity(idOf("agent"), "2026-10-22", TODAY).usd);
    expect(codes(value)).toContain("unit_unknown");
  });
});

describe("get_agent_analytics of a newcomer", () => {
  it.each(["present", "omit"] as const)(
    "averages its days since its first use, days without use %s",
    async (zeroDays) => {
      manager.sandbox.setSwitch("zeroDays", zeroDays);
      const newcomer = manager.sandbox.events.find(({ kind }) => kind === "new_entity");
      const { value } = await manager.call("get_agent_analytics", { agent_id: newcomer?.entityId });
      const from = newcomer?.from ?? "";
      const { usd } = manager.sandbox.dataset.entity(newcomer?.entityId ?? "", from, "2026-11-19");
      const days = daysBetween(from, TODAY);
      expect(days).toBeLessThan(14);
      expect(value.days.avg_complete_usd).toBeCloseTo(usd / days, 5);
      expect(value.trend.n).toBe(days);
    },
  );
});
