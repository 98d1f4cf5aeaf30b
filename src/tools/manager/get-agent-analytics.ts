import * as z from "zod";
import { entityAnalysis, entityAnswer } from "../../gather/entity-analytics.ts";
import { defineTool } from "../../tool/define.ts";
import { entityPeriod, uuid } from "../../tool/params.ts";

export default defineTool({
  name: "get_agent_analytics",
  title: "Agent spend and usage",
  description:
    "Returns what one agent spent: US dollars, requests, tokens, unit costs, share of the workspace, cost per " +
    "day, trend, and change on complete days. Use it when you have the agent's id; to rank agents use " +
    "drill_down_spend, to judge a change compare_entity_periods. Days are UTC; today counts in the total, never " +
    "in changes; 24h is today so far. An unknown id is an error; an idle agent has zeros.",
  modes: ["manager"],
  toolset: "analytics",
  effect: "read",
  input: z.strictObject({ agent_id: uuid("agent", "list_agents"), period: entityPeriod() }),
  output: entityAnalysis,
  run: ({ agent_id, period = "30d" }, { api, now }) => entityAnswer(api, { type: "agent", id: agent_id }, period, now),
});
