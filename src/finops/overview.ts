import { assumedUnits } from "./assumed-units.ts";
import { type Note, type Noted, spanText } from "./basis.ts";
import { isPlaceholderSuspected, type Part } from "./part.ts";
import type { UsageSeries } from "./usage.ts";
import { sumSpan } from "./usage-sum.ts";
import { type ReportedUsage, summariseUsage, type UsageSummary } from "./usage-summary.ts";
import type { Span, Windows } from "./window.ts";

/** The figures of an overview screen as a service states them; every one may be missing. */
export interface OverviewFigures {
  costUsd: number | null;
  requests: number | null;
  tokens: number | null;
  successPct: number | null;
  avgLatencyMs: number | null;
  members: number | null;
  agents: number | null;
  virtualKeys: number | null;
  departments: number | null;
}

export interface OverviewInput {
  /** The window of the usage series. */
  windows: Windows;
  overview: Part<OverviewFigures>;
  /** The window the overview speaks for; `null` when it does not say. */
  overviewSpan: Span | null;
  usage: Part<UsageSeries>;
}

type SharedField =
  | "total_cost_usd"
  | "lower_bound"
  | "today_so_far_usd"
  | "avg_complete_day_usd"
  | "requests"
  | "cost_per_request_usd"
  | "cost_per_1k_tokens_usd";

/** Ready to return from a tool. */
export interface OverviewSummary extends Pick<UsageSummary, SharedField> {
  tokens: number | null;
  success_pct: number | null;
  avg_latency_ms: number | null;
  /** `null` when the service counts nothing here. */
  counts: {
    agents: number | null;
    members: number | null;
    departments: number | null;
    virtual_keys: number | null;
  } | null;
}

/**
 * The state of the workspace in its billing cycle. Money, requests and tokens come from the usage series, as everywhere, and
 * from the overview where the series is missing; success, latency and counts only the overview knows.
 */
export function summariseOverview({ windows, overview, overviewSpan, usage }: OverviewInput): Noted<OverviewSummary> {
  const used = usage.status === "ok" ? sumSpan(usage.data, windows.total).cost.value : null;
  const { figures, notes } = believable(overview, used);
  const isSameWindow = overviewSpan === null || isSame(overviewSpan, windows.total);
  // Without the series the overview's own window is the window of the answer, unless it is of a cycle that is over.
  const isOwnWindow = usage.status === "failed" && overviewSpan?.from === windows.total.from;
  const canAdd = isSameWindow || isOwnWindow;
  if (!canAdd) {
    const text = `Success and latency cover ${spanText(overviewSpan)}, the other figures ${spanText(windows.total)}.`;
    notes.push({ code: "window_mismatch", text });
  }
  const summary = summariseUsage({
    // Nothing is compared here.
    windows: { ...windows, current: null, previous: null },
    usage,
    ...(canAdd && { reported: { status: "ok", data: asReported(figures), degraded: false } }),
  });
  const { result: all } = summary;
  const measures = { success: figures.successPct !== null, latency: figures.avgLatencyMs !== null };
  return {
    result: {
      total_cost_usd: all.total_cost_usd,
      lower_bound: all.lower_bound,
      today_so_far_usd: all.today_so_far_usd,
      avg_complete_day_usd: all.avg_complete_day_usd,
      requests: all.requests,
      tokens: all.tokens.total,
      cost_per_request_usd: all.cost_per_request_usd,
      cost_per_1k_tokens_usd: all.cost_per_1k_tokens_usd,
      success_pct: figures.successPct,
      avg_latency_ms: figures.avgLatencyMs,
      counts: countsOf(figures),
    },
    notes: [...summary.notes, ...notes, ...assumedUnits(measures)],
  };
}

const NOTHING: OverviewFigures = {
  costUsd: null,
  requests: null,
  tokens: null,
  successPct: null,
  avgLatencyMs: null,
  members: null,
  agents: null,
  virtualKeys: null,
  departments: null,
};

/** Zeros of a degraded answer are unknown, and so is an answer of zeros while the usage series holds money. */
function believable(part: Part<OverviewFigures>, used: number | null): { figures: OverviewFigures; notes: Note[] } {
  if (part.status === "failed") return { figures: NOTHING, notes: [] };
  const { data } = part;
  if (part.degraded) {
    const known = (value: number | null): number | null => value || null;
    const { members, agents, virtualKeys, departments } = data;
    const figures: OverviewFigures = {
      costUsd: known(data.costUsd),
      requests: known(data.requests),
      tokens: known(data.tokens),
      successPct: known(data.successPct),
      avgLatencyMs: known(data.avgLatencyMs),
      ...{ members, agents, virtualKeys, departments },
    };
    return { figures, notes: [] };
  }
  const shown = [data.costUsd, data.requests, data.tokens];
  if (shown.some((figure) => figure !== null) && isPlaceholderSuspected(shown, used)) {
    const text = "The overview shows only zeros although there is usage, so its figures are left out.";
    const figures = { ...data, costUsd: null, requests: null, tokens: null, successPct: null, avgLatencyMs: null };
    return { figures, notes: [{ code: "placeholder_suspected", text }] };
  }
  return { figures: data, notes: [] };
}

function asReported({ costUsd, requests, tokens }: OverviewFigures): ReportedUsage {
  return { costUsd, requests, inputTokens: null, outputTokens: null, totalTokens: tokens, changePct: null };
}

function countsOf({ agents, members, departments, virtualKeys }: OverviewFigures): OverviewSummary["counts"] {
  const counts = { agents, members, departments, virtual_keys: virtualKeys };
  return Object.values(counts).every((count) => count === null) ? null : counts;
}

function isSame(a: Span, b: Span): boolean {
  return a.from === b.from && a.to === b.to;
}
