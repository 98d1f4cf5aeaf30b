import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import * as z from "zod";
import { type ExportInvocation, runExport } from "../../src/cli/export/export.ts";
import type { Environment } from "../../src/config.ts";
import { FOCUS_VERSIONS, focusColumns, mandatoryColumns } from "../../src/finops/focus-columns.ts";
import { startSandbox } from "../../src/sandbox/serve.ts";
import type { Sandbox } from "../../src/sandbox/types.ts";
import { millionthsOf, parseRecords } from "../finops/tiny-csv.ts";
import { NOON } from "../harness/sandbox.ts";
import { fakeHost, sandboxEnvironment } from "./cli-host.ts";

let sandbox: Sandbox;
let folder: string;
beforeAll(async () => {
  // The command reads the clock of the process, and so does the sandbox.
  vi.useFakeTimers({ toFake: ["Date"], now: NOON });
  sandbox = await startSandbox();
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "alephant-export-"));
});
afterEach(() => {
  sandbox.reset();
  rmSync(folder, { recursive: true });
});
afterAll(async () => {
  await sandbox.close();
  vi.useRealTimers();
});

const MICRO_PER_CENT = 10_000;
const DAYS = { from: "2026-10-29", to: "2026-11-03" };

type Wish = Partial<Omit<ExportInvocation, "command">> & { mode?: "vk" | "manager"; env?: Environment };

async function exporting(
  wish: Wish = {},
  whileRunning: (emit: (signal: string) => void) => Promise<void> = async () => {},
) {
  const { mode = "manager", env = sandboxEnvironment(sandbox, mode), ...options } = wish;
  const { host, output, out, err } = fakeHost(env);
  const running = runExport(
    {
      command: "export",
      sandbox: null,
      ...DAYS,
      focus: "1.2",
      by: null,
      out: join(folder, "spend.csv"),
      force: false,
      includeToday: false,
      json: false,
      ...options,
    },
    host,
    output,
  );
  await whileRunning((signal) => host.target.emit(signal));
  const code = await running;
  expect(host.target.listenerCount("SIGINT")).toBe(0);
  return { code, stdout: out.join(""), stderr: err.join("\n"), files: readdirSync(folder) };
}

const text = (name = "spend.csv") => readFileSync(join(folder, name), "utf8");

/** Σ of a money column by day, in micro-USD. */
function sums(records: readonly Record<string, string | null>[], column = "BilledCost"): Record<string, number> {
  const byDay: Record<string, number> = {};
  for (const row of records) {
    const day = (row.ChargePeriodStart ?? "").slice(0, 10);
    byDay[day] = (byDay[day] ?? 0) + millionthsOf(row[column]);
  }
  return byDay;
}

/** The truth behind the sandbox, in micro-USD. */
function workspaceDays({ from, to } = DAYS): Record<string, number> {
  return Object.fromEntries(sandbox.dataset.days(from, to).map(({ date, cents }) => [date, cents * MICRO_PER_CENT]));
}

const summary = z.strictObject({
  path: z.string(),
  focus_version: z.enum(FOCUS_VERSIONS),
  mode: z.enum(["vk", "manager"]),
  grain: z.tuple([z.literal("day"), z.string()]),
  rows: z.int(),
  billed_cost_usd: z.number(),
  window: z.strictObject({ from: z.string(), to: z.string(), days: z.int(), timezone: z.literal("UTC") }),
  notes: z.array(z.strictObject({ code: z.string(), text: z.string() })),
  sandbox: z.boolean(),
  generated_at: z.iso.datetime(),
  version: z.literal("1.2.3"),
});

