import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { encode } from "gpt-tokenizer/encoding/o200k_base";
import { describe, expect, it } from "vitest";
import type { Mode } from "../../src/mode.ts";
import { SURFACE } from "../../src/surface.ts";
import { listsFor } from "../../src/tool/surface.ts";
import { type WireTool, wireTool } from "../../src/tool/wire.ts";
import { TOOLS } from "../../src/tools/index.ts";
import { TOOLSETS } from "../../src/toolset.ts";

const SHARED = [
  "check_alephant_connection()",
  "get_usage_summary(period,from,to)",
  "get_daily_costs(period,from,to)",
  "get_cost_by_model(period,from,to,limit)",
  "list_available_models(search,provider,limit,offset)",
];
const VK = ["get_my_scope()", "get_my_budget(period)", "get_my_recent_requests(limit,offset)"];
const MANAGER = [
  "list_virtual_keys(status,page,page_size)",
  "create_virtual_key(label,master_key_id,budget_usd,rate_limit_rpm,entity_type,entity_id,budget_action,expires_in_days,confirmation_token)",
  "update_key_budget(key_id,budget_usd,budget_action,confirmation_token)",
  "revoke_virtual_key(key_id,confirmation_token)",
  "get_workspace_overview()",
  "get_workspace_budget_status()",
  "get_live_24h(limit)",
  "get_usage_timeseries(metric,granularity,period)",
  "get_sparklines(metrics)",
  "list_agents(department_id,page,page_size)",
  "get_agent_analytics(agent_id,period)",
  "list_members(page,page_size)",
  "get_member_analytics(member_id,period)",
  "list_departments(page,page_size)",
  "get_department_analytics(department_id,period)",
  "get_subscription_info()",
  "set_budget_policy(budget_usd,action,confirmation_token)",
  "diagnose_cost_anomaly(period)",
  "get_executive_dashboard(sparkline_metrics)",
  "drill_down_spend(dimension,entity_id,period,from,to,limit)",
  "find_idle_resources(period,include)",
  "compare_entity_periods(entity_type,entity_id,period)",
];
const WRITES = ["create_virtual_key", "update_key_budget", "revoke_virtual_key", "set_budget_policy"];

function listed(mode: Mode, readOnly = false): WireTool[] {
  return [...listsFor(SURFACE, { mode, readOnly, toolsets: TOOLSETS }).tools];
}

function properties(tool: WireTool): WireTool["inputSchema"]["properties"] {
  return tool.inputSchema.properties;
}

function signature(tool: WireTool): string {
  return `${tool.name}(${Object.keys(properties(tool)).join(",")})`;
}

describe("the tool list", () => {
  it("C25 has exactly the tools and parameters of each mode, in order", () => {
    expect(listed("vk").map(signature)).toEqual([...SHARED, ...VK]);
    expect(listed("manager").map(signature)).toEqual([...SHARED, ...MANAGER]);
  });

  it("lists 8 tools with a virtual key, 27 with a PAT, 23 of them when read-only", () => {
    expect([listed("vk").length, listed("manager").length, listed("manager", true).length]).toEqual([8, 27, 23]);
    expect(listed("manager", true).filter(({ name }) => WRITES.includes(name))).toEqual([]);
  });

  it("misses no file and has no file under another name", () => {
    const directory = fileURLToPath(new URL("../../src/tools/", import.meta.url));
    const files = readdirSync(directory, { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(".ts") && path !== "index.ts")
      .map((path) => path.replace(/^.*[/\\]/, "").replace(/\.ts$/, ""));
    expect(files.sort()).toEqual(TOOLS.map(({ name }) => name.replaceAll("_", "-")).sort());
  });

  it.each([
    ["vk", 2_500],
    ["manager", 10_000],
  ] as const)("costs a conversation in %s mode at most %i tokens", (mode, budget) => {
    expect(encode(JSON.stringify({ tools: listed(mode) })).length).toBeLessThanOrEqual(budget);
  });
});

describe.each(TOOLS.map((tool) => [tool.name, tool] as const))("%s", (name, tool) => {
  const wire = wireTool(tool);

  it("has a short lower-case name", () => expect(name).toMatch(/^[a-z][a-z0-9_]{2,39}$/));

  it("has a title of its own", () => {
    expect(wire.title).not.toBe("");
    expect(TOOLS.filter((other) => other.title === wire.title)).toHaveLength(1);
  });

  it("refuses unknown arguments", () => {
    expect(wire.inputSchema.additionalProperties).toBe(false);
  });

  it("takes no URL, host or path", () => {
    const text = JSON.stringify(wire.inputSchema);
    expect(text).not.toMatch(/"format":"(uri|url)/);
    expect(Object.keys(properties(wire)).filter((key) => /url|host|endpoint|path/i.test(key))).toEqual([]);
  });

  it("answers with a headline and a basis first", () => {
    expect(Object.keys(tool.output.shape).slice(0, 2)).toEqual(["headline", "basis"]);
  });
});

describe("the surface", () => {
  it.each(["vk", "manager"] as const)("C25 of %s mode is a reviewed file", async (mode) => {
    await expect(`${JSON.stringify(listed(mode), null, 2)}\n`).toMatchFileSnapshot(`./surface-${mode}.json`);
  });
});
