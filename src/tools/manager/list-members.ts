import * as z from "zod";
import type { Member } from "../../api/resources/members.ts";
import { listAnswer, listing } from "../../gather/list.ts";
import { defineTool } from "../../tool/define.ts";
import { page, pageSize } from "../../tool/params.ts";

const row = z.strictObject({
  id: z.string(),
  name: z.string().optional(),
  email: z.string().optional(),
  role: z.string().optional(),
  status: z.string().optional(),
  department: z.string().optional(),
  monthly_budget_usd: z.number().optional(),
  cycle_spend_usd: z.number().optional(),
  cycle_requests: z.number().optional(),
});

function toRow(member: Member): z.input<typeof row> {
  return {
    id: member.id,
    name: member.name ?? undefined,
    email: member.email ?? undefined,
    role: member.role ?? undefined,
    status: member.status ?? undefined,
    department: member.departmentName ?? member.departmentId ?? undefined,
    monthly_budget_usd: member.monthlyBudgetUsd ?? undefined,
    cycle_spend_usd: member.periodSpendUsd ?? undefined,
    cycle_requests: member.periodRequests ?? undefined,
  };
}

export default defineTool({
  name: "list_members",
  title: "List members",
  description:
    "Lists all members of the workspace (the people or users who own keys), paged in the service's order: id, name, " +
    "e-mail address, role, status, department, monthly budget, spend and requests of the current billing cycle (US " +
    "dollars, UTC, with today). Use it to see who is in the workspace or has access, or to find the id of a member. " +
    "For one person's spend in a stated window use get_member_analytics; for a ranking drill_down_spend. Follow next " +
    "to go on. A missing budget: not set or not reported. Needs read scope.",
  modes: ["manager"],
  toolset: "analytics",
  effect: "read",
  input: z.strictObject({ page: page(), page_size: pageSize(10) }),
  output: listing(row),
  async run(args, { api, now }) {
    const members = await api.members({ page: args.page, pageSize: args.page_size });
    return listAnswer(members, { plural: "members", source: "members", now, toRow });
  },
});
