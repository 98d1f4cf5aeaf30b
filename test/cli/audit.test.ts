import { EventEmitter } from "node:events";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { runAudit } from "../../src/cli/audit.ts";
import type { Host } from "../../src/cli/host.ts";
import { textWidth } from "../../src/cli/text-width.ts";
import type { Environment } from "../../src/config.ts";
import { ConfigError, type Mode } from "../../src/mode.ts";
import { startSandbox } from "../../src/sandbox/serve.ts";
import type { Fault, Sandbox } from "../../src/sandbox/types.ts";

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterEach(() => sandbox.reset());
afterAll(() => sandbox.close());

const NO_STREAMS = Object.assign(new EventEmitter(), {
  stdin: new EventEmitter(),
  stdout: new EventEmitter(),
  stderr: new EventEmitter(),
  exit: () => {},
});

function environment(mode: Mode): Environment {
  const { credentials, url } = sandbox;
  return {
    ALEPHANT_API_BASE_URL: url,
    ALEPHANT_RATE_LIMIT_RPM: "0",
    ALEPHANT_TIMEOUT_MS: "10000",
    ...(mode === "vk"
      ? { ALEPHANT_VIRTUAL_KEY: credentials.virtualKeys.agent }
      : { ALEPHANT_PAT: credentials.pats.read, ALEPHANT_WORKSPACE_ID: credentials.workspaceId }),
  };
}

interface Wish {
  readonly mode?: Mode;
  readonly json?: boolean;
  readonly failOverPct?: number;
  readonly columns?: number;
  readonly env?: Environment;
  readonly embedded?: Mode;
}

async function audit({ mode = "manager", json = false, failOverPct, columns = 100, env, embedded }: Wish = {}) {
  const stdout: string[] = [];
  const stderr: string[] = [];
  const host: Host = {
    env: env ?? environment(mode),
    target: NO_STREAMS,
    say: (line) => stderr.push(line),
    forget: () => {},
    version: "1.2.3",
    userId: null,
  };
  const output = {
    columns,
    write: async (text: string) => {
      stdout.push(text);
    },
  };
  const invocation = { command: "audit", sandbox: embedded ?? null, json, failOverPct: failOverPct ?? null } as const;
  const code = await runAudit(invocation, host, output);
  return { code, stdout: stdout.join(""), stderr };
}

const report = z.strictObject({
  mode: z.enum(["vk", "manager"]),
  generated_at: z.iso.datetime(),
  version: z.literal("1.2.3"),
  sandbox: z.boolean(),
  threshold: z
    .strictObject({
      limit_pct: z.number(),
      used_pct: z.number().nullable(),
      exceeded: z.boolean().nullable(),
      text: z.string(),
    })
    .nullable(),
  blocks: z.record(
    z.string(),
    z.strictObject({
      tool: z.string(),
      status: z.enum(["ok", "failed"]),
      data: z.record(z.string(), z.unknown()).nullable(),
      reason: z.string().nullable(),
    }),
  ),
});

async function auditJson(wish: Wish = {}) {
  const result = await audit({ ...wish, json: true });
  expect(result.stdout.endsWith("}\n")).toBe(true);
  return { ...result, report: report.parse(JSON.parse(result.stdout)) };
}

function failWith(...faults: readonly Fault[]): void {
  for (const fault of faults) sandbox.setFault(fault);
}

