import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { type ClientCapabilities, ElicitRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import type { Mode } from "../../src/mode.ts";
import { type Sandbox, startSandbox } from "../../src/sandbox/serve.ts";
import { SURFACE } from "../../src/surface.ts";
import { listsFor } from "../../src/tool/surface.ts";
import { TOOLSETS } from "../../src/toolset.ts";
import { BINARY, Binary, HOME } from "./binary.ts";

let sandbox: Sandbox;

beforeAll(async () => {
  expect(existsSync(BINARY), "run npm run build first").toBe(true);
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

function environment(mode: Mode): Record<string, string> {
  const { credentials, url } = sandbox;
  const shared = { ALEPHANT_API_BASE_URL: url, ALEPHANT_RATE_LIMIT_RPM: "0", HOME };
  return mode === "vk"
    ? { ...shared, ALEPHANT_VIRTUAL_KEY: credentials.virtualKeys.agent }
    : { ...shared, ALEPHANT_PAT: credentials.pats.admin, ALEPHANT_WORKSPACE_ID: credentials.workspaceId };
}

async function connect(mode: Mode, capabilities: ClientCapabilities = {}): Promise<Client> {
  const client = new Client({ name: "e2e", version: "1" }, { capabilities });
  await client.connect(
    new StdioClientTransport({ command: process.execPath, args: [BINARY], env: environment(mode), stderr: "pipe" }),
  );
  return client;
}

/** Arguments for the tools that need some, from what the sandbox holds. */
function neededArguments(): Record<string, Record<string, unknown>> {
  const [agent] = sandbox.dataset.ids("agents");
  const [member] = sandbox.dataset.ids("members");
  const [department] = sandbox.dataset.ids("departments");
  const [masterKey] = sandbox.dataset.ids("masterKeys");
  const keyId = sandbox.credentials.keyIds.member;
  return {
    get_agent_analytics: { agent_id: agent },
    get_member_analytics: { member_id: member },
    get_department_analytics: { department_id: department },
    get_usage_timeseries: { metric: "cost" },
    drill_down_spend: { dimension: "department" },
    compare_entity_periods: { entity_type: "agent", entity_id: agent },
    create_virtual_key: { label: "e2e key", master_key_id: masterKey, budget_usd: 25, rate_limit_rpm: 60 },
    update_key_budget: { key_id: keyId, budget_usd: 321.5, budget_action: "block" },
    revoke_virtual_key: { key_id: keyId },
    set_budget_policy: { budget_usd: 12345, action: "alert_only" },
  };
}

describe.each(["vk", "manager"] as const)("the built binary in %s mode", (mode) => {
  it("answers every tool over stdio with text equal to structure", async () => {
    const client = await connect(mode);
    const { tools } = await client.listTools();
    expect(tools).toHaveLength(mode === "vk" ? 8 : 27);
    const args = neededArguments();
    for (const { name } of tools) {
      const result = await client.callTool({ name, arguments: args[name] ?? {} });
      const [block] = Array.isArray(result.content) ? result.content : [];
      expect(result.isError, `${name}: ${block?.text}`).toBeFalsy();
      expect(block.text, name).toBe(JSON.stringify(result.structuredContent));
      expect(Buffer.byteLength(block.text), name).toBeLessThanOrEqual(8_000);
      expect(block.text, name).not.toContain(environment(mode).ALEPHANT_PAT ?? "vk-never");
    }
    await client.close();
  });

  it("lists, from what was made at build time, what the code says", async () => {
    const binary = new Binary([], environment(mode));
    binary.send({ jsonrpc: "2.0", id: 1, method: "initialize", params: INITIALIZE });
    binary.send({ jsonrpc: "2.0", id: 2, method: "tools/list" });
    binary.send({ jsonrpc: "2.0", id: 3, method: "prompts/list" });
    const { tools, prompts } = listsFor(SURFACE, { mode, readOnly: false, toolsets: TOOLSETS });
    expect(await binary.waitForId(2)).toEqual({ jsonrpc: "2.0", id: 2, result: { tools } });
    expect(await binary.waitForId(3)).toEqual({ jsonrpc: "2.0", id: 3, result: { prompts } });
    expect(await binary.endInput()).toBe(0);
  });

  it("offers its prompts", async () => {
    const client = await connect(mode);
    const { prompts } = await client.listPrompts();
    expect(prompts).toHaveLength(mode === "vk" ? 1 : 4);
    const { messages } = await client.getPrompt({ name: "cost_audit_report" });
    expect(messages).toHaveLength(1);
    await client.close();
  });
});

describe("a change over stdio", () => {
  const CHANGES = ["create_virtual_key", "update_key_budget", "revoke_virtual_key", "set_budget_policy"];
  const changesSeen = () => sandbox.hits().filter(({ method }) => method !== "GET").length;
  const answered = z.object({ status: z.string(), confirmation: z.object({ token: z.string() }).optional() });

  it("takes two calls of a client that cannot ask", async () => {
    sandbox.reset();
    const client = await connect("manager");
    for (const name of CHANGES) {
      sandbox.resetHits();
      const args = neededArguments()[name];
      const plan = answered.parse((await client.callTool({ name, arguments: args })).structuredContent);
      expect([plan.status, changesSeen()]).toEqual(["confirmation_required", 0]);
      const confirmed = { ...args, confirmation_token: plan.confirmation?.token };
      const done = answered.parse((await client.callTool({ name, arguments: confirmed })).structuredContent);
      expect([done.status, changesSeen()]).toEqual(["applied", 1]);
    }
    await client.close();
  });

  it("takes the yes of a person whose client asks", async () => {
    sandbox.reset();
    const client = await connect("manager", { elicitation: {} });
    const questions: string[] = [];
    client.setRequestHandler(ElicitRequestSchema, ({ params }) => {
      questions.push(params.message);
      return { action: "accept", content: { confirm: /type (.+) exactly\./.exec(params.message)?.[1] ?? "" } };
    });
    const name = "set_budget_policy";
    const result = await client.callTool({ name, arguments: neededArguments()[name] });
    expect(answered.parse(result.structuredContent).status).toBe("applied");
    expect(questions).toHaveLength(1);
    await client.close();
  });
});

describe("life and death", () => {
  it("C19 writes nothing but JSON-RPC to stdout and ends within a second of its stdin", async () => {
    const binary = new Binary([], environment("manager"));
    binary.send({ jsonrpc: "2.0", id: 1, method: "initialize", params: INITIALIZE });
    await binary.waitForId(1);
    binary.send({ jsonrpc: "2.0", method: "notifications/initialized" });
    binary.send({ jsonrpc: "2.0", id: 2, method: "tools/list" });
    binary.send({
      jsonrpc: "2.0",
      id: 3,
      method: "tools/call",
      params: { name: "get_workspace_overview", arguments: {} },
    });
    binary.send({ jsonrpc: "2.0", id: 4, method: "server/discover" });
    binary.raw("this is not JSON\n");
    await binary.waitForId(3);
    await binary.waitForId(4);
    const started = performance.now();
    const code = await binary.endInput();
    expect(code).toBe(0);
    expect(performance.now() - started).toBeLessThan(3_000);
    for (const line of binary.stdout) expect(JSON.parse(line)).toMatchObject({ jsonrpc: "2.0" });
    expect(binary.stderr[0]).toContain("manager mode");
  });

  it("contacts nobody before the first tool call", async () => {
    sandbox.resetHits();
    const client = await connect("vk");
    await client.listTools();
    await client.listPrompts();
    expect(sandbox.hits()).toEqual([]);
    await client.close();
  });

  it.each(["SIGTERM", "SIGINT", "SIGHUP"] as const)("ends with 0 on %s", async (signal) => {
    const binary = new Binary(["--sandbox=vk"]);
    binary.send({ jsonrpc: "2.0", id: 1, method: "initialize", params: INITIALIZE });
    await binary.waitForId(1);
    expect(await binary.kill(signal)).toBe(0);
  });

  it("says that it is the sandbox, in its title and in every answer", async () => {
    const client = new Client({ name: "e2e", version: "1" });
    await client.connect(
      new StdioClientTransport({
        command: process.execPath,
        args: [BINARY, "--sandbox"],
        env: { HOME },
        stderr: "pipe",
      }),
    );
    expect(client.getServerVersion()?.title).toContain("sandbox");
    const result = await client.callTool({ name: "get_usage_summary", arguments: { wait_for_previous: true } });
    expect(result.isError).toBeFalsy();
    expect(result.structuredContent).toMatchObject({ sandbox: true });
    await client.close();
  });
});

const INITIALIZE = { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "e2e", version: "1" } };

describe("refusals at the start", () => {
  const SECRET = "pat_ws000000_e2eSECRETe2eSECRETe2e";
  const BASE = { ALEPHANT_API_BASE_URL: "http://127.0.0.1:4999" };
  const WORKSPACE = { ALEPHANT_WORKSPACE_ID: "550e8400-e29b-41d4-a716-446655440000" };
  const ROWS: readonly (readonly [string, string[], Record<string, string>, RegExp])[] = [
    ["no credentials", [], {}, /ALEPHANT_VIRTUAL_KEY and ALEPHANT_PAT are both unset[\s\S]*--sandbox/],
    ["no base URL", [], { ALEPHANT_VIRTUAL_KEY: "vk-agent-0123456789" }, /ALEPHANT_API_BASE_URL is not set/],
    ["a PAT without its workspace", [], { ...BASE, ALEPHANT_PAT: SECRET }, /ALEPHANT_WORKSPACE_ID is missing/],
    ["a PAT as a virtual key", [], { ...BASE, ALEPHANT_VIRTUAL_KEY: SECRET }, /ALEPHANT_VIRTUAL_KEY holds .*pat_/],
    [
      "a placeholder",
      [],
      { ...BASE, ...WORKSPACE, ALEPHANT_PAT: `\${ALEPHANT_PAT}` },
      /ALEPHANT_PAT holds an unexpanded/,
    ],
    [
      "a guessed rate limit",
      [],
      { ...BASE, ALEPHANT_VIRTUAL_KEY: "vk-agent-0123456789", ALEPHANT_RATE_LIMIT_RPM: "fast" },
      /ALEPHANT_RATE_LIMIT_RPM/,
    ],
    ["a credential as an argument", [`--token=${SECRET}`], {}, /visible to every process/],
    ["an unknown flag", ["--sandbx"], {}, /--sandbox/],
  ];
  it.each(ROWS)("%s: exit 2 and a clear line, never the value", async (_what, args, env, message) => {
    const binary = new Binary(args, env);
    expect(await binary.exited()).toBe(2);
    expect(binary.stdout).toEqual([]);
    const text = binary.stderr.join("\n");
    expect(text).toMatch(message);
    expect(text).not.toContain("SECRET");
    expect(binary.stderr.length).toBeLessThanOrEqual(3);
  });

  const fixture = fileURLToPath(new URL("./stdio.test.ts", import.meta.url));
  it("a credential file that others may read", async () => {
    const binary = new Binary([], { ...BASE, ...WORKSPACE, ALEPHANT_PAT_FILE: fixture });
    expect(await binary.exited()).toBe(2);
    expect(binary.stderr.join("\n")).toMatch(/ALEPHANT_PAT_FILE names a file that other users may read/);
  });
});
