import * as z from "zod";
import { buildBasis } from "../../finops/basis.ts";
import { type DailyStats, dailyStats, dayColumns } from "../../finops/daily.ts";
import { usdText } from "../../finops/money.ts";
import type { Windows } from "../../finops/window.ts";
import { analysis } from "../../gather/answer.ts";
import { requirePart } from "../../gather/part.ts";
import { chooseWindow } from "../../gather/request.ts";
import { windowText } from "../../gather/sentences.ts";
import { gatherUsage } from "../../gather/usage.ts";
import { defineTool } from "../../tool/define.ts";
import { explicitSpan, period } from "../../tool/params.ts";

const nullable = z.number().nullable();

/** More days than this would not fit into one result that every host shows whole. */
const MAX_DAYS = 120;

function headline(stats: DailyStats, windows: Windows): string {
  const least = stats.lower_bound ? "at least " : "";
  const usual =
    stats.median_usd === null
      ? "no complete day is known yet"
      : `a usual complete day cost ${usdText(stats.median_usd)} (median of ${stats.known_days})`;
  return `Spend was ${least}${usdText(stats.window_total_usd)} in ${windowText(windows)}; ${usual}.`;
}

export default defineTool({
  name: "get_daily_costs",
  title: "Daily costs",
  description:
    "Breaks LLM spend down day by day: the cost per day in US dollars, with requests and tokens, the average and " +
    "median day, weekday and weekend averages, and the most expensive (highest) day. Use it to show a daily history " +
    "of the last weeks, yesterday, or which day cost most. For one total use get_usage_summary; for hourly or " +
    "monthly curves get_usage_timeseries. UTC, oldest first; today is last, open, and in no average. An unknown day " +
    "is null; one without traffic is 0. At most 120 days a call.",
  modes: ["vk", "manager"],
  toolset: "core",
  effect: "read",
  input: z.strictObject({ period: period(), ...explicitSpan() }),
  output: analysis({
    window_total_usd: nullable,
    complete_total_usd: nullable,
    lower_bound: z.boolean(),
    gross_cost_usd: z.number().optional(),
    credits_usd: z.number().optional(),
    today_so_far_usd: nullable,
    yesterday_usd: nullable.optional(),
    known_days: z.int(),
    mean_usd: nullable,
    median_usd: nullable,
    weekday_mean_usd: nullable,
    weekend_mean_usd: nullable,
    max: z.strictObject({ date: z.string(), cost_usd: z.number() }).nullable(),
    days: z.strictObject({
      dates: z.array(z.string()),
      cost_usd: z.array(nullable),
      requests: z.array(nullable),
      tokens: z.array(nullable),
    }),
  }),
  async run(args, { api, now }) {
    const { windows, usage } = await gatherUsage(api, chooseWindow(args, "billing_cycle", now, MAX_DAYS), now);
    const series = requirePart(usage);
    const { result, notes } = dailyStats({ windows, series });
    const { days, ...stats } = result;
    const { complete: _implied, ...columns } = dayColumns(days);
    return {
      headline: headline(result, windows),
      basis: buildBasis({ windows, now, source: ["usage_series"], degraded: series.degraded, notes, compares: false }),
      ...stats,
      days: columns,
    };
  },
});
