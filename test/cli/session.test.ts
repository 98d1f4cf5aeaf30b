import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openSession } from "../../src/cli/session.ts";
import type { Environment } from "../../src/config.ts";
import { ConfigError, type Mode } from "../../src/mode.ts";
import { Secret } from "../../src/secret.ts";
import type { PolicyQuestion } from "../../src/tool/policy.ts";
import { entry, makeScratch, openLog, parsedLines } from "../audit/record.ts";
import { fakeHost } from "./cli-host.ts";

const PAT = "pat_wsabc123_0123456789abcdef0123456789abcdef";
const MANAGER: Environment = {
  ALEPHANT_API_BASE_URL: "https://api.example.com",
  ALEPHANT_PAT: PAT,
  ALEPHANT_WORKSPACE_ID: "550e8400-e29b-41d4-a716-446655440000",
};
const VK: Environment = {
  ALEPHANT_API_BASE_URL: "https://api.example.com",
  ALEPHANT_VIRTUAL_KEY: "vk-agent-0123456789abcdef",
};
const QUESTION: PolicyQuestion = {
  tool: "revoke_virtual_key",
  mode: "manager",
  effect: "change",
  label: "prod-api",
  amountUsd: null,
  targetId: null,
};

let folder: string;
let remove: () => void;
beforeEach(() => {
  ({ folder, remove } = makeScratch());
});
afterEach(() => remove());

async function open(env: Environment, sandbox: Mode | null = null) {
  const forgotten: string[] = [];
  const { host, err: said } = fakeHost({ XDG_STATE_HOME: folder, ...env });
  return { ...(await openSession({ ...host, forget: (name) => forgotten.push(name) }, sandbox)), said, forgotten };
}

const state = (...names: string[]) => join(folder, "alephant-mcp", ...names);

describe("a session", () => {
  it("opens nothing and writes nothing by itself", async () => {
    await open(MANAGER);
    expect(readdirSync(folder)).toEqual([]);
  });

  it("C1 has the credentials removed from the environment", async () => {
    expect((await open(MANAGER)).forgotten).toEqual(["ALEPHANT_VIRTUAL_KEY", "ALEPHANT_PAT"]);
  });

  it("takes its ways from the settings", async () => {
    const usual = (await open(MANAGER)).session;
    expect([usual.confirmWith, usual.keyDelivery, usual.readOnly]).toEqual(["auto", "result", false]);
    const env = { ...MANAGER, ALEPHANT_CONFIRM: "elicit", ALEPHANT_KEY_DELIVERY: "file", ALEPHANT_READ_ONLY: "1" };
    const { session } = await open(env);
    expect([session.confirmWith, session.keyDelivery, session.readOnly]).toEqual(["elicit", "file", true]);
  });

  it("says at start which tools are listed, when not all are", async () => {
    expect((await open(MANAGER)).summary).not.toContain("tools of");
    const { session, summary } = await open({ ...MANAGER, ALEPHANT_TOOLSETS: "finops,core" });
    expect(session.toolsets).toEqual(["core", "finops"]);
    expect(summary).toContain("manager mode, tools of core + finops only, ");
  });

  it("allows every change without rules, and asks the rules of the file otherwise", async () => {
    const { signal } = new AbortController();
    expect(await (await open(MANAGER)).session.policy.decide(QUESTION, signal)).toMatchObject({ decision: "allow" });
    const path = join(folder, "rules.json");
    const rule = { tool: "revoke_virtual_key", label: "prod-*", decision: "deny", reason: "In production." };
    writeFileSync(path, JSON.stringify({ version: 1, rules: [rule] }));
    const { session, summary } = await open({ ...MANAGER, ALEPHANT_POLICY_FILE: path });
    expect(await session.policy.decide(QUESTION, signal)).toEqual({ decision: "deny", reason: "In production." });
    expect(summary).toMatch(/, 1 rule on changes$/);
  });

  it.each([
    ["manager", MANAGER, null],
    ["vk", VK, null],
    ["the sandbox", {}, "manager"],
  ] as const)("of %s does not open with rules that are wrong", async (_what, env, sandbox) => {
    const path = join(folder, "rules.json");
    writeFileSync(path, "{}");
    await expect(open({ ...env, ALEPHANT_POLICY_FILE: path }, sandbox)).rejects.toThrow(ConfigError);
  });
});

