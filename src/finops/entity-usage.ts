import type { Note, Noted } from "./basis.ts";
import { countText } from "./count.ts";
import { sinceFirstUse } from "./first-use.ts";
import { MICRO_PER_CENT, type Micro, toMicroOrNull, toUsd, toUsdOrNull, usdText } from "./money.ts";
import { isPlaceholderSuspected, type Part } from "./part.ts";
import { roundTo } from "./rounding.ts";
import { reportTrend, type TrendReport } from "./trend-report.ts";
import type { UsageSeries } from "./usage.ts";
import {
  completeDaysUsd,
  costPerRequestUsd,
  costPerTokensUsd,
  daysIn,
  exactly,
  type SpanSums,
  type Sum,
  sumSpan,
} from "./usage-sum.ts";
import { summariseUsage, type UsageSummary } from "./usage-summary.ts";
import type { Windows } from "./window.ts";

/** The totals of one agent, member or department as its own route states them. */
export interface EntityFigures {
  costUsd: number | null;
  requests: number | null;
  tokens: number | null;
  /** The cost came in storage units, which are not money. */
  hasRawCost: boolean;
}

export interface EntityUsageInput {
  windows: Windows;
  /** The entity's daily series over all windows. */
  usage: Part<UsageSeries>;
  /** The entity's own route over the total window. */
  stated: Part<EntityFigures>;
  /** The series of the workspace over the total window, for the share. */
  workspace: Part<UsageSeries>;
}

/** Ready to return from a tool. */
export interface EntityUsage {
  total_cost_usd: number | null;
  /** Days are missing: the totals are "at least". */
  lower_bound: boolean;
  requests: number | null;
  tokens: number | null;
  share_of_workspace_pct: number | null;
  unit_costs: { per_request_usd: number | null; per_1k_tokens_usd: number | null };
  change: UsageSummary["change"] & {
    current_cost_usd: number | null;
    previous_cost_usd: number | null;
    calendar_adjusted_pct?: number;
  };
  trend: TrendReport;
  /** The days of the total window, today last when it is in it; `null` when the series could not be read. */
  days: {
    today_so_far_usd: number | null;
    yesterday_usd?: number | null;
    avg_complete_usd: number | null;
    dates: string[];
    cost_usd: (number | null)[];
  } | null;
}

export interface EntityUsageResult {
  usage: EntityUsage;
  /** Where cost, requests and tokens of the window come from. */
  source: "entity_analytics" | "usage_series";
  /** False when neither source holds a positive figure: then nothing shows that the entity exists. */
  hasEvidence: boolean;
}

/**
 * What one entity used. Its own route answers when it can be believed: it is readable, not a page of zeros beside real use,
 * and agrees with the daily series. Else the series answers. Changes, means and the trend always come from the series, from the
 * first use on.
 */
export function entityUsage({
  windows,
  usage: recorded,
  stated,
  workspace,
}: EntityUsageInput): Noted<EntityUsageResult> {
  const usage = recorded.status === "ok" ? { ...recorded, data: sinceFirstUse(recorded.data) } : recorded;
  const { result: summary, notes: summaryNotes } = summariseUsage({ windows, usage });
  const series = usage.status === "ok" ? usage.data : null;
  const notes = [...summaryNotes];
  const own = judge(stated, series && sumSpan(series, windows.total), notes);
  const trend = reportTrend(series === null || series.degraded ? [] : completeDaysUsd(series).usd);
  const cost = own?.cost ?? toMicroOrNull(summary.total_cost_usd);
  const requests = own?.requests ?? summary.requests;
  const tokens = own?.tokens ?? summary.tokens.total;
  const isLowerBound = own === null && summary.lower_bound;
  const sure = isLowerBound ? null : cost;
  const isDegraded = [own === null ? usage : stated, workspace].some((each) => each.status === "ok" && each.degraded);
  const { calendar_adjusted_pct, compared } = summary;
  const result: EntityUsage = {
    total_cost_usd: toUsdOrNull(cost),
    lower_bound: isLowerBound,
    requests,
    tokens,
    share_of_workspace_pct: isDegraded ? null : shareOf(sure, workspace, windows),
    unit_costs: {
      per_request_usd: costPerRequestUsd(sure, requests),
      per_1k_tokens_usd: costPerTokensUsd(sure, tokens, 1_000),
    },
    change: { ...summary.change, ...compared, ...(calendar_adjusted_pct !== undefined && { calendar_adjusted_pct }) },
    trend: trend.result,
    days: series && dayColumns(series, windows, summary),
  };
  const source = own === null ? "usage_series" : "entity_analytics";
  return {
    result: { usage: result, source, hasEvidence: hasPositive(stated, series) },
    notes: [...notes.filter(({ code }) => isLowerBound || code !== "lower_bound"), ...(series ? trend.notes : [])],
  };
}

