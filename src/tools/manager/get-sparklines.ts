import * as z from "zod";
import { buildBasis } from "../../finops/basis.ts";
import { SPARK_METRICS, type SparkLine } from "../../finops/sparklines.ts";
import { trendText } from "../../finops/trend-report.ts";
import { resolveWindows, type Windows } from "../../finops/window.ts";
import { analysis } from "../../gather/answer.ts";
import { gatherSparklines, sparkLine } from "../../gather/sparklines.ts";
import { defineTool } from "../../tool/define.ts";

const line = sparkLine.nullable().optional();

function headline(lines: Readonly<Record<string, SparkLine | null>>, { total }: Windows): string {
  const trends = Object.entries(lines).map(
    ([name, found]) => `${name} ${found === null ? "unknown" : trendText(found)}`,
  );
  return `Last 7 days to ${total.to} (UTC, today left out of trends): ${trends.join(", ")}.`;
}

export default defineTool({
  name: "get_sparklines",
  title: "Seven-day sparklines",
  description:
    "Returns a quick look, at a glance, at five workspace metrics over the last 7 UTC days: daily points, text " +
    "sparkline, and whether each is trending up (rising), down or flat, with percent; spend in US dollars, requests, " +
    'tokens, success in percent, latency in ms. Use it for "is usage going up or down this week". For longer or ' +
    "hourly curves use get_usage_timeseries; for exact days get_daily_costs. Oldest first; the last point is today " +
    "so far and enters no trend. A metric without points is null. Needs read scope.",
  modes: ["manager"],
  toolset: "analytics",
  effect: "read",
  input: z.strictObject({
    metrics: z
      .array(z.enum(SPARK_METRICS))
      .min(1)
      .max(SPARK_METRICS.length)
      .optional()
      .describe(`Metrics to show: ${SPARK_METRICS.join(", ")}. Default all.`),
  }),
  output: analysis({ spend: line, requests: line, tokens: line, success: line, latency: line }),
  async run({ metrics = SPARK_METRICS }, { api, now }) {
    const { lines, source, degraded, notes } = await gatherSparklines(api, [...new Set(metrics)], now);
    const windows = resolveWindows({ period: "7d", now });
    return {
      headline: headline(lines, windows),
      basis: buildBasis({ windows, now, source, degraded, compares: false, notes }),
      ...lines,
    };
  },
});
