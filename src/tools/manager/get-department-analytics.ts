import * as z from "zod";
import { entityAnalysis, entityAnswer } from "../../gather/entity-analytics.ts";
import { defineTool } from "../../tool/define.ts";
import { entityPeriod, uuid } from "../../tool/params.ts";

export default defineTool({
  name: "get_department_analytics",
  title: "Department spend and usage",
  description:
    "Returns what one whole department (a team, its agents and members together) spent: US dollars, requests, " +
    "tokens, unit costs, share of the workspace in percent, cost per day, trend, and change on complete days. Use it " +
    'for "how much did this department or team cost last month". To rank departments, or split one, use ' +
    "drill_down_spend; to judge a change compare_entity_periods; for budgets list_departments. UTC, oldest day " +
    "first; today is in the total, never in changes; 24h: today so far. An unknown id is an error. Needs read scope.",
  modes: ["manager"],
  toolset: "analytics",
  effect: "read",
  input: z.strictObject({ department_id: uuid("department", "list_departments"), period: entityPeriod() }),
  output: entityAnalysis,
  run: ({ department_id, period = "30d" }, { api, now }) =>
    entityAnswer(api, { type: "department", id: department_id }, period, now),
});