describe("C14 the session's record of changes", () => {
  it("is written under the credential's fingerprint, without the credential", async () => {
    const { session } = await open(MANAGER);
    await (await session.audit()).record(entry({ args: { label: `x ${PAT}` } }));
    expect(parsedLines(state("audit.jsonl"))).toMatchObject([{ principal: new Secret(PAT).fingerprint(), seq: 1 }]);
    expect(session.principal).toBe(new Secret(PAT).fingerprint());
    expect(readFileSync(state("audit.jsonl"), "utf8")).not.toContain(PAT);
  });

  it("is one for all its changes", async () => {
    const { session } = await open(MANAGER);
    await (await session.audit()).record(entry());
    await (await session.audit()).record(entry());
    expect(parsedLines(state("audit.jsonl")).map(({ seq }) => seq)).toEqual([1, 2]);
  });

  it("is where ALEPHANT_AUDIT_FILE says", async () => {
    const path = join(folder, "chosen", "changes.jsonl");
    const { session } = await open({ ...MANAGER, ALEPHANT_AUDIT_FILE: path });
    await (await session.audit()).record(entry());
    expect([parsedLines(path).length, existsSync(state())]).toEqual([1, false]);
  });

  it.each([
    ["the usual place", undefined, () => state("audit-sandbox.jsonl")],
    ["beside a chosen one", "changes.jsonl", () => join(folder, "audit-sandbox.jsonl")],
  ])("of simulated changes is a file of its own: %s", async (_what, chosen, path) => {
    const env = chosen === undefined ? {} : { ALEPHANT_AUDIT_FILE: join(folder, chosen) };
    const { session } = await open(env, "manager");
    await (await session.audit()).record(entry());
    expect(parsedLines(path())).toMatchObject([{ principal: "sandbox" }]);
    expect(readdirSync(folder)).toHaveLength(1);
  });

  it("is refused without any place for it, and reads are not concerned", async () => {
    const { session } = await open({ ...MANAGER, XDG_STATE_HOME: "", HOME: "nowhere" });
    await expect((await session.audit()).record(entry())).rejects.toThrow(/names no home folder/);
    expect(await session.unknownWrites()).toEqual([]);
  });

  it("finds the unanswered writes of the last seven days, and only in manager mode", async () => {
    const daysAgo = (days: number) => () => new Date(Date.now() - days * 86_400_000);
    const path = state("audit.jsonl");
    await openLog(path, { now: daysAgo(8) }).record(entry({ planId: "old" }));
    await openLog(path, { now: daysAgo(6) }).record(entry({ planId: "new", tool: "revoke_virtual_key" }));
    expect(await (await open(MANAGER)).session.unknownWrites()).toMatchObject([{ tool: "revoke_virtual_key" }]);
    expect(await (await open(VK)).session.unknownWrites()).toEqual([]);
  });

  it("says on stderr that it cannot be read, and goes on", async () => {
    writeFileSync(join(folder, "alephant-mcp"), "");
    const { session, said } = await open(MANAGER);
    expect(await session.unknownWrites()).toEqual([]);
    expect(said).toEqual(["alephant-mcp warn: the record of changes cannot be read problem=ENOTDIR"]);
  });

  it("has a place for a new key's secret beside it", async () => {
    const { session } = await open(MANAGER);
    const file = await session.reserveKeyFile();
    expect(await file.deliver(new Secret("vk-agent-0123456789abcdefABCDEF"))).toContain(state("keys", "new-key-"));
  });
});
