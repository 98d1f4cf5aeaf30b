import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Sandbox, startSandbox } from "../../src/sandbox/serve.ts";
import { Program, settings, until } from "./program.ts";

let sandbox: Sandbox;
const started: Program[] = [];

beforeAll(async () => {
  sandbox = await startSandbox();
});
afterEach(() => {
  for (const program of started.splice(0)) program.child.kill("SIGKILL");
  sandbox.reset();
});
afterAll(() => sandbox.close());

async function start(env: Record<string, string>, capabilities: object = {}): Promise<Program> {
  const program = new Program(env);
  started.push(program);
  return program.ready(capabilities);
}

/** The token of the plan that a call has asked for. */
async function tokenOf(program: Program, id: number): Promise<unknown> {
  const plan = (await program.answer(id)).result?.structuredContent?.confirmation;
  return typeof plan === "object" && plan !== null && "token" in plan ? plan.token : "none";
}

const IDS = [0, "", 5] as const;
const writes = () => sandbox.hits().filter(({ method }) => method !== "GET");

/** A change that has reached the service, which takes `delayMs` to make it. */
async function changing(env: Record<string, string>, delayMs: number): Promise<Program> {
  const program = await start(env);
  const args = { key_id: sandbox.credentials.keyIds.member, budget_usd: 321.5, budget_action: "block" };
  program.call(1, "update_key_budget", args);
  const token = await tokenOf(program, 1);
  sandbox.setFault({ kind: "slow", delayMs, method: "PATCH" });
  program.call(2, "update_key_budget", { ...args, confirmation_token: token });
  await until(() => sandbox.hits().some(({ method }) => method === "PATCH"));
  return program;
}

const budget = () => sandbox.dataset.stateOf(sandbox.credentials.keyIds.member)?.budgetUsd;

function recorded(env: Record<string, string>): { event: string; outcome?: string }[] {
  const file = join(env.XDG_STATE_HOME ?? "", "alephant-mcp", "audit.jsonl");
  return readFileSync(file, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
}

describe("row 54 killed in the middle of a change", () => {
  it("says at the next start that its outcome is unknown, and until then wrote once", async () => {
    const env = settings(sandbox);
    const program = await changing(env, 60_000);
    program.child.kill("SIGKILL");
    await program.end(0);
    const next = await start(env);
    await until(() => next.stderr.includes("1 write with unknown outcome (update_key_budget"));
    expect(sandbox.hits().filter(({ method }) => method === "PATCH")).toHaveLength(1);
    expect(recorded(env).map(({ event }) => event)).not.toContain("result");
  }, 30_000);
});

describe("row 49 the client goes while a change is under way", () => {
  const endings: readonly (readonly [string, number, (program: Program) => void])[] = [
    ["end of stdin", 0, (program) => void program.child.stdin.end()],
    ["SIGTERM", 0, (program) => void program.child.kill("SIGTERM")],
    ["a line over 10 MB", 1, (program) => program.raw("a".repeat(11 * 1024 * 1024))],
  ];
  it.each(endings)(
    "%s: it is waited for, and its result is recorded",
    async (_, exit, end) => {
      const env = settings(sandbox);
      const program = await changing(env, 500);
      const from = performance.now();
      end(program);
      const { code, ms } = await program.end(from);
      expect([code, budget()]).toEqual([exit, 321.5]);
      expect(ms).toBeLessThan(3_500);
      expect(recorded(env).at(-1)).toMatchObject({ event: "result", outcome: "applied" });
    },
    30_000,
  );

  it("a change that takes longer is left behind after two seconds, as unknown", async () => {
    const env = settings(sandbox);
    const program = await changing(env, 60_000);
    const from = performance.now();
    program.child.stdin.end();
    const { code, ms } = await program.end(from);
    expect(code).toBe(0);
    expect(ms).toBeLessThan(4_000);
    const next = await start(env);
    await until(() => next.stderr.includes("1 write with unknown outcome"));
  }, 30_000);
});

describe("row 61 a change that is cancelled", () => {
  const args = (budget_usd: number) => ({
    ...{ key_id: sandbox.credentials.keyIds.member, budget_usd, budget_action: "block" },
  });

  it.each(IDS)(
    "C11 C13 call %j, while the person is asked: a late yes changes nothing",
    async (id) => {
      const program = await start(settings(sandbox), { elicitation: {} });
      program.call(id, "update_key_budget", args(42));
      const { id: questionId } = await program.question();
      program.say({ method: "notifications/cancelled", params: { requestId: id } });
      program.say({ id: questionId, result: { action: "accept", content: { confirm: "SET 42.00" } } });
      program.call("next", "get_subscription_info");
      await program.answer("next");
      await new Promise((resolve) => setTimeout(resolve, 500));
      expect(writes()).toEqual([]);
      expect(program.messages.filter((message) => message.id === id && message.method === undefined)).toEqual([]);
    },
    20_000,
  );

  it.each(IDS)(
    "C12 C13 call %j, while it waits for its turn: it does not leave",
    async (id) => {
      const program = await start(settings(sandbox));
      for (const [plan, usd] of [51, 52].entries()) program.call(100 + plan, "update_key_budget", args(usd));
      const [first, second] = [await tokenOf(program, 100), await tokenOf(program, 101)];
      sandbox.setFault({ kind: "slow", delayMs: 1_000, method: "PATCH" });
      program.call(102, "update_key_budget", { ...args(51), confirmation_token: first });
      await until(() => writes().length === 1);
      program.call(id, "update_key_budget", { ...args(52), confirmation_token: second });
      program.say({ method: "notifications/cancelled", params: { requestId: id } });
      await program.answer(102);
      sandbox.clearFaults();
      program.call("next", "get_subscription_info");
      await program.answer("next");
      await new Promise((resolve) => setTimeout(resolve, 2_500));
      expect(writes()).toHaveLength(1);
      expect(program.messages.filter((message) => message.id === id)).toEqual([]);
    },
    30_000,
  );
});
