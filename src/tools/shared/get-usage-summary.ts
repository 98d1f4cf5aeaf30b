import * as z from "zod";
import { buildBasis } from "../../finops/basis.ts";
import { isAnyKnown } from "../../finops/change.ts";
import { usdText } from "../../finops/money.ts";
import { rollingDayDoubt, withRollingDay } from "../../finops/rolling-day.ts";
import { summariseUsage, type UsageSummary } from "../../finops/usage-summary.ts";
import { rollingDay, type Windows } from "../../finops/window.ts";
import { analysis, change } from "../../gather/answer.ts";
import { notesOnFailures, requireAny } from "../../gather/part.ts";
import { chooseWindow } from "../../gather/request.ts";
import { changeSentence, windowText } from "../../gather/sentences.ts";
import { gatherStatedUsage } from "../../gather/stated-usage.ts";
import { asPart, gatherUsage } from "../../gather/usage.ts";
import { defineTool } from "../../tool/define.ts";
import { explicitSpan, period } from "../../tool/params.ts";

const nullable = z.number().nullable();

function headline(usage: UsageSummary, windows: Windows, isRolling: boolean): string {
  const compared = changeSentence(usage.change.cost, windows);
  if (windows.period === "24h" && !isRolling) {
    const [today, yesterday] = [usdText(usage.today_so_far_usd), usdText(usage.yesterday_usd ?? null)];
    return `Spend was ${today} today so far (${windows.today}, UTC, still open) and ${yesterday} yesterday; ${compared}.`;
  }
  const least = usage.lower_bound ? "at least " : "";
  const window = isRolling ? "the last 24 hours" : windowText(windows);
  return `Spend was ${least}${usdText(usage.total_cost_usd)} in ${window}; ${compared}.`;
}

export default defineTool({
  name: "get_usage_summary",
  title: "Usage summary",
  description:
    "Returns the total LLM spend over a window, such as the last 30 days, in US dollars, with total requests, " +
    "tokens, unit costs, and the change (more or less than last week). For the workspace, or one virtual key. Use it " +
    'for "how much did we spend so far", how many tokens, the AI bill of a month, or between two dates. By day use ' +
    "get_daily_costs; by model get_cost_by_model; for causes diagnose_cost_anomaly. UTC; today is in the total, " +
    "shown apart, never compared. An unknown figure is null, never zero.",
  modes: ["vk", "manager"],
  toolset: "core",
  effect: "read",
  input: z.strictObject({ period: period(), ...explicitSpan() }),
  output: analysis({
    total_cost_usd: nullable,
    lower_bound: z.boolean(),
    gross_cost_usd: z.number().optional(),
    credits_usd: z.number().optional(),
    today_so_far_usd: nullable,
    yesterday_usd: nullable.optional(),
    avg_complete_day_usd: nullable,
    requests: nullable,
    tokens: z.strictObject({ input: nullable, output: nullable, total: nullable }),
    cost_per_request_usd: nullable,
    cost_per_1k_tokens_usd: nullable,
    change: z.strictObject({ cost: change, requests: change, tokens: change }),
    compared: z.strictObject({ current_cost_usd: nullable, previous_cost_usd: nullable }),
    calendar_adjusted_pct: z.number().optional(),
    server_reported_pct: z.strictObject({ cost: nullable, requests: nullable }).optional(),
  }),
  async run(args, { api, now }) {
    const choice = chooseWindow(args, "billing_cycle", now);
    const [{ windows, usage }, { reported, rolling }] = await Promise.all([
      gatherUsage(api, choice, now),
      gatherStatedUsage(api, choice),
    ]);
    requireAny([usage, reported, rolling].filter((part) => part !== null));
    const summary = summariseUsage({ windows, usage: asPart(usage), ...(reported && { reported: asPart(reported) }) });
    const told = rolling?.status === "ok" ? rolling.data : null;
    const doubt = told && rollingDayDoubt(summary.result, told);
    const live = doubt === null ? told : null;
    const { result, notes } = live === null ? summary : withRollingDay(summary, live);
    const sources = [
      usage.status === "ok" && "usage_series",
      reported?.status === "ok" && "usage_summary",
      live && "live_24h",
    ];
    return {
      headline: headline(result, windows, live !== null),
      basis: buildBasis({
        windows: live === null ? windows : { ...windows, total: rollingDay(now).total },
        now,
        source: sources.filter((source) => typeof source === "string"),
        degraded: [usage, reported].some((part) => part?.status === "ok" && part.degraded),
        notes: [...notes, ...(doubt ? [doubt] : []), ...notesOnFailures(rolling ? [rolling] : [])],
        compares: windows.previous === null || isAnyKnown(result.change),
      }),
      ...result,
    };
  },
});