describe("a workspace", () => {
  it.each(FOCUS_VERSIONS)("version %s, by model: every day adds up to the usage series", async (focus) => {
    const { code, stdout, stderr, files } = await exporting({ focus, json: true });
    expect([code, stderr, files]).toEqual([0, "", ["spend.csv"]]);
    const records = parseRecords(text());
    expect(Object.keys(records[0] ?? {})).toEqual(focusColumns(focus));
    expect(sums(records)).toEqual(workspaceDays());
    expect(statSync(join(folder, "spend.csv")).mode & 0o777).toBe(0o600);
    const { from, to } = DAYS;
    expect(summary.parse(JSON.parse(stdout))).toMatchObject({
      path: join(folder, "spend.csv"),
      focus_version: focus,
      grain: ["day", "model"],
      rows: records.length,
      billed_cost_usd: sandbox.dataset.workspace(from, to).usd,
      window: { from, to, days: 6 },
      notes: [{ code: "price_missing" }],
      sandbox: false,
    });
    const nullable = ["BillingAccountName", "ChargeClass", "PricingQuantity", "PricingUnit"];
    for (const row of records) {
      for (const column of mandatoryColumns(focus))
        if (!nullable.includes(column)) expect(row[column], column).not.toBeNull();
      expect(row.BillingAccountId).toBe(sandbox.credentials.workspaceId);
    }
  });

  it("divides the cost of a model over token types where they and their prices are known", async () => {
    sandbox.setSwitch("modelsTokens", "split");
    const { code, stdout } = await exporting({ json: true });
    expect([code, summary.parse(JSON.parse(stdout)).notes]).toEqual([0, []]);
    const records = parseRecords(text());
    expect(sums(records)).toEqual(workspaceDays());
    const { from } = DAYS;
    const truth = sandbox.dataset.models(from, from).find(({ model }) => model === "gpt-4o");
    const [input, output, ...rest] = records.filter(
      ({ SkuId, ChargePeriodStart }) => SkuId === "gpt-4o" && ChargePeriodStart?.startsWith(from),
    );
    expect(rest).toEqual([]);
    expect(input).toMatchObject({
      ChargeDescription: "gpt-4o input tokens",
      ConsumedQuantity: String(truth?.inputTokens),
      ConsumedUnit: "Tokens",
      ListUnitPrice: "2.5",
      PricingUnit: "1000000 Tokens",
      SkuMeter: "Input Tokens",
      x_ListCostSource: "list",
      x_RequestCount: String(truth?.requests),
    });
    expect(output).toMatchObject({
      ChargeDescription: "gpt-4o output tokens",
      ConsumedQuantity: String(truth?.outputTokens),
      ListUnitPrice: "10",
      x_RequestCount: null,
    });
    expect(millionthsOf(input?.PricingQuantity)).toBe(truth?.inputTokens);
    expect(millionthsOf(input?.BilledCost) + millionthsOf(output?.BilledCost)).toBe(
      (truth?.cents ?? 0) * MICRO_PER_CENT,
    );
    expect(sandbox.hits().filter(({ path }) => path === "/api/v1/models")).toHaveLength(1);
  });

  it("asks once for the series and once a day for the charges", async () => {
    await exporting();
    const asked = sandbox
      .hits()
      .map(({ path, query }) => `${path.split("/").at(-1)} ${query.dateFrom} ${query.dateTo}`);
    const { from, to } = DAYS;
    const days = Object.keys(workspaceDays()).map((day) => `models ${day} ${day}`);
    expect(asked.sort()).toEqual([...days, `usage ${from} ${to}`].sort());
  });

  it.each([
    ["agent", 1],
    ["department", 1],
    ["master_key", 0],
  ] as const)("by %s: the remainder of a day is one row of its own", async (by, remainders) => {
    const { code, stdout } = await exporting({ by });
    expect(code).toBe(0);
    const records = parseRecords(text());
    expect(sums(records)).toEqual(workspaceDays());
    const rest = records.filter(({ ChargeDescription }) => ChargeDescription === "Unattributed usage");
    expect(Object.values(sums(rest)).filter((cost) => cost > 0)).toHaveLength(6 * remainders);
    expect(rest).toHaveLength(6 * remainders);
    expect(stdout.includes("Unattributed usage")).toBe(remainders > 0);
    const { from, to } = DAYS;
    const [agent = ""] = sandbox.dataset.ids("agents");
    if (by !== "agent") return;
    const own = records.filter(({ Tags }) => Tags?.includes(agent));
    expect(own.reduce((sum, row) => sum + millionthsOf(row.BilledCost), 0)).toBe(
      sandbox.dataset.entity(agent, from, to).cents * MICRO_PER_CENT,
    );
  });

  it("looks again at the total of a day on which more was spent meanwhile", async () => {
    const { url, close } = await halved([DAYS.to], false);
    try {
      const env = { ...sandboxEnvironment(sandbox, "manager"), ALEPHANT_API_BASE_URL: url };
      expect(await exporting({ env })).toMatchObject({ code: 0, files: ["spend.csv"] });
      expect(sums(parseRecords(text()))).toEqual(workspaceDays());
    } finally {
      await close();
    }
  });

  it("takes today in when asked to, and says that it is not over", async () => {
    const to = "2026-11-20";
    const from = "2026-11-18";
    const without = await exporting({ from, to, json: true });
    expect(summary.parse(JSON.parse(without.stdout))).toMatchObject({
      window: { to: "2026-11-19" },
      notes: [{ code: "partial_today", text: expect.stringContaining("left out") }, { code: "price_missing" }],
    });
    const { stdout } = await exporting({ from, to, json: true, includeToday: true, force: true });
    expect(summary.parse(JSON.parse(stdout))).toMatchObject({
      window: { to },
      notes: [{ code: "partial_today", text: expect.stringContaining("in the file") }, { code: "price_missing" }],
    });
    expect(sums(parseRecords(text()))).toEqual(workspaceDays({ from, to }));
  });

  it("tells people the same, on lines that fit, and never the rows", async () => {
    const { stdout } = await exporting({ by: "agent" });
    const { from, to } = DAYS;
    expect(stdout).toMatch(
      new RegExp(
        `^File +${folder}/spend.csv\nFOCUS +1.2, Cost and Usage\nWindow +${from} to ${to}, 6 days \\(UTC\\)\nRows +`,
      ),
    );
    for (const line of stdout.split("\n").slice(1)) expect(line.length).toBeLessThanOrEqual(100);
    expect(stdout).not.toContain("agent_id");
  });

  it("disarms names that a spreadsheet or a terminal would run", async () => {
    sandbox.setSwitch("labels", "hostile");
    await exporting({ by: "department" });
    const records = parseRecords(text());
    expect(sums(records)).toEqual(workspaceDays());
    for (const row of records) for (const cell of Object.values(row)) expect(cell ?? "").not.toMatch(/^[=+@]|\p{Cc}/u);
  });
});

