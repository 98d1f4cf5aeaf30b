import * as z from "zod";
import { buildBasis } from "../../finops/basis.ts";
import { countText } from "../../finops/count.ts";
import { usdText } from "../../finops/money.ts";
import { type TimeseriesView, viewTimeseries } from "../../finops/timeseries-view.ts";
import { trendText } from "../../finops/trend-report.ts";
import { resolveWindows, type Windows } from "../../finops/window.ts";
import { analysis } from "../../gather/answer.ts";
import { windowText } from "../../gather/sentences.ts";
import { gatherTimeseries } from "../../gather/timeseries.ts";
import { trendSchema } from "../../gather/trend.ts";
import { defineTool } from "../../tool/define.ts";
import { invalidArgument } from "../../tool/errors.ts";

const METRICS = ["cost", "requests", "tokens", "avg_cost_per_req", "success_rate", "latency"] as const;
const nullable = z.number().nullable();

const SUBJECT: Record<TimeseriesView["metric"], string> = {
  cost: "Spend was",
  requests: "Requests were",
  tokens: "Tokens were",
  avg_cost_per_req: "Cost per request was",
  success_rate: "Success rate was",
  latency: "Latency was",
};

function valueText(value: number, { metric, unit }: TimeseriesView): string {
  if (metric === "cost") return unit === "USD" ? usdText(value) : "unknown";
  if (metric === "avg_cost_per_req") return `$${value}`;
  if (metric === "success_rate") return `${value}%`;
  return metric === "latency" ? `${countText(value)} ms` : countText(value);
}

/** The total, or where there is none the last value that is not still growing. */
function figureText(view: TimeseriesView): string {
  if (view.total !== null) return `${view.lower_bound ? "at least " : ""}${valueText(view.total, view)} in`;
  const { buckets, values, open } = view.points;
  const last = values.findLast((value, i) => value !== null && buckets[i] !== open) ?? null;
  return last === null ? "unknown in" : `${valueText(last, view)} in the last complete ${view.granularity} of`;
}

function headline(view: TimeseriesView, windows: Windows): string {
  const trend = view.trend === null ? "" : `; trend over complete days: ${trendText(view.trend)}`;
  return `${SUBJECT[view.metric]} ${figureText(view)} ${windowText(windows)}, by ${view.granularity}${trend}.`;
}

export default defineTool({
  name: "get_usage_timeseries",
  title: "Usage over time",
  description:
    "Returns one workspace metric as a curve (chart) over time, hourly, daily or weekly: cost or cost per request in " +
    "US dollars, requests, token usage, success rate (errors) in percent or latency in ms, with total, trend and " +
    "sparkline. Use it to plot months or a year. For daily averages use get_daily_costs; for several metrics at a " +
    "glance get_sparklines. UTC, oldest first; the open bucket is named and in no trend; null is unknown. Over 95 " +
    "days come as weeks, over 168 hours only the newest. Needs read scope.",
  modes: ["manager"],
  toolset: "analytics",
  effect: "read",
  input: z.strictObject({
    metric: z
      .enum(METRICS)
      .describe(
        "Metric: cost (US dollars), requests, tokens, avg_cost_per_req, success_rate (percent) or latency (ms).",
      ),
    granularity: z
      .enum(["day", "hour"])
      .default("day")
      .describe("Bucket: day or hour (UTC; not for success_rate and latency). Default day."),
    period: z
      .enum(["7d", "30d", "3m", "6m", "12m"])
      .default("30d")
      .describe("UTC days or months up to today: 7d, 30d, 3m, 6m or 12m. Default 30d."),
  }),
  output: analysis({
    metric: z.enum(METRICS),
    unit: z.string(),
    granularity: z.enum(["hour", "day", "week"]),
    total: nullable,
    total_is: z.enum(["sum", "cost_over_requests", "mean_weighted_by_requests", "none"]),
    complete_total: nullable,
    lower_bound: z.boolean(),
    trend: trendSchema.nullable(),
    sparkline: z.string(),
    points: z.strictObject({ buckets: z.array(z.string()), values: z.array(nullable), open: z.string().nullable() }),
  }),
  async run(args, { api, now }) {
    if (args.granularity === "hour" && (args.metric === "success_rate" || args.metric === "latency")) {
      throw invalidArgument(`granularity: hour is not available for ${args.metric}.`, "Use granularity day.");
    }
    const { series, usage, span, degraded, notes } = await gatherTimeseries(api, args, now);
    const { result, notes: viewNotes } = viewTimeseries(series, usage, degraded);
    const windows = resolveWindows({ ...span, now });
    return {
      headline: headline(result, windows),
      basis: buildBasis({
        windows,
        now,
        source: [series.source, ...(usage === null ? [] : ["usage_series"])],
        degraded,
        compares: false,
        notes: [...notes, ...viewNotes],
      }),
      ...result,
    };
  },
});
