import * as z from "zod";
import type { Note, Noted } from "../finops/basis.ts";
import type { CutComparison } from "../finops/entity-change.ts";
import { toMicroOrNull } from "../finops/money.ts";
import { type Movers, movers } from "../finops/movers.ts";
import { recentDays } from "../finops/recent-days.ts";
import { checkScope } from "../finops/scope-check.ts";
import { readSparklines, type SparkMetric } from "../finops/sparklines.ts";
import type { UsageSummary } from "../finops/usage-summary.ts";
import { cutIfAddsUp } from "../finops/whole-list.ts";
import { spanDays } from "../finops/window.ts";
import { change } from "./answer.ts";
import { comparedCuts, ENTITY_CUTS } from "./breakdown.ts";
import type { GatheredDashboard } from "./dashboard.ts";
import { episodeSchema, todaySchema, toEpisode } from "./episode-rows.ts";
import { moversSchema, moverTable } from "./mover-rows.ts";
import { trendFields } from "./trend.ts";
import { asPart } from "./usage.ts";

/** One block of the dashboard: `partial` when some of its figures are null, `failed` when none could be had. */
export type Block<T> =
  | { status: "ok"; data: T }
  | { status: "partial"; data: T; reason: string }
  | { status: "failed"; data: null; reason: string };

/** The schema of a block: a failed one has no data, never zeros. */
export function block<S extends z.ZodRawShape>(fields: S) {
  return z.strictObject({
    status: z.enum(["ok", "partial", "failed"]),
    data: z.strictObject(fields).nullable(),
    reason: z.string().optional(),
  });
}

const nullable = z.number().nullable();

export const spendFields = {
  total_cost_usd: nullable,
  lower_bound: z.boolean(),
  today_so_far_usd: nullable,
  avg_complete_day_usd: nullable,
  requests: nullable,
  tokens: nullable,
  cost_per_request_usd: nullable,
  change: z.strictObject({ cost: change, requests: change, tokens: change }),
  compared: z.strictObject({ current_cost_usd: nullable, previous_cost_usd: nullable }),
  calendar_adjusted_pct: z.number().optional(),
};

/** The same figures as the usage summary of these windows. */
export function spendBlock(
  { usage }: GatheredDashboard,
  summary: UsageSummary,
): Block<z.output<z.ZodObject<typeof spendFields>>> {
  if (usage.status === "failed") return { status: "failed", data: null, reason: usage.reason };
  const { total_cost_usd, lower_bound, today_so_far_usd, avg_complete_day_usd, requests, tokens } = summary;
  const { cost_per_request_usd, change: changes, compared, calendar_adjusted_pct } = summary;
  const data = {
    ...{ total_cost_usd, lower_bound, today_so_far_usd, avg_complete_day_usd, requests, tokens: tokens.total },
    ...{ cost_per_request_usd, change: changes, compared },
    ...(calendar_adjusted_pct !== undefined && { calendar_adjusted_pct }),
  };
  return total_cost_usd === null || lower_bound
    ? { status: "partial", data, reason: "missing days" }
    : { status: "ok", data };
}

const line = z
  .strictObject({ sparkline: z.string(), ...trendFields })
  .nullable()
  .optional();
export const trendBlockFields = { spend: line, requests: line, tokens: line, success: line, latency: line };

/** Fourteen complete days and today, as in the sparklines on their own. */
const TREND_DAYS = 15;

