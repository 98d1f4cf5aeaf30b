import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Invocation } from "../../src/cli/arguments.ts";
import { runLog } from "../../src/cli/log.ts";
import { textWidth } from "../../src/cli/text-width.ts";
import type { Environment } from "../../src/config.ts";
import { ConfigError } from "../../src/mode.ts";
import type { AuditEntry } from "../../src/tool/audit.ts";
import { entry, linesOf, makeScratch, openLog } from "../audit/record.ts";
import { fakeHost } from "./cli-host.ts";

let folder: string;
let remove: () => void;
let env: Environment;
beforeEach(() => {
  ({ folder, remove } = makeScratch());
  env = { XDG_STATE_HOME: folder };
});
afterEach(() => remove());

const path = (name = "audit.jsonl") => join(folder, "alephant-mcp", name);

async function record(entries: readonly Partial<AuditEntry>[], to = path()): Promise<void> {
  let minute = 0;
  const now = () => new Date(Date.UTC(2026, 10, 20, 12, minute++));
  const log = openLog(to, { now });
  for (const more of entries) await log.record(entry(more));
}

async function log(wish: Partial<Invocation & { command: "log" }> = {}, columns = 120) {
  const { host, output, out, err } = fakeHost(env, columns);
  const invocation = { command: "log", sandbox: false, json: false, limit: 20, ...wish } as const;
  const code = await runLog(invocation, host, output);
  return { code, stdout: out.join(""), stderr: err };
}

const APPLIED: readonly Partial<AuditEntry>[] = [
  { event: "plan", before: { budget_usd: 10 } },
  { event: "confirm", approval: "elicit" },
  { event: "intent", approval: "elicit" },
  { event: "result", approval: "elicit", outcome: "applied", after: { budget_usd: 25 }, status: 200, ms: 80 },
];

describe("log", () => {
  it("needs no credential, and says so when nothing was recorded", async () => {
    expect(await log()).toEqual({ code: 0, stdout: `No change has been recorded in ${path()}.\n`, stderr: [] });
  });

  it("shows one line a change, the newest first", async () => {
    await record([
      ...APPLIED,
      { event: "plan", planId: "plan-2", tool: "revoke_virtual_key", args: { key_id: entry().targetId } },
      { event: "denied", planId: "plan-2", tool: "revoke_virtual_key", code: "POLICY_DENIED" },
    ]);
    const { stdout } = await log();
    expect(stdout.split("\n")).toEqual([
      "Time (UTC)           Tool                Target    Arguments      Confirmed by  Outcome",
      expect.stringMatching(/^-+( {2}-+){5}$/),
      "2026-11-20 12:04:00  revoke_virtual_key  3f9c0000                               denied (POLICY_DENIED)",
      "2026-11-20 12:00:00  update_key_budget   3f9c0000  budget_usd=25  person        applied",
      "",
      `2 of 2 changes in ${path()}.`,
      "",
    ]);
  });

  it.each([120, 80, 60])("fits %i columns and always shows the outcome", async (columns) => {
    await record(APPLIED);
    const { stdout } = await log({}, columns);
    const table = stdout.split("\n").slice(0, 3);
    for (const line of table) expect(textWidth(line)).toBeLessThanOrEqual(columns);
    expect(table.at(-1)).toMatch(/ applied$/);
  });

  it("shows as many as asked for, and how many there are", async () => {
    await record(Array.from({ length: 5 }, (_, index) => ({ event: "plan", planId: `plan-${index}` })));
    const { stdout } = await log({ limit: 2 });
    expect(stdout.match(/^2026-/gm)).toHaveLength(2);
    expect(stdout).toContain("2026-11-20 12:04:00");
    expect(stdout).toContain("2 of 5 changes in ");
  });

  it("calls a change without an answer unknown", async () => {
    await record(APPLIED.slice(0, 3));
    expect((await log()).stdout).toMatch(/person +unknown\n/);
  });

  it("points out what is missing, changed or not readable", async () => {
    await record(APPLIED);
    writeFileSync(path(), `${linesOf(path()).toSpliced(1, 1).join("\n")}\n{"torn\n`);
    const { stdout } = await log();
    expect(stdout).toContain("\nLines that could not be read: 1.\n");
    expect(stdout).toContain("\nLines that do not follow the one before: 1. Something was changed or taken away.\n");
  });

  it("--json gives the same to machines, as one object on one line", async () => {
    await record(APPLIED);
    const { stdout } = await log({ json: true });
    expect(stdout.trimEnd()).not.toContain("\n");
    expect(JSON.parse(stdout)).toEqual({
      path: path(),
      total: 1,
      returned: 1,
      unreadable_lines: 0,
      unlinked_lines: 0,
      changes: [
        {
          plan_id: "plan-1",
          tool: "update_key_budget",
          target_id: entry().targetId,
          principal: "0a1b2c3d",
          from: "2026-11-20T12:00:00.000Z",
          to: "2026-11-20T12:03:00.000Z",
          args: { budget_usd: 25 },
          before: { budget_usd: 10 },
          after: { budget_usd: 25 },
          approval: "elicit",
          outcome: "applied",
          code: null,
          events: ["plan", "confirm", "intent", "result"],
        },
      ],
    });
  });

  it("--sandbox shows simulated changes only", async () => {
    await record(APPLIED);
    await record([{ event: "plan" }], path("audit-sandbox.jsonl"));
    expect((await log({ sandbox: true })).stdout).toContain("1 of 1 change in ");
    expect((await log({ sandbox: true })).stdout).toContain("not sent");
  });

  it("reads the file that ALEPHANT_AUDIT_FILE names", async () => {
    const chosen = join(folder, "elsewhere", "changes.jsonl");
    await record(APPLIED, chosen);
    env = { ...env, ALEPHANT_AUDIT_FILE: chosen };
    expect((await log()).stdout).toContain(`in ${chosen}.`);
    expect((await log({ sandbox: true })).stdout).toContain(join(folder, "elsewhere", "audit-sandbox.jsonl"));
  });

  it("says so when the record cannot be read", async () => {
    mkdirSync(path(), { recursive: true });
    const { code, stdout, stderr } = await log();
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toEqual([`alephant-mcp: the record of changes ${path()} cannot be read: it is not a regular file.`]);
  });

  it("leaves a wrong setting to the caller", async () => {
    env = { ALEPHANT_AUDIT_FILE: "audit.jsonl" };
    await expect(log()).rejects.toThrow(ConfigError);
  });
});
