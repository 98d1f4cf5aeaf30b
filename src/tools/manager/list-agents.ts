import * as z from "zod";
import type { Agent } from "../../api/resources/agents.ts";
import { listAnswer, listing, unnamedWindowNote } from "../../gather/list.ts";
import { defineTool } from "../../tool/define.ts";
import { page, pageSize, uuid } from "../../tool/params.ts";

const row = z.strictObject({
  id: z.string(),
  name: z.string().optional(),
  status: z.string().optional(),
  environment: z.string().optional(),
  department: z.string().optional(),
  model: z.string().optional(),
  cost_usd: z.number().optional(),
  requests: z.number().optional(),
  last_used_at: z.string().optional(),
});

function toRow(agent: Agent): z.input<typeof row> {
  return {
    id: agent.id,
    name: agent.name ?? undefined,
    status: agent.status ?? undefined,
    environment: agent.environment ?? undefined,
    department: agent.departmentName ?? agent.departmentId ?? undefined,
    model: agent.model ?? undefined,
    cost_usd: agent.costUsd ?? undefined,
    requests: agent.requests ?? undefined,
    last_used_at: agent.lastUsedAt ?? undefined,
  };
}

export default defineTool({
  name: "list_agents",
  title: "List agents",
  description:
    "Lists all agents of the workspace (AI applications), paged in the service's order: id, name, status, " +
    "environment, department, model, cost in US dollars, requests, last use (UTC). Use it to see which agents exist, " +
    "which belong to a department, or to find the id of an agent. The window of cost and requests is not stated by " +
    "the service; for what one agent spent use get_agent_analytics; for a ranking drill_down_spend; for unused " +
    "agents find_idle_resources. Follow next to go on. An empty list means no agent matches. Needs read scope.",
  modes: ["manager"],
  toolset: "analytics",
  effect: "read",
  subject: { kind: "department", listedBy: "list_departments" },
  input: z.strictObject({
    department_id: uuid("department", "list_departments")
      .optional()
      .describe("Only agents of this department (UUID); from list_departments. Default all."),
    page: page(),
    page_size: pageSize(10),
  }),
  output: listing(row),
  async run(args, { api, now }) {
    const filter = args.department_id === undefined ? {} : { departmentId: args.department_id };
    const agents = await api.agents({ page: args.page, pageSize: args.page_size, ...filter });
    const notes = agents.rows.some(({ costUsd }) => costUsd !== null) ? [unnamedWindowNote("get_agent_analytics")] : [];
    return listAnswer(agents, { plural: "agents", source: "agents", now, toRow, notes });
  },
});