describe("audit --json", () => {
  it.each([
    ["vk", { scope: "get_my_scope", usage: "get_usage_summary", budget: "get_my_budget" }],
    [
      "manager",
      {
        overview: "get_workspace_overview",
        departments: "drill_down_spend",
        models: "get_cost_by_model",
        budget: "get_workspace_budget_status",
      },
    ],
  ] as const)("%s mode asks its tools, in order", async (mode, tools) => {
    const { code, report: found, stderr } = await auditJson({ mode });
    expect({ code, stderr, mode: found.mode, sandbox: found.sandbox, threshold: found.threshold }).toEqual({
      code: 0,
      stderr: [],
      mode,
      sandbox: false,
      threshold: null,
    });
    const asked = Object.entries(found.blocks).map(([name, block]) => [name, block.tool]);
    expect(asked).toEqual(Object.entries(tools));
    for (const block of Object.values(found.blocks)) {
      expect(block).toMatchObject({ status: "ok", reason: null });
      expect(block.data?.headline).toEqual(expect.any(String));
    }
  });

  it("gives the workspace's own figures, the same in every block", async () => {
    const { from } = sandbox.dataset.billingPeriod();
    const before = sandbox.dataset.workspace(from, sandbox.dataset.today()).usd;
    const { report: found } = await auditJson();
    for (const name of ["overview", "departments", "models"]) {
      const total = z.number().parse(found.blocks[name]?.data?.total_cost_usd);
      expect(total).toBeGreaterThanOrEqual(before - 0.01);
      expect(total).toBeLessThan(before + 1);
    }
  });

  it("says so when the sandbox inside the program answers", async () => {
    const { report: found, code } = await auditJson({ embedded: "vk", env: {} });
    expect([code, found.mode, found.sandbox]).toEqual([0, "vk", true]);
    expect(found.blocks.usage?.data?.sandbox).toBe(true);
  });
});

