import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Mode } from "../../src/mode.ts";
import { type Sandbox, startSandbox } from "../../src/sandbox/serve.ts";
import { TOOLS } from "../../src/tools/index.ts";
import { argumentsOf } from "../harness/arguments.ts";
import { WRITE_TOOLS, writeCase } from "../harness/writes.ts";
import { Binary } from "./binary.ts";

const HOOK = `--import=${new URL("./connections.mjs", import.meta.url).href}`;

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

function environment(mode: Mode): Record<string, string> {
  const { credentials, url } = sandbox;
  const access =
    mode === "vk"
      ? { ALEPHANT_VIRTUAL_KEY: credentials.virtualKeys.agent }
      : { ALEPHANT_PAT: credentials.pats.admin, ALEPHANT_WORKSPACE_ID: credentials.workspaceId };
  return { ALEPHANT_API_BASE_URL: url, ALEPHANT_RATE_LIMIT_RPM: "0", NODE_OPTIONS: HOOK, ...access };
}

/** Starts the program, makes the calls one by one, ends it. @returns where it opened sockets to */
async function targetsOf(
  args: readonly string[],
  env: Record<string, string>,
  calls: readonly { name: string; arguments: Record<string, unknown> }[],
): Promise<string[]> {
  const binary = new Binary(args, env);
  const clientInfo = { name: "t", version: "1" };
  const params = { protocolVersion: "2025-11-25", capabilities: {}, clientInfo };
  binary.send({ jsonrpc: "2.0", id: 1, method: "initialize", params });
  await binary.waitForId(1);
  binary.send({ jsonrpc: "2.0", id: 2, method: "tools/list" });
  binary.send({ jsonrpc: "2.0", id: 3, method: "prompts/list" });
  await Promise.all([binary.waitForId(2), binary.waitForId(3)]);
  for (const [i, call] of calls.entries()) {
    binary.send({ jsonrpc: "2.0", id: 10 + i, method: "tools/call", params: call });
    expect(await binary.waitForId(10 + i)).not.toMatchObject({ result: { isError: true } });
  }
  expect(await binary.endInput()).toBe(0);
  const line = binary.stderr.find((each) => each.startsWith("{")) ?? "{}";
  const { targets }: { targets?: string[] } = JSON.parse(line);
  if (targets === undefined) throw new Error("the hook told nothing");
  return targets;
}

function reads(mode: Mode) {
  return TOOLS.filter(({ effect, modes }) => effect === "read" && modes.includes(mode)).map(({ name }) => ({
    name,
    arguments: argumentsOf(name, sandbox)[0] ?? {},
  }));
}

describe("S6 where the program opens sockets to", () => {
  it.each(["vk", "manager"] as const)("%s mode: nowhere before the first call", async (mode) => {
    expect(await targetsOf([], environment(mode), [])).toEqual([]);
  });

  it.each(["vk", "manager"] as const)("%s mode: to the configured service alone", async (mode) => {
    const plans = WRITE_TOOLS.map((tool) => ({ name: tool, arguments: writeCase(sandbox, tool).args }));
    const calls = mode === "vk" ? reads(mode) : [...reads(mode), ...plans];
    expect(calls.length).toBe(mode === "vk" ? 8 : 27);
    expect(await targetsOf([], environment(mode), calls)).toEqual([new URL(sandbox.url).host]);
  });

  it("with the sandbox inside: to this machine alone", async () => {
    const targets = await targetsOf(["--sandbox=vk"], { NODE_OPTIONS: HOOK }, [
      { name: "get_my_scope", arguments: {} },
      { name: "get_usage_summary", arguments: {} },
    ]);
    expect(targets).toEqual([expect.stringMatching(/^127\.0\.0\.1:\d+$/)]);
  });

  it("the test can tell: an address of the world is seen, and not let through", async () => {
    const env = { ...environment("vk"), ALEPHANT_API_BASE_URL: "https://service.example" };
    const binary = new Binary(["doctor"], env);
    await binary.exited();
    expect(binary.stderr.join("\n")).toContain('{"targets":["service.example:443"]}');
  });
});
