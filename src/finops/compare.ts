import type { Noted } from "./basis.ts";
import { calendarAdjustedPct, calendarMixNote } from "./calendar-mix.ts";
import { type Change, changeBetween } from "./change.ts";
import { logMean } from "./log-mean.ts";
import { type Micro, toUsd, toUsdOrNull } from "./money.ts";
import { largestRemainder } from "./rounding.ts";
import type { UsageSeries } from "./usage.ts";
import { seriesNotes } from "./usage-notes.ts";
import { costPerRequestUsd, exactly, sumSpan } from "./usage-sum.ts";
import { dayUsd } from "./usage-summary.ts";
import type { Windows } from "./window.ts";

export interface PeriodFigures {
  cost_usd: number | null;
  requests: number | null;
  tokens: number | null;
  cost_per_request_usd: number | null;
}

/** How much of a change in cost comes from more requests and how much from dearer ones; both add up to the change. */
export interface CostSplit {
  volume_usd: number | null;
  unit_cost_usd: number | null;
}

/** Ready to return from a tool. */
export interface PeriodComparison {
  current: PeriodFigures;
  previous: PeriodFigures;
  delta_usd: number | null;
  change: { cost: Change; requests: Change; tokens: Change; cost_per_request: Change };
  split: CostSplit;
  today_so_far_usd: number | null;
  calendar_adjusted_pct?: number;
}

interface Figures {
  cost: Micro | null;
  requests: number | null;
  tokens: number | null;
}

const UNKNOWN: Figures = { cost: null, requests: null, tokens: null };

/** Sets the complete days of one entity's window against those before, and splits the change of its cost. */
export function comparePeriods({
  windows,
  series,
}: {
  windows: Windows;
  series: UsageSeries;
}): Noted<PeriodComparison> {
  const { current, previous } = windows;
  const canCompare = current !== null && previous !== null && !series.degraded;
  const now = current ? figuresOf(series, current) : UNKNOWN;
  const before = previous ? figuresOf(series, previous) : UNKNOWN;
  const adjusted = canCompare ? calendarAdjustedPct(series, current, previous) : null;
  const changeOf = (a: number | null, b: number | null): Change => changeBetween(canCompare ? a : null, b);
  const result: PeriodComparison = {
    current: shown(now),
    previous: shown(before),
    delta_usd: canCompare && now.cost !== null && before.cost !== null ? toUsd(now.cost - before.cost) : null,
    change: {
      cost: changeOf(now.cost, before.cost),
      requests: changeOf(now.requests, before.requests),
      tokens: changeOf(now.tokens, before.tokens),
      cost_per_request: changeOf(unitCost(now), unitCost(before)),
    },
    split: canCompare ? splitCost(now, before) : NO_SPLIT,
    today_so_far_usd: windows.includesToday ? dayUsd(series, windows.today) : null,
    ...(adjusted !== null && { calendar_adjusted_pct: adjusted }),
  };
  const notes = seriesNotes(series, [windows.total, current, previous]);
  if (adjusted !== null) notes.push(calendarMixNote(adjusted));
  return { result, notes };
}

const NO_SPLIT: CostSplit = { volume_usd: null, unit_cost_usd: null };

/**
 * Splits a change of cost into requests and cost per request with logarithmic-mean weights (the LMDI method of Ang), which leave
 * no remainder. A side without cost or requests cannot be split.
 */
export function splitCost(now: Omit<Figures, "tokens">, before: Omit<Figures, "tokens">): CostSplit {
  const [c1, c0, r1, r0] = [now.cost, before.cost, now.requests, before.requests];
  if (c1 === null || c0 === null || r1 === null || r0 === null) return NO_SPLIT;
  if (c1 <= 0 || c0 <= 0 || r1 <= 0 || r0 <= 0) return NO_SPLIT;
  const delta = toUsd(c1 - c0);
  const volume = logMean(toUsd(c1), toUsd(c0)) * Math.log(r1 / r0);
  const unit = Math.abs(delta) < 1 && Math.abs(volume) < 1 ? 1e-6 : 0.01;
  const [volumeUsd = null, unitCostUsd = null] = largestRemainder([volume, delta - volume], unit);
  return { volume_usd: volumeUsd, unit_cost_usd: unitCostUsd };
}

function figuresOf(series: UsageSeries, span: { from: string; to: string }): Figures {
  const sums = sumSpan(series, span);
  return { cost: exactly(sums.cost), requests: exactly(sums.requests), tokens: exactly(sums.tokens) };
}

function unitCost({ cost, requests }: Figures): number | null {
  return cost === null || requests === null || requests <= 0 ? null : cost / requests;
}

function shown({ cost, requests, tokens }: Figures): PeriodFigures {
  return { cost_usd: toUsdOrNull(cost), requests, tokens, cost_per_request_usd: costPerRequestUsd(cost, requests) };
}
