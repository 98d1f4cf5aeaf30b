import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { connect } from "../harness/client.ts";
import { expectInert } from "../harness/inert.ts";
import { NOON, type SandboxHarness, withSandbox } from "../harness/sandbox.ts";

let manager: SandboxHarness;

beforeAll(async () => {
  manager = await withSandbox("manager");
});
afterEach(() => manager.sandbox.reset());
afterAll(() => manager.close());

const ids = (value: { rows: { id: string }[] }) => value.rows.map(({ id }) => id);

const LISTS = [
  ["list_virtual_keys", "Virtual keys", "virtual keys", "keys", 120, 8],
  ["list_agents", "Agents", "agents", "agents", 40, 10],
  ["list_members", "Members", "members", "members", 60, 10],
  ["list_departments", "Departments", "departments", "departments", 6, 10],
] as const;

describe.each(LISTS)("%s", (name, Plural, plural, kind, total, size) => {
  it("says how many there are, shows a page within 3 kB and how to go on", async () => {
    const { value, text } = await manager.call(name);
    const returned = Math.min(size, total);
    expect(value).toMatchObject({
      headline: `${Plural} 1 to ${returned} of ${total}.`,
      basis: { timezone: "UTC", currency: "USD", as_of: NOON.toISOString(), degraded: false },
      total,
      returned,
      next: total > size ? { page: 2, page_size: size } : null,
    });
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(3_000);
    expect(text).not.toContain("null,null");
  });

  it.each([{}, { page_size: 200 }, { page_size: 60 }])(
    "visits every row once when next is followed from %j, each page within 8 kB",
    async (start) => {
      const seen: string[] = [];
      let args: Record<string, unknown> | null = start;
      while (args !== null) {
        const { value, text } = await manager.call(name, args);
        expect(Buffer.byteLength(text)).toBeLessThanOrEqual(8_000);
        seen.push(...ids(value));
        args = value.next;
      }
      expect(seen.length).toBe(total);
      expect([...seen].sort()).toEqual([...manager.sandbox.dataset.ids(kind)].sort());
    },
  );

  it("answers alike for every container, envelope and place of the total", async () => {
    const { text } = await manager.call(name);
    for (const container of ["data.items", "data.plural", "data", "plural", "items"] as const) {
      manager.sandbox.setSwitch("listContainer", container);
      expect((await manager.call(name)).text, container).toBe(text);
    }
    manager.sandbox.reset();
    for (const place of ["meta", "pagination"] as const) {
      manager.sandbox.setSwitch("totalPlace", place);
      expect((await manager.call(name)).text, place).toBe(text);
    }
    manager.sandbox.reset();
    for (const envelope of ["data", "plain"] as const) {
      manager.sandbox.setSwitch("saasEnvelope", envelope);
      expect((await manager.call(name)).text, envelope).toBe(text);
    }
  });

  it.each(["root", "data.data"] as const)("without a total (%s) it still reaches the last row", async (container) => {
    manager.sandbox.setSwitch("totalPlace", "none");
    manager.sandbox.setSwitch("listContainer", container);
    const first = (await manager.call(name)).value;
    expect(first).toMatchObject({ total: null, next: { page: 2, page_size: Math.min(size, total) } });
    expect(first.headline).toBe(`${Plural} 1 to ${first.returned}; the service does not say how many there are.`);
    const seen: string[] = [];
    let args: Record<string, unknown> | null = {};
    let last = "";
    while (args !== null) {
      const { value } = await manager.call(name, args);
      seen.push(...ids(value));
      last = value.headline;
      args = value.next;
    }
    expect(seen.length).toBe(total);
    expect(last).toMatch(/^(Page \d+ is empty: there are no more |[A-Z])/);
  });

  it("counts pages by what a service gives that clamps the page size silently", async () => {
    manager.sandbox.setSwitch("maxPageSize", 5);
    const first = (await manager.call(name)).value;
    expect(first).toMatchObject({ headline: `${Plural} 1 to 5 of ${total}.`, next: { page: 2, page_size: 5 } });
    expect(ids(first)).not.toContain(ids((await manager.call(name, first.next)).value)[0]);
    if (total > 20) {
      const { isError, text } = await manager.call(name, { page: 2 });
      expect([isError, text]).toEqual([true, expect.stringContaining("Start again with page 1 and follow next.")]);
    }
  });

  it("tells an empty list from an unknown answer", async () => {
    manager.sandbox.setSwitch("listContainer", "null");
    expect((await manager.call(name)).value).toMatchObject({
      headline: `There are no ${plural}.`,
      basis: { notes: [] },
      returned: 0,
      next: null,
      rows: [],
    });
    manager.sandbox.setSwitch("listContainer", "unknown");
    expect((await manager.call(name)).text).toMatch(/^\[BAD_DATA\] /);
  });

  it("says when a page is past the end", async () => {
    const { value } = await manager.call(name, { page: 50 });
    expect(value).toMatchObject({ headline: `Page 50 is past the end: there are ${total} ${plural}.`, next: null });
  });

  it.each([{ page: 0 }, { page_size: 201 }, { page: "1" }, { page_size: 2.5 }, { limit: 5 }])(
    "refuses %j before sending anything",
    async (args) => {
      manager.sandbox.resetHits();
      expect((await manager.call(name, args)).text).toMatch(/^\[INVALID_ARGUMENT\] /);
      expect(manager.sandbox.hits()).toEqual([]);
    },
  );

  it("shows hostile names as inert data, and still fits", async () => {
    manager.sandbox.setSwitch("labels", "hostile");
    const { isError, text } = await manager.call(name, { page_size: 100 });
    expect(isError).toBe(false);
    expectInert(text);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(8_000);
  });

  it("passes on the failure of the service", async () => {
    manager.sandbox.setFault({ kind: "403", method: "GET" });
    expect((await manager.call(name)).text).toMatch(/^\[FORBIDDEN\] /);
  });
});