/** The trends of the sparklines, without their points. */
export function trendBlock(
  { usage, lines }: GatheredDashboard,
  metrics: readonly SparkMetric[],
): Noted<Block<z.output<z.ZodObject<typeof trendBlockFields>>>> {
  if (usage.status === "failed" && lines?.status !== "ok") {
    return { result: { status: "failed", data: null, reason: usage.reason }, notes: [] };
  }
  const series = usage.status === "ok" ? { ...usage, data: recentDays(usage.data, TREND_DAYS) } : usage;
  const sent = lines === null ? NOT_ASKED : lines.status === "ok" ? { ...lines, data: lines.data.value } : lines;
  const { result, notes } = readSparklines({ metrics, lines: sent, usage: asPart(series) });
  const data = Object.fromEntries(
    metrics.map((metric) => {
      const found = result[metric] ?? null;
      if (found === null) return [metric, null];
      const { unit: _unit, points: _points, ...rest } = found;
      return [metric, rest];
    }),
  );
  const missing = metrics.filter((metric) => !result[metric]);
  return {
    result:
      missing.length > 0 ? { status: "partial", data, reason: `no ${missing.join(", ")}` } : { status: "ok", data },
    notes,
  };
}

const NOT_ASKED = { status: "failed", reason: "invalid" } as const;

export const moversBlockFields = { dimension: z.string(), ...moversSchema.shape };
const MOST_MOVERS = 5;

/** Who moved most along one cut: agents, or the first cut the service has. */
export function moversBlock(
  { current, previous }: GatheredDashboard,
  { compared }: UsageSummary,
): Noted<Block<z.output<z.ZodObject<typeof moversBlockFields>>>> {
  const cuts = comparedCuts(current, previous);
  const dimension = ENTITY_CUTS.find((name) => name in cuts);
  const totals = {
    current: toMicroOrNull(compared.current_cost_usd),
    previous: toMicroOrNull(compared.previous_cost_usd),
  };
  const found = dimension && cuts[dimension];
  const cut = found && cutIfAddsUp(found, totals);
  if (!cut || (cut.current.status === "failed" && cut.previous.status === "failed")) {
    const reason = current.status === "failed" ? current.reason : "bad_shape";
    return { result: { status: "failed", data: null, reason }, notes: [] };
  }
  const { result, notes } = movers({
    ...cut,
    totalCurrent: totals.current,
    totalPrevious: totals.previous,
    limit: MOST_MOVERS,
  });
  const data = { dimension, ...moverTable(result, dimension, []) };
  const reason = whyUnknown(cut, result);
  return {
    result: reason === null ? { status: "ok", data } : { status: "partial", data, reason },
    notes: notes
      .filter(({ code }) => code !== "sub_call_failed")
      .map(({ code, text }) => ({ code, text: `Movers: ${text}` })),
  };
}

/** Why moves are unknown; null when all are known. */
function whyUnknown({ current, previous }: CutComparison, { rows, other }: Movers): string | null {
  for (const side of [current, previous]) {
    if (side.status === "failed") return side.reason;
    if (side.degraded) return "degraded";
  }
  return [...rows, other].some(({ delta_usd }) => delta_usd === null) ? "missing costs" : null;
}

export const anomaliesFields = {
  judged_days: z.int(),
  episodes: z.array(episodeSchema),
  more_episodes: z.int(),
  today_alert: todaySchema,
};
const MOST_EPISODES = 3;

/** Episodes of the workspace's own series that touch the last complete days. */
export function anomaliesBlock({
  usage,
  windows,
}: GatheredDashboard): Noted<Block<z.output<z.ZodObject<typeof anomaliesFields>>>> {
  if (usage.status === "failed") return { result: { status: "failed", data: null, reason: usage.reason }, notes: [] };
  const check = checkScope({ type: "workspace", id: null, name: null }, usage.data, windows.current);
  const data = {
    judged_days: check.judgedDays,
    episodes: check.episodes.slice(0, MOST_EPISODES).map(toEpisode),
    more_episodes: Math.max(0, check.episodes.length - MOST_EPISODES),
    today_alert: check.today,
  };
  const days = spanDays(windows.current);
  if (check.judgedDays === days) return { result: { status: "ok", data }, notes: [] };
  const reason = `${check.judgedDays} of ${days} days had enough history to be judged`;
  const notes: Note[] = [{ code: "short_history", text: `Anomalies: ${reason}.` }];
  return { result: { status: "partial", data, reason }, notes };
}