interface Totals {
  cost: Micro | null;
  requests: number | null;
  tokens: number | null;
}

/** The totals of the entity's own route, or `null` and a note when the daily series has to answer instead. */
function judge(stated: Part<EntityFigures>, sums: SpanSums | null, notes: Note[]): Totals | null {
  const refuse = (code: Note["code"], text: string): null => {
    notes.push({ code, text: `${text}; the totals are those of the daily usage series.` });
    return null;
  };
  if (stated.status === "failed")
    return refuse("sub_call_failed", `The entity's own analytics failed (${stated.reason})`);
  const { hasRawCost, ...figures } = stated.data;
  const known = (value: number | null): number | null => (stated.degraded && value === 0 ? null : value);
  const shown = [known(figures.costUsd), known(figures.requests), known(figures.tokens)];
  if (hasRawCost && figures.costUsd === null) {
    return refuse("unit_unknown", "The entity's own analytics give cost in storage units, which are not money");
  }
  const used = toUsdOrNull(sums?.cost.value ?? null);
  if (isPlaceholderSuspected(shown, used)) {
    return refuse("placeholder_suspected", "The entity's own analytics show only zeros although there is usage");
  }
  if (!shown.some((figure) => figure !== null && figure > 0)) {
    if (used !== null) return null;
    return refuse("placeholder_suspected", "The entity's own analytics show only zeros, which may be a placeholder");
  }
  const [costUsd = null, requests = null, tokens = null] = shown;
  const cost = toMicroOrNull(costUsd);
  const money = (micro: Micro): string => usdText(toUsd(micro));
  const figuresApart =
    apart(cost, sums?.cost, MICRO_PER_CENT, money) ??
    apart(requests, sums?.requests, 1, (count) => `${countText(count)} requests`) ??
    apart(tokens, sums?.tokens, 1, (count) => `${countText(count)} tokens`);
  if (figuresApart !== null) return refuse("window_mismatch", figuresApart);
  return { cost, requests, tokens };
}

/**
 * Both figures in words when they are more than 1 % and more than `least` apart; a series with unknown days may only be the
 * smaller one. `null` when they agree or one is unknown.
 */
function apart(
  stated: number | null,
  days: Sum | undefined,
  least: number,
  text: (figure: number) => string,
): string | null {
  const used = days?.value ?? null;
  if (stated === null || used === null || (days?.lowerBound && stated > used)) return null;
  if (Math.abs(stated - used) <= Math.max(least, Math.abs(used) / 100)) return null;
  return `The entity's own analytics say ${text(stated)}, the daily usage series ${text(used)}`;
}

function shareOf(cost: Micro | null, workspace: Part<UsageSeries>, { total }: Windows): number | null {
  if (workspace.status === "failed" || cost === null || cost < 0) return null;
  const whole = exactly(sumSpan(workspace.data, total).cost);
  if (whole === null || whole <= 0 || cost > whole) return null;
  return roundTo((100 * cost) / whole, 1);
}

function hasPositive(stated: Part<EntityFigures>, series: UsageSeries | null): boolean {
  const own = stated.status === "ok" && (stated.data.hasRawCost || isUsed(stated.data.costUsd, stated.data.requests));
  return own || (series?.days ?? []).some(({ costMicro, requests }) => isUsed(costMicro, requests));
}

function isUsed(cost: number | null, requests: number | null): boolean {
  return (cost ?? 0) !== 0 || (requests ?? 0) > 0;
}

function dayColumns(series: UsageSeries, { total }: Windows, summary: UsageSummary): EntityUsage["days"] {
  const days = daysIn(series, total);
  const { today_so_far_usd, yesterday_usd, avg_complete_day_usd } = summary;
  return {
    today_so_far_usd,
    ...(yesterday_usd !== undefined && { yesterday_usd }),
    avg_complete_usd: avg_complete_day_usd,
    dates: days.map(({ date }) => date),
    cost_usd: days.map(({ costMicro }) => toUsdOrNull(costMicro)),
  };
}
