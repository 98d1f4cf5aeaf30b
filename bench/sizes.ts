import { encode } from "gpt-tokenizer/encoding/o200k_base";
import { SURFACE } from "../src/surface.ts";
import { listsFor } from "../src/tool/surface.ts";
import { TOOLS } from "../src/tools/index.ts";
import { TOOLSETS } from "../src/toolset.ts";
import { openSandboxClient, type SandboxClient } from "./sandbox-client.ts";
import type { Row } from "./table.ts";

export const COMPOSITES = [
  "diagnose_cost_anomaly",
  "get_executive_dashboard",
  "drill_down_spend",
  "find_idle_resources",
  "compare_entity_periods",
];

/** Tokens of the tool list, output schemas included. */
export function benchTokens(): Row[] {
  return (["vk", "manager"] as const).map((mode) => {
    const { tools } = listsFor(SURFACE, { mode, readOnly: false, toolsets: TOOLSETS });
    const tokens = encode(JSON.stringify({ tools })).length;
    const bar = mode === "vk" ? 2_500 : 10_000;
    return { what: `tools/list, ${mode} (o200k tokens)`, value: String(tokens), bar: `<= ${bar}`, ok: tokens <= bar };
  });
}

/** Bytes of every default result on the sandbox's default workspace. */
export async function benchSizes(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const mode of ["vk", "manager"] as const) {
    const client = await openSandboxClient(mode);
    for (const { name, args } of await defaultReads(client)) {
      const { text, isError } = await client.call(name, args);
      const bytes = Buffer.byteLength(text);
      const bar = COMPOSITES.includes(name) ? 6_000 : 3_000;
      rows.push({
        what: `${mode}: ${name}`,
        value: `${bytes} B${isError ? " (error)" : ""}`,
        bar: `<= ${bar} B`,
        ok: !isError && bytes <= bar,
      });
    }
    await client.close();
  }
  return rows;
}

/** Every read of a mode with its defaults; ids are taken from the lists. */
export async function defaultReads(client: SandboxClient): Promise<{ name: string; args: Record<string, unknown> }[]> {
  const reads = TOOLS.filter((tool) => tool.effect === "read" && tool.modes.includes(client.mode));
  const firstId = async (list: string): Promise<unknown> =>
    client.mode === "vk" ? null : (await client.call(list, {})).value.rows[0].id;
  const [agent, member, department] = [
    await firstId("list_agents"),
    await firstId("list_members"),
    await firstId("list_departments"),
  ];
  const needed: Record<string, Record<string, unknown>> = {
    get_agent_analytics: { agent_id: agent },
    get_member_analytics: { member_id: member },
    get_department_analytics: { department_id: department },
    get_usage_timeseries: { metric: "cost" },
    drill_down_spend: { dimension: "department" },
    compare_entity_periods: { entity_type: "department", entity_id: department },
  };
  return reads.map(({ name }) => ({ name, args: needed[name] ?? {} }));
}