describe("a virtual key", () => {
  it("exports its daily totals", async () => {
    const { code, stdout } = await exporting({ mode: "vk", json: true });
    expect([code, summary.parse(JSON.parse(stdout)).grain]).toEqual([0, ["day", "key"]]);
    const records = parseRecords(text());
    const { keyIds, workspaceId } = sandbox.credentials;
    const days = Object.keys(workspaceDays());
    const truth = days.map((day) => [day, sandbox.dataset.key(keyIds.agent, day, day).cents * MICRO_PER_CENT]);
    expect(sums(records)).toEqual(Object.fromEntries(truth));
    for (const row of records)
      expect(row).toMatchObject({
        BillingAccountId: workspaceId,
        BillingAccountName: "Acme Sandbox",
        ResourceId: keyIds.agent,
        ResourceType: "Virtual Key",
        ChargeDescription: `LLM requests via key ${row.ResourceName}`,
        SubAccountId: expect.any(String),
        PricingQuantity: null,
      });
  });

  it.each([
    ["--by", { by: "agent" }, "--by needs a PAT"],
    ["an early day", { from: "2020-01-01" }, "A virtual key reaches back 30 days"],
  ] as const)("refuses %s before anything is asked", async (_, wish, hint) => {
    const { code, stderr, files } = await exporting({ mode: "vk", ...wish });
    expect([code, files, stderr]).toEqual([2, [], expect.stringContaining(hint)]);
    expect(sandbox.hits()).toEqual([]);
  });

  it("writes no file from degraded answers: the days are named", async () => {
    sandbox.setSwitch("degraded", "on");
    const { code, stderr, files } = await exporting({ mode: "vk" });
    const days = Object.keys(workspaceDays()).join(", ");
    expect([code, files]).toEqual([1, []]);
    expect(stderr).toBe(`alephant-mcp: no file was written: the total is not known on ${days}.`);
  });
});

