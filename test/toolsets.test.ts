import { afterEach, describe, expect, it } from "vitest";
import type { Mode } from "../src/mode.ts";
import { TOOLS } from "../src/tools/index.ts";
import { TOOLSETS, TOOLSETS_OF, type Toolset } from "../src/toolset.ts";
import { connect, type Harness, type HarnessOptions } from "./harness/client.ts";

const ID = "3f2a9c1e-7b4d-4e8a-9c1f-0a1b2c3d4e5f";
const open: Harness[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((harness) => harness.close()));
});

/** A list, a prompt and an unknown name need no service. */
async function connected(mode: Mode, settings: Partial<HarnessOptions> = {}): Promise<Harness> {
  const harness = await connect({
    mode,
    baseUrl: "http://127.0.0.1:9",
    credential: "not-needed",
    workspaceId: ID,
    ...settings,
  });
  open.push(harness);
  return harness;
}

async function namesIn(harness: Harness): Promise<string[]> {
  return (await harness.client.listTools()).tools.map(({ name }) => name);
}

const MEMBERS: Record<Toolset, readonly string[]> = {
  core: [
    "check_alephant_connection",
    "get_usage_summary",
    "get_daily_costs",
    "get_cost_by_model",
    "list_available_models",
    "get_my_scope",
  ],
  keys: ["list_virtual_keys", "create_virtual_key", "update_key_budget", "revoke_virtual_key"],
  analytics: [
    "get_my_recent_requests",
    "get_workspace_overview",
    "get_live_24h",
    "get_usage_timeseries",
    "get_sparklines",
    "list_agents",
    "get_agent_analytics",
    "list_members",
    "get_member_analytics",
    "list_departments",
    "get_department_analytics",
  ],
  finops: [
    "diagnose_cost_anomaly",
    "get_executive_dashboard",
    "drill_down_spend",
    "find_idle_resources",
    "compare_entity_periods",
  ],
  policy: ["get_my_budget", "get_workspace_budget_status", "get_subscription_info", "set_budget_policy"],
};

describe("the sets", () => {
  it("hold every tool once", () => {
    const bySet = TOOLSETS.map((set) => [set, TOOLS.filter(({ toolset }) => toolset === set).map(({ name }) => name)]);
    expect(Object.fromEntries(bySet)).toEqual(MEMBERS);
  });

  it.each(["vk", "manager"] as const)("of %s mode are those that have a tool in it", (mode) => {
    const used = TOOLSETS.filter((set) => TOOLS.some(({ toolset, modes }) => toolset === set && modes.includes(mode)));
    expect(TOOLSETS_OF[mode]).toEqual(used);
  });
});

describe("a narrowed list", () => {
  const ROWS = (["vk", "manager"] as const).flatMap((mode) => TOOLSETS_OF[mode].map((set) => ({ mode, set })));

  it.each(ROWS)("$mode $set: its tools and no others, in the usual order", async ({ mode, set }) => {
    const usual = await namesIn(await connected(mode));
    const names = await namesIn(await connected(mode, { toolsets: [set] }));
    expect(names).toEqual(usual.filter((name) => MEMBERS[set].includes(name)));
    expect(names.length).toBeGreaterThan(0);
  });

  it("read-only wins: no set brings a changing tool back", async () => {
    const names = await namesIn(await connected("manager", { toolsets: ["keys", "policy"], readOnly: true }));
    expect(names).toEqual(["list_virtual_keys", "get_workspace_budget_status", "get_subscription_info"]);
  });

  it("a hidden tool reads like any unknown name", async () => {
    const harness = await connected("manager", { toolsets: ["core"] });
    const unknown = await harness.call("no_such_tool");
    const listed = await namesIn(harness);
    for (const { name } of TOOLS) if (!listed.includes(name)) expect(await harness.call(name)).toEqual(unknown);
  });

  it.each(ROWS)("$mode $set: no text names a tool that is not listed", async ({ mode, set }) => {
    const { client } = await connected(mode, { toolsets: [set] });
    const { tools } = await client.listTools();
    const text = `${JSON.stringify(tools)} ${client.getInstructions()}`;
    const hidden = TOOLS.filter(({ name }) => !tools.some((tool) => tool.name === name)).map(({ name }) => name);
    expect(hidden.filter((name) => new RegExp(`\\b${name}\\b`).test(text))).toEqual([]);
    for (const { description, inputSchema } of tools) {
      expect(description).toMatch(/^[A-Z][^;]*.*\.$/);
      for (const parameter of Object.values(inputSchema.properties ?? {})) {
        expect(parameter).toMatchObject({ description: expect.stringMatching(/^[A-Z].{9,}\.$/) });
      }
    }
  });
});

describe("what depends on the list", () => {
  it.each([
    ["manager", TOOLSETS, ["cost_audit_report", "cost_optimization", "workspace_health_check", "cost_deep_dive"]],
    ["manager", ["core", "analytics", "finops", "policy"], ["cost_audit_report"]],
    ["manager", ["core", "keys"], []],
    ["vk", TOOLSETS, ["cost_audit_report"]],
    ["vk", ["core", "policy"], ["cost_audit_report"]],
    ["vk", ["core", "analytics"], []],
  ] as const)("%s %j: only prompts whose calls can all be made", async (mode, toolsets, expected) => {
    const { client } = await connected(mode, { toolsets });
    expect((await client.listPrompts()).prompts.map(({ name }) => name)).toEqual(expected);
    if (expected.length > 0) return;
    const asked = client.getPrompt({ name: "cost_audit_report" });
    await expect(asked).rejects.toThrow("There is no prompt of that name here.");
  });

  it.each([
    ["vk", TOOLSETS, false, "read-only. Start with get_my_scope. Quote"],
    ["vk", ["keys", "policy"], false, "read-only. ALEPHANT_TOOLSETS lists only these sets: policy. Quote"],
    [
      "manager",
      TOOLSETS,
      false,
      "start with get_usage_summary. For a report start with get_executive_dashboard. Quote",
    ],
    ["manager", ["finops"], false, "get_executive_dashboard. ALEPHANT_TOOLSETS lists only these sets: finops. Quote"],
    ["manager", ["keys"], false, "workspace. ALEPHANT_TOOLSETS lists only these sets: keys. Quote"],
    ["manager", TOOLSETS, true, "a null is unknown, not zero."],
  ] as const)("%s %j, read-only %j: the instructions", async (mode, toolsets, readOnly, expected) => {
    const text = (await connected(mode, { toolsets, readOnly })).client.getInstructions() ?? "";
    expect(text).toContain(expected);
    expect(text.length).toBeLessThan(500);
    expect(text.endsWith("wait for a yes.")).toBe(mode === "manager" && !readOnly);
  });
});
