import * as z from "zod";
import { entityAnalysis, entityAnswer } from "../../gather/entity-analytics.ts";
import { defineTool } from "../../tool/define.ts";
import { entityPeriod, uuid } from "../../tool/params.ts";

export default defineTool({
  name: "get_member_analytics",
  title: "Member spend and usage",
  description:
    "Returns the usage of one member (a single person, user, employee or developer): US dollars spent, requests, " +
    'tokens, unit costs, share of the workspace, cost on each day, trend, and change. Use it for "how much did this ' +
    'person use or cost us". To rank members use drill_down_spend; to judge a change compare_entity_periods; for ' +
    "bots get_agent_analytics. Days are UTC, the oldest first; today is in the total but not in changes; 24h means " +
    "today so far. An unknown id fails; no use is zeros. Needs read scope.",
  modes: ["manager"],
  toolset: "analytics",
  effect: "read",
  input: z.strictObject({ member_id: uuid("member", "list_members"), period: entityPeriod() }),
  output: entityAnalysis,
  run: ({ member_id, period = "30d" }, { api, now }) =>
    entityAnswer(api, { type: "member", id: member_id }, period, now),
});
