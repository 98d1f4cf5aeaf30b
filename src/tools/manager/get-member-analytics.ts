import * as z from "zod";
import { entityAnalysis, entityAnswer } from "../../gather/entity-analytics.ts";
import { defineTool } from "../../tool/define.ts";
import { entityPeriod, uuid } from "../../tool/params.ts";

export default defineTool({
  name: "get_member_analytics",
  title: "Member spend and usage",
  description:
    "Returns what one member (a person who owns keys) spent: US dollars, requests, tokens, unit costs, share of " +
    "the workspace, cost per day, trend, and change on complete days. Use it when you have the member's id; to " +
    "rank members use drill_down_spend, to judge a change compare_entity_periods. Days are UTC; today counts in " +
    "the total, never in changes; 24h is today so far. An unknown id is an error; an idle member has zeros.",
  modes: ["manager"],
  toolset: "analytics",
  effect: "read",
  input: z.strictObject({ member_id: uuid("member", "list_members"), period: entityPeriod() }),
  output: entityAnalysis,
  run: ({ member_id, period = "30d" }, { api, now }) =>
    entityAnswer(api, { type: "member", id: member_id }, period, now),
});
