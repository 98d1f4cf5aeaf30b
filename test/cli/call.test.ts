import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { runCall } from "../../src/cli/call.ts";
import type { AskLine } from "../../src/cli/terminal-line.ts";
import { type Sandbox, startSandbox } from "../../src/sandbox/serve.ts";
import { fakeHost, sandboxEnvironment } from "./cli-host.ts";

let sandbox: Sandbox;
let folder: string;
beforeAll(async () => {
  sandbox = await startSandbox();
  folder = mkdtempSync(join(tmpdir(), "alephant-call-"));
});
afterAll(async () => {
  await sandbox.close();
  rmSync(folder, { recursive: true });
});

async function call(tool: string, json = "{}", mode: "vk" | "manager" = "manager") {
  const { host, output, out, err } = fakeHost(sandboxEnvironment(sandbox, mode));
  const code = await runCall({ command: "call", tool, json, sandbox: null }, host, { output, askLine: null });
  return { code, out: out.join(""), err: err.join("\n") };
}

it("prints the result of one tool as one line of JSON", async () => {
  const { code, out, err } = await call("get_usage_summary", '{"period":"7d"}');
  expect([code, err]).toEqual([0, ""]);
  expect(out.split("\n")).toHaveLength(2);
  expect(JSON.parse(out)).toMatchObject({ headline: expect.any(String), basis: { window: { days: 7 } } });
});

it("an error of the tool goes to stderr and ends with 1", async () => {
  expect(await call("get_usage_summary", '{"periode":"7d"}')).toEqual({
    code: 1,
    out: "",
    err: expect.stringMatching(/^\[INVALID_ARGUMENT\] Unknown argument "periode"/),
  });
});

it.each(["", "[]", "7", "null", "{'a': 1}"])("%j is no JSON object", async (json) => {
  expect(await call("get_usage_summary", json)).toMatchObject({
    code: 2,
    out: "",
    err: expect.stringContaining("JSON object"),
  });
});

it("knows the tools of its mode only", async () => {
  expect(await call("list_agents", "{}", "vk")).toMatchObject({
    code: 2,
    out: "",
    err: expect.stringContaining("alephant-mcp tools"),
  });
});

it("knows the tools of its sets only", async () => {
  const { host, output, err } = fakeHost({ ALEPHANT_TOOLSETS: "finops" });
  const run = { command: "call", tool: "list_agents", json: "{}", sandbox: "manager" } as const;
  expect(await runCall(run, host, { output, askLine: null })).toBe(2);
  expect(err.join()).toContain("there is no tool of that name here");
});

it("works without an account on the embedded sandbox", async () => {
  const { host, output, out } = fakeHost({});
  expect(
    await runCall({ command: "call", tool: "get_my_scope", json: "{}", sandbox: "vk" }, host, {
      output,
      askLine: null,
    }),
  ).toBe(0);
  expect(JSON.parse(out.join(""))).toMatchObject({ sandbox: true });
});

it("an interruption ends the call", async () => {
  const { host, output, err } = fakeHost(sandboxEnvironment(sandbox, "manager"));
  const running = runCall({ command: "call", tool: "get_usage_summary", json: "{}", sandbox: null }, host, {
    output,
    askLine: null,
  });
  host.target.emit("SIGINT");
  expect(await running).toBe(1);
  expect(err.join("")).toContain("[CANCELLED]");
  expect(host.target.listenerCount("SIGINT")).toBe(0);
});

it("a change is confirmed at the terminal, by the words that the question names", async () => {
  const args = JSON.stringify({ key_id: sandbox.credentials.keyIds.member, budget_usd: 321.5, budget_action: "block" });
  const env = { ...sandboxEnvironment(sandbox, "manager"), ALEPHANT_PAT: sandbox.credentials.pats.admin };
  const change = async (askLine: AskLine | null) => {
    const { host, output, out, err } = fakeHost({ ...env, ALEPHANT_AUDIT_FILE: join(folder, "audit.jsonl") });
    const code = await runCall({ command: "call", tool: "update_key_budget", json: args, sandbox: null }, host, {
      output,
      askLine,
    });
    return { code, out: out.join(""), err: err.join("\n") };
  };
  expect(await change(null)).toMatchObject({ code: 2, err: expect.stringContaining("nobody sits at a terminal") });
  expect(await change(async () => "")).toMatchObject({ code: 1, err: expect.stringContaining("[NOT_CONFIRMED]") });
  const questions: string[] = [];
  const done = await change(async (question) => {
    questions.push(question);
    return /To approve, type (.+) exactly/.exec(question)?.[1] ?? "yes";
  });
  expect(done).toMatchObject({ code: 0, out: expect.stringContaining("321.5") });
  expect(questions).toHaveLength(1);
});
