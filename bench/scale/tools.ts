import { type Sandbox, startSandbox } from "../../src/sandbox/serve.ts";
import { TOOLS } from "../../src/tools/index.ts";
import { type Measured, startMeasured } from "../load/measured.ts";
import { isGood, textOf } from "../load/parallel.ts";
import type { Row } from "../table.ts";
import { settings } from "./settings.ts";

const SCALE = { keys: 1_000, agents: 20_000, members: 5_000 };
/** What the bench's own service, in this process, needs to add up such a workspace is part of every time. */
const LONGEST_MS = 50_000;
const MOST_BYTES = 8_000;

/** Every Manager tool on a workspace with 20,000 agents and 5,000 members, asked about the last of them where it takes one. */
export async function measureTools(): Promise<Row[]> {
  const sandbox = await startSandbox({ scale: SCALE, switches: { costsMember: "on" } });
  const program = await startMeasured(settings(sandbox, LONGEST_MS));
  const rows: Row[] = [];
  for (const { name, modes } of TOOLS) {
    if (!modes.includes("manager")) continue;
    for (const args of argumentsOf(name, sandbox)) rows.push(await measured(program, name, args));
  }
  const peak = await program.peakMb();
  rows.push({
    what: "resident memory at its highest, all tools",
    value: `${peak.toFixed(0)} MB`,
    bar: "<= 150 MB",
    ok: peak <= 150,
  });
  await program.stop();
  await sandbox.close();
  return rows;
}

async function measured(program: Measured, name: string, args: Record<string, unknown>): Promise<Row> {
  const started = performance.now();
  const answer = await program.call(name, args);
  const ms = performance.now() - started;
  const text = textOf(answer);
  const isWhole = name !== "find_idle_resources" || text.includes(`"scanned":${SCALE.agents}`);
  return {
    what: `${name} ${JSON.stringify(args).replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "…")}`.slice(0, 70),
    value: isGood(answer) ? `${ms.toFixed(0)} ms, ${text.length} B` : text.slice(0, 60),
    bar: "answered whole, <= 8 kB",
    ok: isGood(answer) && isWhole && text.length <= MOST_BYTES,
  };
}

function argumentsOf(name: string, { dataset }: Sandbox): Record<string, unknown>[] {
  const last = (kind: "agents" | "members" | "departments" | "keys" | "masterKeys") => dataset.ids(kind).at(-1);
  const given: Record<string, Record<string, unknown>[]> = {
    list_agents: [{}, { page: 1_000, page_size: 20 }],
    list_members: [{}, { page: 250, page_size: 20 }],
    get_agent_analytics: [{ agent_id: last("agents") }],
    get_member_analytics: [{ member_id: last("members") }],
    get_department_analytics: [{ department_id: last("departments") }],
    compare_entity_periods: [
      { entity_type: "agent", entity_id: last("agents") },
      { entity_type: "member", entity_id: last("members") },
    ],
    drill_down_spend: [
      { dimension: "agent" },
      { dimension: "member" },
      { dimension: "department", entity_id: last("departments") },
    ],
    get_usage_timeseries: [{ metric: "cost" }],
    find_idle_resources: [{ include: "agents" }],
    create_virtual_key: [
      {
        label: "Scale key",
        master_key_id: last("masterKeys"),
        budget_usd: 5,
        rate_limit_rpm: 10,
        entity_type: "agent",
        entity_id: last("agents"),
      },
    ],
    update_key_budget: [{ key_id: last("keys"), budget_usd: 7, budget_action: "block" }],
    revoke_virtual_key: [{ key_id: last("keys") }],
    set_budget_policy: [{ budget_usd: 500, action: "block" }],
  };
  return given[name] ?? [{}];
}
