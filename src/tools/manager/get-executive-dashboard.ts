import * as z from "zod";
import { buildBasis, isFailedNote } from "../../finops/basis.ts";
import { basisBudget } from "../../finops/budget.ts";
import { SPARK_METRICS } from "../../finops/sparklines.ts";
import { summariseUsage } from "../../finops/usage-summary.ts";
import { analysis } from "../../gather/answer.ts";
import { DASHBOARD_CALLS, gatherDashboard } from "../../gather/dashboard.ts";
import {
  anomaliesBlock,
  anomaliesFields,
  block,
  moversBlock,
  moversBlockFields,
  spendBlock,
  spendFields,
  trendBlock,
  trendBlockFields,
} from "../../gather/dashboard-blocks.ts";
import { dashboardHeadline } from "../../gather/dashboard-headline.ts";
import { budgetBlock, budgetBlockFields, liveBlock, liveFields } from "../../gather/dashboard-outlook.ts";
import { notesOnFailures, requireAny } from "../../gather/part.ts";
import { countReads } from "../../gather/reads.ts";
import { asPart } from "../../gather/usage.ts";
import { defineTool } from "../../tool/define.ts";

export default defineTool({
  name: "get_executive_dashboard",
  title: "Executive dashboard",
  description:
    "Returns a one-page status report of the workspace for a boss, leadership or management: spend of the last 7 UTC " +
    "days in US dollars with its change, trends with sparklines, top movers, anomalies, budget with run-out, and the " +
    "last 24 hours. Use it as a weekly summary with everything important on one screen. Changes compare complete " +
    "days; today is apart. For causes use diagnose_cost_anomaly; for other windows get_usage_summary; for the budget " +
    "get_workspace_budget_status. A block that could not be read is failed with a reason, never zero. Needs read " +
    "scope.",
  modes: ["manager"],
  toolset: "finops",
  effect: "read",
  input: z.strictObject({
    sparkline_metrics: z
      .array(z.enum(SPARK_METRICS))
      .min(1)
      .max(SPARK_METRICS.length)
      .optional()
      .describe(`Metrics of the trend block: ${SPARK_METRICS.join(", ")}. Default all.`),
  }),
  output: analysis({
    blocks: z.strictObject({
      spend: block(spendFields),
      trend: block(trendBlockFields),
      movers: block(moversBlockFields),
      anomalies: block(anomaliesFields),
      budget: block(budgetBlockFields),
      live_24h: block(liveFields),
    }),
  }),
  async run({ sparkline_metrics: wanted = SPARK_METRICS }, { api, now, progress }) {
    const metrics = [...new Set(wanted)];
    const gathered = await gatherDashboard(api, metrics, { now, read: countReads(progress, DASHBOARD_CALLS) });
    const { windows, usage, current, previous, budget, live, lines } = gathered;
    const parts = [usage, current, previous, budget.policyPart, live, ...(lines === null ? [] : [lines])];
    requireAny(parts);
    const summary = summariseUsage({ windows, usage: asPart(usage) });
    const [trend, anomalies, last24h] = [trendBlock(gathered, metrics), anomaliesBlock(gathered), liveBlock(gathered)];
    const moved = moversBlock(gathered, summary.result);
    const blocks = {
      spend: spendBlock(gathered, summary.result),
      trend: trend.result,
      movers: moved.result,
      anomalies: anomalies.result,
      budget: budgetBlock(gathered),
      live_24h: last24h.result,
    };
    const sources = { usage_series: usage, cost_breakdown: current, budget_policy: budget.policyPart, live_24h: live };
    return {
      headline: dashboardHeadline(blocks, windows, budget.policy),
      basis: buildBasis({
        windows,
        now,
        source: Object.entries(sources).flatMap(([name, each]) => (each.status === "ok" ? [name] : [])),
        degraded: parts.some((each) => each.status === "ok" && each.degraded),
        budget: basisBudget(budget.result.use),
        notes: [
          ...summary.notes.filter((note) => !isFailedNote(note)),
          ...trend.notes,
          ...moved.notes,
          ...anomalies.notes,
          ...budget.notes.map(({ code, text }) => ({ code, text: `Budget: ${text}` })),
          ...last24h.notes,
          ...notesOnFailures(parts),
        ],
      }),
      blocks,
    };
  },
});
