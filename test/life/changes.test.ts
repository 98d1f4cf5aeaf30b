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

async function start(env: Record<string, string>): Promise<Program> {
  const program = new Program(env);
  started.push(program);
  return program.ready();
}

/** A change that has reached the service, which takes `delayMs` to make it. */
async function changing(env: Record<string, string>, delayMs: number): Promise<Program> {
  const program = await start(env);
  const args = { key_id: sandbox.credentials.keyIds.member, budget_usd: 321.5, budget_action: "block" };
  program.call(1, "update_key_budget", args);
  const plan = (await program.answer(1)).result?.structuredContent?.confirmation;
  const token = typeof plan === "object" && plan !== null && "token" in plan ? plan.token : "none";
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
  it.each([
    ["end of stdin", (program: Program) => void program.child.stdin.end()],
    ["SIGTERM", (program: Program) => void program.child.kill("SIGTERM")],
  ])(
    "%s: it is waited for, and its result is recorded",
    async (_, end) => {
      const env = settings(sandbox);
      const program = await changing(env, 500);
      const from = performance.now();
      end(program);
      const { code, ms } = await program.end(from);
      expect([code, budget()]).toEqual([0, 321.5]);
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
