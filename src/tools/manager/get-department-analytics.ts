import * as z from "zod";
import { entityAnalysis, entityAnswer } from "../../gather/entity-analytics.ts";
import { defineTool } from "../../tool/define.ts";
import { entityPeriod, uuid } from "../../tool/params.ts";

export default defineTool({
  name: "get_department_analytics",
  title: "Department spend and usage",
  description:
    "Returns what one department (its agents and members together) spent: US dollars, requests, tokens, unit " +
    "costs, share of the workspace, cost per day, trend, and change on complete days. Use it when you have the " +
    "department's id; to rank departments use drill_down_spend, to judge a change compare_entity_periods. Days " +
    "are UTC; today counts in the total, never in changes; 24h is today so far. Its budget is in " +
    "list_departments.",
  modes: ["manager"],
  toolset: "analytics",
  effect: "read",
  input: z.strictObject({ department_id: uuid("department", "list_departments"), period: entityPeriod() }),
  output: entityAnalysis,
  run: ({ department_id, period = "30d" }, { api, now }) =>
    entityAnswer(api, { type: "department", id: department_id }, period, now),
});
