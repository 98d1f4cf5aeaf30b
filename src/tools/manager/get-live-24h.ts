import * as z from "zod";
import { buildBasis } from "../../finops/basis.ts";
import { countText } from "../../finops/count.ts";
import { type LiveDay, summariseLiveDay } from "../../finops/live-day.ts";
import { usdText } from "../../finops/money.ts";
import { dayUsd } from "../../finops/usage-summary.ts";
import { rollingDay } from "../../finops/window.ts";
import { analysis } from "../../gather/answer.ts";
import { liveFigures } from "../../gather/live.ts";
import { notesOnFailures, part, requireAny } from "../../gather/part.ts";
import { notesOnAnswer } from "../../gather/service-remark.ts";
import { gatherUsage } from "../../gather/usage.ts";
import { defineTool } from "../../tool/define.ts";
import { limit } from "../../tool/params.ts";

const nullable = z.number().nullable();
const figures = { cost_usd: nullable, share_pct: nullable, requests: nullable };
const rest = { not_listed_usd: nullable, not_listed_pct: nullable };

function headline(day: LiveDay, yesterdayUsd: number | null, todayUsd: number | null): string {
  const [top] = day.models?.rows ?? [];
  const least = day.lower_bound ? "at least " : "";
  const requests = day.requests === null ? "" : ` in ${countText(day.requests)} requests`;
  const share = top?.share_pct === null || top === undefined ? "" : `, ${top.share_pct}% of it`;
  const model =
    top === undefined ? "" : `; the model that took most is ${top.name} with ${usdText(top.cost_usd)}${share}`;
  if (day.total_cost_usd !== null)
    return `Spend was ${least}${usdText(day.total_cost_usd)}${requests} in the last 24 hours${model}.`;
  return `The cost of the last 24 hours is unknown${day.requests === null ? "" : ` (${countText(day.requests)} requests)`}; spend was ${usdText(todayUsd)} today so far and ${usdText(yesterdayUsd)} yesterday (UTC).`;
}

export default defineTool({
  name: "get_live_24h",
  title: "Last 24 hours",
  description:
    "Returns the live state of the workspace, what happened in the last 24 hours up to right now: spend in US " +
    "dollars, requests, tokens, success rate (errors) in percent, average latency in ms, and the most active models " +
    'and keys with shares, costliest first. Use it for "what is burning money now". For UTC days use ' +
    "get_daily_costs; for longer windows drill_down_spend. Rows plus not_listed_usd are the total; an unknown list " +
    "is null. Without a live cost in dollars it gives yesterday and today so far instead. Needs read scope.",
  modes: ["manager"],
  toolset: "analytics",
  effect: "read",
  input: z.strictObject({ limit: limit(10, 5, "Models and keys to show each") }),
  output: analysis({
    total_cost_usd: nullable,
    lower_bound: z.boolean(),
    yesterday_usd: nullable.optional(),
    today_so_far_usd: nullable.optional(),
    requests: nullable,
    tokens: z.strictObject({ input: nullable, output: nullable, total: nullable }),
    cost_per_request_usd: nullable,
    success_pct: nullable,
    avg_latency_ms: nullable,
    top_models: z
      .strictObject({
        rows: z.array(z.strictObject({ model: z.string(), provider: z.string().nullable(), ...figures })),
        ...rest,
      })
      .nullable(),
    top_keys: z
      .strictObject({ rows: z.array(z.strictObject({ id: z.string(), label: z.string(), ...figures })), ...rest })
      .nullable(),
  }),
  async run(args, { api, now }) {
    const live = await part("The live view of the last 24 hours", api.live24h(args.limit));
    const isDegraded = live.status === "ok" && live.degraded;
    const { result, notes } = summariseLiveDay(liveFigures(live), args.limit, isDegraded);
    const days = result.total_cost_usd === null ? await gatherUsage(api, { period: "24h" }, now) : null;
    requireAny([live, ...(days ? [days.usage] : [])]);
    const series = days?.usage.status === "ok" ? days.usage.data : null;
    const yesterdayUsd = series && days?.windows.current ? dayUsd(series, days.windows.current.to) : null;
    const todayUsd = series && dayUsd(series, series.today);
    const { models, keys, ...totals } = result;
    return {
      headline: headline(result, yesterdayUsd, todayUsd),
      basis: buildBasis({
        windows: live.status === "failed" && days ? days.windows : rollingDay(now),
        now,
        source: [...(live.status === "ok" ? ["live_24h"] : []), ...(series ? ["usage_series"] : [])],
        degraded: isDegraded || (series?.degraded ?? false),
        compares: false,
        notes: [
          ...notes,
          ...notesOnFailures([live, ...(days ? [days.usage] : [])]),
          ...(live.status === "ok" ? notesOnAnswer("The live view", live.data) : []),
        ],
      }),
      ...totals,
      ...(days && { yesterday_usd: yesterdayUsd, today_so_far_usd: todayUsd }),
      top_models: models && {
        ...models,
        rows: models.rows.map(({ id: _id, name, ...row }) => ({ model: name, ...row })),
      },
      top_keys: keys && {
        ...keys,
        rows: keys.rows.map(({ provider: _none, name, ...row }) => ({ ...row, label: name })),
      },
    };
  },
});
