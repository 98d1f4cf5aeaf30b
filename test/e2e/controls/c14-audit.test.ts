import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import * as z from "zod";
import { type Sandbox, startSandbox } from "../../../src/sandbox/serve.ts";
import { BINARY, Binary } from "../binary.ts";
import { call, change, type Server, type Start, connect as start, tokenOf } from "./token-client.ts";

let sandbox: Sandbox;
let home: string;
const opened: Client[] = [];
beforeAll(async () => {
  expect(existsSync(BINARY), "run npm run build first").toBe(true);
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "alephant-mcp-c14-"));
});
afterEach(async () => {
  for (const client of opened.splice(0)) await client.close();
  sandbox.reset();
  rmSync(home, { recursive: true });
});

const folder = () => join(home, ".local", "state", "alephant-mcp");
const record = (name = "audit.jsonl") => join(folder(), name);

async function connect(more: Partial<Start> = {}): Promise<Server> {
  const server = await start({ sandbox, home, ...more });
  opened.push(server.client);
  return server;
}

const BUDGET = "update_key_budget";
const newBudget = () => ({ key_id: sandbox.credentials.keyIds.member, budget_usd: 321.5, budget_action: "block" });
const newKey = (label: string) => ({
  ...{ label, budget_usd: 5, rate_limit_rpm: 10 },
  master_key_id: sandbox.dataset.ids("masterKeys")[0],
});
const lines = (path = record()) =>
  readFileSync(path, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
const writes = () => sandbox.hits().filter(({ method }) => method !== "GET");

describe("C14 the record of a change", () => {
  it("has its plan, its confirmation, its intent and its result, in a private file", async () => {
    const server = await connect({ shell: "umask 000;" });
    const done = await change(server, BUDGET, newBudget());
    expect([done.isError, done.value.status]).toEqual([false, "applied"]);
    expect(lines().map(({ event }) => event)).toEqual(["plan", "confirm", "intent", "result"]);
    const [plan, , intent, result] = lines();
    const principal = expect.stringMatching(/^[0-9a-f]{8}$/);
    for (const line of lines()) expect(line).toMatchObject({ tool: BUDGET, plan_id: plan.plan_id, principal });
    for (const line of [plan, intent, result]) expect(line.target_id).toBe(sandbox.credentials.keyIds.member);
    expect(intent).toMatchObject({ approval: "token", args: newBudget() });
    expect(result).toMatchObject({ outcome: "applied", after: expect.objectContaining({ budget_usd: 321.5 }) });
    expect([statSync(record()).mode & 0o777, statSync(folder()).mode & 0o777]).toEqual([0o600, 0o700]);
  });

  it("holds no credential, no token, and no new key's secret", async () => {
    const server = await connect();
    const made = await change(server, "create_virtual_key", newKey("c14 test"));
    const secret = z.string().parse(made.value.secret);
    const kept = [readFileSync(record(), "utf8"), ...server.stderr].join("\n");
    for (const value of [secret, made.token, sandbox.credentials.pats.admin]) expect(kept).not.toContain(value);
    expect(kept).toContain("c14 test");
  });

  it("says before the request leaves that it is about to", async () => {
    const server = await connect();
    sandbox.setFault({ kind: "slow", method: "PATCH", delayMs: 1_500, times: "once" });
    const changing = change(server, BUDGET, newBudget());
    await vi.waitFor(() => expect(writes()).toHaveLength(1), { timeout: 5_000, interval: 10 });
    expect(lines().at(-1)).toMatchObject({ event: "intent" });
    await changing;
    expect(lines().at(-1)).toMatchObject({ event: "result" });
  });

  it("of simulated changes is a file of its own", async () => {
    const server = await connect({ args: "--sandbox" });
    const keys = await call(server, "list_virtual_keys", { status: "active" });
    const [key] = z.array(z.looseObject({ id: z.string() })).parse(keys.value.rows);
    await call(server, "revoke_virtual_key", { key_id: key?.id ?? "" });
    expect(readdirSync(folder())).toEqual(["audit-sandbox.jsonl"]);
    expect(lines(record("audit-sandbox.jsonl"))).toMatchObject([{ event: "plan", principal: "sandbox" }]);
  });
});

describe("C14 a change that cannot be recorded is not made", () => {
  async function expectNoChange(server: Server, reason: RegExp) {
    const refused = await change(server, BUDGET, newBudget());
    expect(refused.text).toMatch(/^\[AUDIT_UNAVAILABLE\] /);
    expect(refused.text).toMatch(reason);
    expect(refused.text).toContain("Nothing was changed.");
    expect(writes()).toEqual([]);
    expect((await call(server, "get_usage_summary", {})).isError).toBe(false);
  }

  it("on a full disk (no file may grow)", async () => {
    await expectNoChange(await connect({ shell: "ulimit -f 0;" }), /EFBIG|only a part of a line/);
  });

  it("into a symbolic link", async () => {
    mkdirSync(folder(), { recursive: true, mode: 0o700 });
    symlinkSync(join(home, "elsewhere"), record());
    await expectNoChange(await connect(), /ELOOP/);
    expect(existsSync(join(home, "elsewhere"))).toBe(false);
  });

  it("under a folder that cannot be made", async () => {
    await expectNoChange(await connect({ env: { ALEPHANT_AUDIT_FILE: "/dev/null/audit.jsonl" } }), /ENOTDIR|EEXIST/);
  });

  it("when the place is lost between the plan and its confirmation", async () => {
    const server = await connect();
    const plan = await call(server, BUDGET, newBudget());
    rmSync(record());
    mkdirSync(record());
    const args = { ...newBudget(), confirmation_token: tokenOf(plan.value) };
    expect((await call(server, BUDGET, args)).text).toMatch(/^\[AUDIT_UNAVAILABLE\] .*Nothing was changed\./);
    expect(writes()).toEqual([]);
  });
});

describe("C14 a process that is killed while its change is under way", () => {
  it("is reported at the next start, by the connection check and by the log", async () => {
    const server = await connect();
    sandbox.setFault({ kind: "slow", method: "PATCH", delayMs: 5_000, times: "once" });
    const lost = change(server, BUDGET, newBudget()).catch(() => "lost");
    await vi.waitFor(() => expect(lines().at(-1)).toMatchObject({ event: "intent" }), { timeout: 5_000, interval: 10 });
    process.kill(z.int().parse(server.pid), "SIGKILL");
    expect(await lost).toBe("lost");

    const next = await connect();
    const checked = await call(next, "check_alephant_connection", {});
    expect(checked.value.headline).toContain(`1 write with unknown outcome (${BUDGET}, `);
    expect(checked.value.checks).toContainEqual(
      expect.objectContaining({ name: "earlier_writes", status: "warning", found: expect.stringContaining(BUDGET) }),
    );
    await vi.waitFor(() => expect(next.stderr.join("")).toContain(`warn: 1 write with unknown outcome (${BUDGET}, `));

    const log = new Binary(["log", "--json"], { HOME: home });
    expect(await log.exited()).toBe(0);
    expect(JSON.parse(log.stdout.join(""))).toMatchObject({ changes: [{ tool: BUDGET, outcome: "unknown" }] });
  });

  it("is not reported after an answer", async () => {
    const server = await connect();
    await change(server, BUDGET, newBudget());
    const next = await connect();
    expect((await call(next, "check_alephant_connection", {})).value.headline).not.toContain("unknown outcome");
    expect(next.stderr.join("")).not.toContain("unknown outcome");
  });
});

describe("C14 alephant-mcp log", () => {
  it("prints what was changed, without any credential", async () => {
    await change(await connect(), BUDGET, newBudget());
    const log = new Binary(["log"], { HOME: home });
    expect(await log.exited()).toBe(0);
    expect(log.stderr).toEqual([]);
    expect(log.stdout.join("\n")).toMatch(/update_key_budget .+ token +applied\n/);
  });

  it("exits with 2 on a wrong line", () => {
    const { status, stdout } = spawnSync(process.execPath, [BINARY, "log", "--limit", "0"], { encoding: "utf8" });
    expect([status, stdout]).toEqual([2, ""]);
  });
});

describe("C15 ALEPHANT_KEY_DELIVERY=file", () => {
  const args = () => newKey("c15 test");
  const env = { ALEPHANT_KEY_DELIVERY: "file" };
  const isUsable = async (secret: string) =>
    (await fetch(`${sandbox.url}/api/v1/cockpit/scope`, { headers: { authorization: `Bearer ${secret}` } })).status;

  it("puts the new key's secret into a private file and nowhere else", async () => {
    const server = await connect({ env });
    const made = await change(server, "create_virtual_key", args());
    const [name = "", ...others] = readdirSync(join(folder(), "keys"));
    expect(others).toEqual([]);
    const path = join(folder(), "keys", name);
    const secret = readFileSync(path, "utf8").trimEnd();
    expect(secret).toMatch(/^vk-/);
    expect(await isUsable(secret)).toBe(200);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(made.text).toContain(path);
    const elsewhere = [made.text, JSON.stringify(made.value), readFileSync(record(), "utf8"), ...server.stderr].join(
      "\n",
    );
    expect(elsewhere).not.toContain(secret);
  });

  it("makes no key when the file cannot be made, and leaves no file when no key was made", async () => {
    mkdirSync(folder(), { recursive: true });
    symlinkSync(join(home, "elsewhere"), join(folder(), "keys"));
    const refused = await change(await connect({ env }), "create_virtual_key", args());
    expect(refused.text).toMatch(/^\[AUDIT_UNAVAILABLE\] .*Nothing was changed\./);
    expect(writes()).toEqual([]);
    rmSync(join(folder(), "keys"));
    sandbox.setFault({ kind: "403", method: "POST", times: "once" });
    expect((await change(await connect({ env }), "create_virtual_key", args())).isError).toBe(true);
    expect(readdirSync(join(folder(), "keys"))).toEqual([]);
  });
});
