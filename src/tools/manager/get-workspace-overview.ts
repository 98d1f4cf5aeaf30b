import * as z from "zod";
import type { Answer, DailyUsage, Span } from "../../api/spend.ts";
import { buildBasis } from "../../finops/basis.ts";
import { countText } from "../../finops/count.ts";
import { usdText } from "../../finops/money.ts";
import { type OverviewSummary, summariseOverview } from "../../finops/overview.ts";
import type { Part } from "../../finops/part.ts";
import { normaliseUsage, type UsageSeries } from "../../finops/usage.ts";
import type { Windows } from "../../finops/window.ts";
import { analysis } from "../../gather/answer.ts";
import { gatherOverview } from "../../gather/overview.ts";
import { type NamedPart, notesOnFailures } from "../../gather/part.ts";
import { notesOnAnswer } from "../../gather/service-remark.ts";
import { defineTool } from "../../tool/define.ts";

const nullable = z.number().nullable();

function toSeries(usage: NamedPart<Answer<DailyUsage>>, span: Span, now: Date): Part<UsageSeries> {
  if (usage.status === "failed") return { status: "failed", reason: usage.reason };
  const { rows, covered } = usage.data.value;
  const { degraded } = usage;
  return { status: "ok", data: normaliseUsage(rows, { span, now, degraded, covered }), degraded };
}

function headline(overview: OverviewSummary, { total }: Windows): string {
  const spend = `${overview.lower_bound ? "at least " : ""}${usdText(overview.total_cost_usd)}`;
  const requests = overview.requests === null ? "" : ` in ${countText(overview.requests)} requests`;
  const success = overview.success_pct === null ? "" : `; ${overview.success_pct}% of requests succeeded`;
  return `The workspace spent ${spend}${requests} in ${total.from} to ${total.to} (UTC, ${total.label}, today still open)${success}.`;
}

export default defineTool({
  name: "get_workspace_overview",
  title: "Workspace overview",
  description:
    "Returns the workspace's basic numbers (key metrics) for this billing cycle: spend in US dollars, requests, " +
    "tokens, unit costs, success rate in percent, average latency in ms, and how many agents, people (members), " +
    "departments and keys there are. Use it for a first look at how big and reliable the workspace is. UTC days; " +
    "today is included and shown apart. For other windows use get_usage_summary; for the present get_live_24h; for " +
    "movers and budget get_executive_dashboard. Null means not reported, never zero. Needs read scope.",
  modes: ["manager"],
  toolset: "analytics",
  effect: "read",
  input: z.strictObject({}),
  output: analysis({
    total_cost_usd: nullable,
    lower_bound: z.boolean(),
    today_so_far_usd: nullable,
    avg_complete_day_usd: nullable,
    requests: nullable,
    tokens: nullable,
    cost_per_request_usd: nullable,
    cost_per_1k_tokens_usd: nullable,
    success_pct: nullable,
    avg_latency_ms: nullable,
    counts: z
      .strictObject({ agents: nullable, members: nullable, departments: nullable, virtual_keys: nullable })
      .nullable(),
  }),
  async run(_args, { api, now }) {
    const { windows, overview, overviewSpan, usage, notes: windowNotes } = await gatherOverview(api, now);
    const { result, notes } = summariseOverview({
      windows,
      overview: overview.status === "ok" ? { ...overview, data: overview.data.value } : overview,
      overviewSpan,
      usage: toSeries(usage, windows.total, now),
    });
    return {
      headline: headline(result, windows),
      basis: buildBasis({
        windows,
        now,
        source: [overview.status === "ok" && "overview", usage.status === "ok" && "usage_series"].filter(
          (name) => name !== false,
        ),
        degraded: [overview, usage].some((each) => each.status === "ok" && each.degraded),
        compares: false,
        notes: [
          ...windowNotes,
          ...notes,
          ...notesOnFailures([overview]),
          ...(overview.status === "ok" ? notesOnAnswer("The overview", overview.data) : []),
        ],
      }),
      ...result,
    };
  },
});
