import { degradedNote, failedNote, type Note, type Noted, spanText, withoutRepeats } from "./basis.ts";
import { calendarAdjustedPct, calendarMixNote } from "./calendar-mix.ts";
import { type Change, changeBetween, UNKNOWN_CHANGE } from "./change.ts";
import { toMicroOrNull, toUsd, toUsdOrNull } from "./money.ts";
import type { Part } from "./part.ts";
import { roundHalfAway } from "./rounding.ts";
import { believable, better, disagreements, type ReportedUsage, tokensOf } from "./stated-usage.ts";
import type { UsageSeries } from "./usage.ts";
import { seriesNotes } from "./usage-notes.ts";
import { costPerRequestUsd, costPerTokensUsd, daysIn, exactly, type SpanSums, sumSpan } from "./usage-sum.ts";
import type { Windows } from "./window.ts";

export type { ReportedUsage } from "./stated-usage.ts";

export interface UsageSummaryInput {
  windows: Windows;
  usage: Part<UsageSeries>;
  reported?: Part<ReportedUsage>;
}

/** Ready to return from a tool. */
export interface UsageSummary {
  total_cost_usd: number | null;
  /** Days are missing: total, requests and tokens are "at least". */
  lower_bound: boolean;
  /** Present when credits lowered the total: the cost before them, and the credits (negative). */
  gross_cost_usd?: number;
  credits_usd?: number;
  today_so_far_usd: number | null;
  /** Present for `24h`, where yesterday and today are two separate figures. */
  yesterday_usd?: number | null;
  avg_complete_day_usd: number | null;
  requests: number | null;
  tokens: { input: number | null; output: number | null; total: number | null };
  cost_per_request_usd: number | null;
  cost_per_1k_tokens_usd: number | null;
  change: { cost: Change; requests: Change; tokens: Change };
  compared: { current_cost_usd: number | null; previous_cost_usd: number | null };
  calendar_adjusted_pct?: number;
  /** The service's own change; it sets an open day against whole ones, so for `24h` it says nothing. */
  server_reported_pct?: { cost: number | null; requests: number | null };
}

const OWN_CHANGE: Note = {
  code: "partial_today",
  text: "server_reported_pct is the service's own change: it includes today, an open day, beside whole ones.",
};

/** How much was used in the total window, and whether the last complete days are more than those before. */
export function summariseUsage({ windows, usage, reported }: UsageSummaryInput): Noted<UsageSummary> {
  const series = usage.status === "ok" ? usage.data : null;
  const notes = [
    ...partNotes("The usage series", usage),
    ...(reported ? partNotes("The usage summary", reported) : []),
  ];
  if (series) notes.unshift(...seriesNotes(series, [windows.total, windows.current, windows.previous]));
  const stated = believable(reported);
  const sums = series && sumSpan(series, windows.total);
  const cost = better(sums?.cost, toMicroOrNull(stated.costUsd));
  const requests = better(sums?.requests, stated.requests);
  const { result: tokens, notes: tokenNotes } = tokensOf(sums?.tokens, stated);
  const isLowerBound = cost.lowerBound && cost.value !== null;
  if (isLowerBound) notes.push(lowerBoundNote("Cost"));
  if (sums) notes.push(...disagreements(sums, stated), ...tokenNotes);

  const comparison = compare(series, windows);
  notes.push(...reachNotes(series, windows));
  if (comparison.adjusted !== null) notes.push(calendarMixNote(comparison.adjusted));
  const ownChange = windows.period === "24h" ? null : stated.changePct;
  if (ownChange) notes.push(OWN_CHANGE);
  const result: UsageSummary = {
    total_cost_usd: toUsdOrNull(cost.value),
    lower_bound: isLowerBound,
    ...(sums && creditFields(sums)),
    today_so_far_usd: series && windows.includesToday ? dayUsd(series, windows.today) : null,
    ...(windows.period === "24h" && { yesterday_usd: series && windows.current && dayUsd(series, windows.current.to) }),
    avg_complete_day_usd: series && averageCompleteDay(series, windows),
    requests: requests.value,
    tokens: tokens.shown,
    cost_per_request_usd: costPerRequestUsd(exactly(cost), exactly(requests)),
    cost_per_1k_tokens_usd: costPerTokensUsd(exactly(cost), exactly(tokens), 1_000),
    change: comparison.change,
    compared: { current_cost_usd: comparison.currentUsd, previous_cost_usd: comparison.previousUsd },
    ...(comparison.adjusted !== null && { calendar_adjusted_pct: comparison.adjusted }),
    ...(ownChange && { server_reported_pct: ownChange }),
  };
  return { result, notes: withoutRepeats(notes) };
}

/** Why there is no change when the series begins only after the window before. */
function reachNotes(series: UsageSeries | null, { previous }: Windows): Note[] {
  if (series === null || series.degraded || previous === null || previous.to >= series.span.from) return [];
  const known = `The source reaches back to ${series.span.from}`;
  const text = `${known}: the window before (${spanText(previous)}) is not known, so there is no change.`;
  return [{ code: "missing_days", text }];
}

/** The note of a figure that misses days or rows. */
export function lowerBoundNote(what: string): Note {
  return {
    code: "lower_bound",
    text: `${what} is at least the figure shown: days or rows are missing from the source.`,
  };
}

/** Gross cost and credits, only when there are credits in the window. */
export function creditFields(sums: SpanSums): { gross_cost_usd?: number; credits_usd?: number } {
  if (sums.credits === 0 || sums.cost.value === null) return {};
  return { gross_cost_usd: toUsd(sums.cost.value - sums.credits), credits_usd: toUsd(sums.credits) };
}

/** The cost of one day of a series, `null` when it is unknown. */
export function dayUsd(series: UsageSeries, day: string): number | null {
  return toUsdOrNull(exactly(sumSpan(series, { from: day, to: day }).cost));
}

function compare(series: UsageSeries | null, { current, previous }: Windows) {
  if (!series || series.degraded || !current || !previous) {
    const change = { cost: UNKNOWN_CHANGE, requests: UNKNOWN_CHANGE, tokens: UNKNOWN_CHANGE };
    return { change, currentUsd: null, previousUsd: null, adjusted: null };
  }
  const now = sumSpan(series, current);
  const before = sumSpan(series, previous);
  const changeOf = (metric: "cost" | "requests" | "tokens") =>
    changeBetween(exactly(now[metric]), exactly(before[metric]));
  return {
    change: { cost: changeOf("cost"), requests: changeOf("requests"), tokens: changeOf("tokens") },
    currentUsd: toUsdOrNull(exactly(now.cost)),
    previousUsd: toUsdOrNull(exactly(before.cost)),
    adjusted: calendarAdjustedPct(series, current, previous),
  };
}

function averageCompleteDay(series: UsageSeries, windows: Windows): number | null {
  const costs = daysIn(series, windows.total).flatMap((day) =>
    day.complete && day.costMicro !== null ? [day.costMicro] : [],
  );
  if (costs.length === 0) return null;
  return toUsd(roundHalfAway(costs.reduce((acc, cost) => acc + cost, 0) / costs.length));
}

function partNotes(name: string, part: Part<unknown>): Note[] {
  if (part.status === "failed") return [failedNote(name, part.reason)];
  return part.degraded ? [degradedNote(name)] : [];
}
