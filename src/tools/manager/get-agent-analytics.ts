import * as z from "zod";
import { entityAnalysis, entityAnswer } from "../../gather/entity-analytics.ts";
import { defineTool } from "../../tool/define.ts";
import { entityPeriod, uuid } from "../../tool/params.ts";

export default defineTool({
  name: "get_agent_analytics",
  title: "Agent spend and usage",
  description:
    "Returns the usage of one agent (a bot or application) and what it cost: spend in US dollars, requests, tokens, " +
    "cost per request, share of the bill in percent, spend per day, trend, and change on complete days. Use it for " +
    '"how much did this agent cost last month". To rank agents use drill_down_spend; to judge a change ' +
    "compare_entity_periods; for a person get_member_analytics. UTC, oldest first; today is in the total, not in " +
    "changes; 24h: today so far. An unknown id fails; no use is zeros. Needs read scope.",
  modes: ["manager"],
  toolset: "analytics",
  effect: "read",
  input: z.strictObject({ agent_id: uuid("agent", "list_agents"), period: entityPeriod() }),
  output: entityAnalysis,
  run: ({ agent_id, period = "30d" }, { api, now }) => entityAnswer(api, { type: "agent", id: agent_id }, period, now),
});
