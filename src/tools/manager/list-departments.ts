import * as z from "zod";
import type { Department } from "../../api/resources/departments.ts";
import { listAnswer, listing, unnamedWindowNote } from "../../gather/list.ts";
import { defineTool } from "../../tool/define.ts";
import { page, pageSize } from "../../tool/params.ts";

const row = z.strictObject({
  id: z.string(),
  name: z.string().optional(),
  description: z.string().optional(),
  members: z.number().optional(),
  agents: z.number().optional(),
  budget_usd: z.number().optional(),
  budget_action: z.string().optional(),
  cost_usd: z.number().optional(),
  requests: z.number().optional(),
});

function toRow(department: Department): z.input<typeof row> {
  return {
    id: department.id,
    name: department.name ?? undefined,
    description: department.description ?? undefined,
    members: department.memberCount ?? undefined,
    agents: department.agentCount ?? undefined,
    budget_usd: department.budgetUsd ?? undefined,
    budget_action: department.budgetUsd === null ? undefined : (department.budgetAction ?? undefined),
    cost_usd: department.spentUsd ?? undefined,
    requests: department.requests ?? undefined,
  };
}

export default defineTool({
  name: "list_departments",
  title: "List departments",
  description:
    "Lists all departments of the workspace (teams, cost centres), paged in the service's order: id, name, number of " +
    "people (members) and agents in each, budget in US dollars with its action, cost, requests. Use it to see which " +
    "departments exist, or to look up an id of a department. The window (UTC) of cost is not stated by the service; " +
    "for what one spent use get_department_analytics; for a ranking drill_down_spend. Follow next to go on. A " +
    "missing budget: not set or not reported. Needs read scope.",
  modes: ["manager"],
  toolset: "analytics",
  effect: "read",
  input: z.strictObject({ page: page(), page_size: pageSize(10) }),
  output: listing(row),
  async run(args, { api, now }) {
    const departments = await api.departments({ page: args.page, pageSize: args.page_size });
    const hasCost = departments.rows.some(({ spentUsd }) => spentUsd !== null);
    const notes = hasCost ? [unnamedWindowNote("get_department_analytics")] : [];
    return listAnswer(departments, { plural: "departments", source: "departments", now, toRow, notes });
  },
});