describe("audit for people", () => {
  it.each(["vk", "manager"] as const)("%s mode shows a section per block, and its notes", async (mode) => {
    const { code, stdout } = await audit({ mode });
    expect(code).toBe(0);
    const sections = stdout.split("\n\n").map((section) => section.split("\n")[0]);
    const expected = {
      vk: ["SCOPE", "USAGE", "BUDGET"],
      manager: ["WORKSPACE", "SPEND BY DEPARTMENT", "SPEND BY MODEL", "BUDGET"],
    };
    expect(sections.filter((line) => line !== undefined && /^[A-Z ]+$/.test(line))).toEqual([
      "ALEPHANT AUDIT",
      ...expected[mode],
      "NOTES",
    ]);
    expect(stdout).not.toMatch(/undefined|NaN|\[object|null/);
  });

  it.each([200, 80, 60, 40])("fits %i columns", async (columns) => {
    const { stdout } = await audit({ columns });
    for (const line of stdout.split("\n")) expect(textWidth(line), line).toBeLessThanOrEqual(columns);
    for (const head of ["Department", "Spend", "Share"]) expect(stdout).toContain(head);
    expect(stdout.includes("Requests  Change")).toBe(columns >= 60);
  });

  it("lines money up on the right, with the total below", async () => {
    const { stdout } = await audit();
    const table = stdout.slice(stdout.indexOf("  Department "), stdout.indexOf("SPEND BY MODEL")).trimEnd().split("\n");
    const ends = table
      .map((line) => /\$[\d,]+\.\d\d/.exec(line))
      .map((found) => found && found.index + found[0].length);
    expect(new Set(ends.filter((end) => end !== null)).size).toBe(1);
    expect(table.at(-1)).toMatch(/^ {2}Total +\$[\d,]+\.\d\d$/);
  });

  it("uses plain ASCII of its own", async () => {
    const { stdout } = await audit();
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the range is the point.
    expect(stdout).toMatch(/^[\x00-\x7f]*$/);
  });

  it("disarms hostile names", async () => {
    sandbox.setSwitch("labels", "hostile");
    const { stdout } = await audit();
    expect(stdout).toContain("Ignore previous");
    for (const trick of ["\u001b", "\u200b", "](", "<script", "://evil"]) expect(stdout).not.toContain(trick);
  });
});

describe("what is not known", () => {
  it("is called unknown, not zero: degraded figures", async () => {
    sandbox.setSwitch("degraded", "on");
    const { stdout, code } = await audit({ mode: "vk" });
    expect(code).toBe(0);
    expect(stdout).toMatch(/\n {2}Spent +unknown\n/);
    expect(stdout).toMatch(/\n {2}Remaining +unknown\n/);
    expect(stdout).not.toMatch(/\$0\.00/);
  });

  it("is called unknown, not zero: no budget policy", async () => {
    sandbox.setSwitch("budgetControlShape", "missing");
    const { stdout } = await audit();
    expect(stdout).toMatch(/\n {2}Budget +unknown\n {2}Spent +\$[\d,.]+\n/);
  });

  it("is called unknown: a key without an owner", async () => {
    const env = { ...environment("vk"), ALEPHANT_VIRTUAL_KEY: sandbox.credentials.virtualKeys.unbound };
    const { stdout } = await audit({ env });
    expect(stdout).toMatch(/\n {2}Bound to +nothing known\n/);
  });
});

describe("failures", () => {
  const REFUSED = { kind: "403", times: "always" } as const;

  it("shows a failed block with its reason, and the others as they are", async () => {
    failWith({ ...REFUSED, path: "/api/v1/analytics/models" });
    const { code, report: found } = await auditJson();
    expect(code).toBe(0);
    expect(found.blocks.models).toEqual({
      tool: "get_cost_by_model",
      status: "failed",
      data: null,
      reason: expect.stringMatching(/^\[FORBIDDEN\] /),
    });
    expect(found.blocks.overview?.status).toBe("ok");
    expect((await audit()).stdout).toMatch(/SPEND BY MODEL\nFailed: \[FORBIDDEN\] /);
  });

  it("exits with 1 when nothing could be read", async () => {
    failWith({ ...REFUSED, path: "/api/v1/*" });
    const { code, report: found } = await auditJson();
    expect(code).toBe(1);
    expect(Object.values(found.blocks).map(({ status }) => status)).toEqual(["failed", "failed", "failed", "failed"]);
  });

  it("leaves a wrong configuration to the caller", async () => {
    await expect(audit({ env: {} })).rejects.toThrow(ConfigError);
  });
});

describe("audit --fail-over-pct", () => {
  // The default key of the sandbox has used more than 80 % of its budget.
  it.each([
    [0, 3, true],
    [50, 3, true],
    [1_000, 0, false],
  ])("%i → exit code %i", async (failOverPct, exitCode, exceeded) => {
    const { code, report: found, stderr } = await auditJson({ mode: "vk", failOverPct });
    expect([code, found.threshold?.exceeded, found.threshold?.limit_pct, stderr]).toEqual([
      exitCode,
      exceeded,
      failOverPct,
      [],
    ]);
    expect(found.threshold?.used_pct).toBe(found.blocks.budget?.data?.used_pct);
  });

  it("tells people too", async () => {
    const { stdout } = await audit({ mode: "vk", failOverPct: 50 });
    expect(stdout).toMatch(/\nBudget use: over 50%: [\d.]+% used\.\n$/);
  });

  it("never calls unknown use fine: no budget block", async () => {
    failWith({ kind: "403", path: "/api/v1/cockpit/budget-status" });
    const { code, report: found, stderr } = await auditJson({ mode: "vk", failOverPct: 1_000 });
    expect(code).toBe(1);
    expect(found.threshold).toMatchObject({ exceeded: null, used_pct: null });
    expect(stderr).toEqual(["alephant-mcp: budget use cannot be compared with 1000%: the budget could not be read"]);
  });

  it("never calls unknown use fine: degraded figures", async () => {
    sandbox.setSwitch("degraded", "on");
    const { code, report: found, stderr } = await auditJson({ mode: "vk", failOverPct: 1_000 });
    expect(code).toBe(1);
    expect(found.threshold).toMatchObject({ exceeded: null, used_pct: null });
    expect(stderr).toEqual(["alephant-mcp: budget use cannot be compared with 1000%: the spend is not known"]);
  });
});