describe("no file", () => {
  it("over one that is there, without --force", async () => {
    writeFileSync(join(folder, "spend.csv"), "mine");
    const refused = await exporting();
    expect([refused.code, text(), refused.stderr]).toEqual([2, "mine", expect.stringContaining("exists already")]);
    expect(sandbox.hits()).toEqual([]);
    expect((await exporting({ force: true })).files).toEqual(["spend.csv"]);
    expect(sums(parseRecords(text()))).toEqual(workspaceDays());
  });

  it("in a folder that is not there", async () => {
    const { code, stderr } = await exporting({ out: join(folder, "none", "spend.csv") });
    expect([code, stderr]).toEqual([1, expect.stringContaining("cannot be made (ENOENT)")]);
  });

  it("when a day cannot be read: it is named, and the file that was there stays", async () => {
    writeFileSync(join(folder, "spend.csv"), "mine");
    const day = Object.keys(workspaceDays())[4] ?? "";
    sandbox.setFault({ kind: "403", path: "/api/v1/analytics/models", query: { dateFrom: day } });
    const { code, stdout, stderr, files } = await exporting({ force: true });
    expect([code, stdout, files, text()]).toEqual([1, "", ["spend.csv"], "mine"]);
    expect(stderr).toBe(`alephant-mcp: no file was written: the charges could not be read (permission) on ${day}.`);
  });

  it("when charges exceed the usage series: every such day is named, after a second look", async () => {
    const days = Object.keys(workspaceDays());
    const [first = "", last = ""] = [days[0], days[5]];
    const { url, close } = await halved([first, last], true);
    try {
      const env = { ...sandboxEnvironment(sandbox, "manager"), ALEPHANT_API_BASE_URL: url };
      const { code, stderr, files } = await exporting({ env });
      expect([code, files]).toEqual([1, []]);
      expect(stderr).toMatch(
        new RegExp(
          `no file was written: the charges exceed the usage series by \\$[\\d.]+ on ${first}; ` +
            `the charges exceed the usage series by \\$[\\d.]+ on ${last}\\.$`,
        ),
      );
      const looks = sandbox.hits().filter(({ query }) => query.dateFrom === first && query.dateTo === first);
      expect(looks.map(({ path }) => path.split("/").at(-1))).toEqual(["models", "usage"]);
    } finally {
      await close();
    }
  });

  it("when the service sends no such cut", async () => {
    sandbox.setSwitch("costsShape", "flat");
    const { code, stderr } = await exporting({ by: "agent" });
    expect([code, stderr]).toEqual([1, expect.stringContaining("the charges could not be read (bad shape) on ")]);
  });

  it("when the credential is refused", async () => {
    const env = { ...sandboxEnvironment(sandbox, "manager"), ALEPHANT_PAT: sandbox.credentials.pats.expired };
    const { code, stderr, files } = await exporting({ env });
    expect([code, files, stderr]).toEqual([1, [], expect.stringContaining("no file was written: [AUTH] ")]);
  });

  it("after an interruption", async () => {
    sandbox.setSwitch("latencyMs", 200);
    const { code, stdout, stderr, files } = await exporting({}, async (emit) => {
      while (sandbox.hits().length < 3) await new Promise((resolve) => setTimeout(resolve, 20));
      expect(readdirSync(folder)).toHaveLength(1);
      emit("SIGINT");
    });
    expect([code, stdout, files, stderr]).toEqual([1, "", [], "alephant-mcp: no file was written: interrupted."]);
  });
});

it("the embedded sandbox marks its file", async () => {
  const { code, stdout } = await exporting({ env: {}, sandbox: "manager" });
  expect([code, stdout]).toEqual([0, expect.stringMatching(/^All figures are simulated\.\n/)]);
  expect(parseRecords(text())[0]).toMatchObject({ BillingAccountName: "Sandbox (simulated)" });
});

/** The sandbox behind a door that halves what the usage series says of some days, in long windows or always. */
async function halved(
  days: readonly string[],
  isAlways: boolean,
): Promise<{ url: string; close: () => Promise<void> }> {
  const usage = z.object({
    data: z.looseObject({ series: z.array(z.looseObject({ date: z.string(), cost: z.number() })) }),
  });
  const server = createServer(async (request, response) => {
    const headers = {
      authorization: request.headers.authorization ?? "",
      "x-workspace-id": sandbox.credentials.workspaceId,
    };
    const body: unknown = await (await fetch(`${sandbox.url}${request.url}`, { headers })).json();
    response.setHeader("content-type", "application/json");
    const isSeries = request.url?.startsWith("/api/v1/analytics/usage?") === true;
    const isOneDay = days.some((day) => request.url?.includes(`dateFrom=${day}&dateTo=${day}`));
    if (!isSeries || (isOneDay && !isAlways)) return response.end(JSON.stringify(body));
    const { data } = usage.parse(body);
    const series = data.series.map((row) => (days.includes(row.date) ? { ...row, cost: row.cost / 2 } : row));
    response.end(JSON.stringify({ code: 0, message: "ok", data: { ...data, series } }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