describe("rows", () => {
  it("of virtual keys carry money in dollars and leave out what was not reported", async () => {
    const { credentials, dataset } = manager.sandbox;
    const { value } = await manager.call("list_virtual_keys", { page_size: 100 });
    const all = [...value.rows, ...(await manager.call("list_virtual_keys", value.next)).value.rows];
    const row = all.find(({ id }) => id === credentials.keyIds.agent) ?? (await findKey(credentials.keyIds.agent));
    expect(row).toMatchObject({
      label: "CS-Bot-Key",
      status: "active",
      bound_to: "agent: Customer Support Bot",
      cycle_spend_usd: dataset.key(credentials.keyIds.agent, "2026-11-01", "2026-11-20").cents / 100,
      budget_action: expect.stringMatching(/^(alert_only|block|disable_key)$/),
    });
    expect(JSON.stringify(row)).not.toContain(credentials.virtualKeys.agent);
  });

  it("of a status are only those", async () => {
    const { value } = await manager.call("list_virtual_keys", { status: "revoked" });
    expect(value.total).toBeGreaterThan(0);
    expect(value.total).toBeLessThan(120);
    expect(new Set(value.rows.map(({ status }: { status: string }) => status))).toEqual(new Set(["revoked"]));
  });

  it("of agents say that the window of their cost is not named", async () => {
    const { value } = await manager.call("list_agents");
    expect(value.basis.notes).toEqual([
      {
        code: "window_mismatch",
        text: "The service does not say which window cost_usd and requests cover; for a stated one use get_agent_analytics.",
      },
    ]);
    const bot = value.rows.find(({ name }: { name: string }) => name === "Customer Support Bot");
    expect(bot).toEqual({
      id: manager.sandbox.dataset.ids("agents")[0],
      name: "Customer Support Bot",
      status: "active",
      environment: "production",
      department: "Customer Support",
      model: "gpt-4o",
      cost_usd: expect.any(Number),
      requests: expect.any(Number),
      last_used_at: expect.stringMatching(/^2026-11-20T/),
    });
  });

  it("of agents are narrowed to a department, and a wrong id says which tool lists the right ones", async () => {
    const departments = (await manager.call("list_departments")).value.rows;
    const [first] = departments;
    const { value } = await manager.call("list_agents", { department_id: first.id.toUpperCase() });
    expect(value.total).toBe(first.agents);
    expect(manager.sandbox.hits().at(-1)?.query).toMatchObject({ departmentId: first.id });
    const bad = await manager.call("list_agents", { department_id: "marketing" });
    expect(bad.text).toContain("department_id: must be the UUID of a department; list_departments lists them.");
    manager.sandbox.setFault({ kind: "404", path: "/api/v1/agents" });
    const missing = await manager.call("list_agents", { department_id: first.id });
    expect(missing.text).toMatch(
      /^\[NOT_FOUND\] There is no department with that id in this workspace\..* Use list_departments to find its id\.$/,
    );
  });

  it("of members show the cycle's spend and a budget only where one is set", async () => {
    const { value } = await manager.call("list_members", { page_size: 30 });
    const [member] = value.rows;
    const spend = manager.sandbox.dataset.entity(member.id, "2026-11-01", "2026-11-20");
    expect(member.cycle_spend_usd).toBe(spend.cents / 100);
    expect(member.cycle_requests).toBe(spend.requests);
    const budgets = value.rows.filter((row: object) => "monthly_budget_usd" in row);
    expect(budgets.length).toBeGreaterThan(0);
    expect(budgets.length).toBeLessThan(value.rows.length);
  });

  it("of departments add up to the directory", async () => {
    const { rows } = (await manager.call("list_departments")).value;
    const sum = (field: string) =>
      rows.reduce((total: number, row: Record<string, number>) => total + (row[field] ?? 0), 0);
    expect(sum("members")).toBeLessThanOrEqual(60);
    expect(sum("agents")).toBeLessThanOrEqual(40);
    expect(rows.filter((row: object) => "budget_action" in row).every((row: object) => "budget_usd" in row)).toBe(true);
  });
});

describe("a service that ignores paging", () => {
  const network = setupServer();
  beforeAll(() => network.listen({ onUnhandledRequest: "bypass" }));
  afterAll(() => network.close());

  it("is paged by us, each row once", async () => {
    const all = manager.sandbox.dataset.ids("agents").map((id) => ({ id }));
    network.use(http.get(`${manager.sandbox.url}/api/v1/agents`, () => HttpResponse.json(all)));
    const seen: string[] = [];
    let args: Record<string, unknown> | null = { page_size: 15 };
    while (args !== null) {
      const { value } = await manager.call("list_agents", args);
      expect(value.total).toBe(40);
      seen.push(...ids(value));
      args = value.next;
    }
    expect(seen).toEqual(all.map(({ id }) => id));
  });
});

describe("with a PAT of read scope", () => {
  it.each(LISTS.map(([name]) => name))("%s works", async (name) => {
    const { credentials, url } = manager.sandbox;
    const { workspaceId } = credentials;
    const reader = await connect({ mode: "manager", baseUrl: url, credential: credentials.pats.read, workspaceId });
    expect((await reader.call(name)).isError).toBe(false);
    await reader.close();
  });
});

async function findKey(id: string): Promise<unknown> {
  for (let page = 1; page <= 6; page += 1) {
    const { value } = await manager.call("list_virtual_keys", { page, page_size: 20 });
    const row = value.rows.find((candidate: { id: string }) => candidate.id === id);
    if (row !== undefined) return row;
  }
  return null;
}
