import { type Day, eachDay, earlier, weekday } from "./day.ts";
import { type Micro, toUsd, toUsdOrNull } from "./money.ts";
import { roundTo } from "./rounding.ts";
import type { SeriesDay, UsageSeries } from "./usage.ts";
import { inSpan, type Span } from "./window.ts";

/** A sum over days; `null` when no day is known, a lower bound when some are not. */
export interface Sum {
  value: number | null;
  lowerBound: boolean;
}

export interface SpanSums {
  /** micro-USD, credits taken off */
  cost: Sum;
  requests: Sum;
  tokens: Sum;
  /** micro-USD of the days with a negative cost; 0 when there are none */
  credits: Micro;
}

type Metric = "costMicro" | "requests" | "tokens";

/** The days of a series inside a span. */
export function daysIn(series: UsageSeries, span: Span): SeriesDay[] {
  return series.days.filter((day) => inSpan(day.date, span));
}

/** Sums a span of a series. Days of the span the series does not hold are unknown; days after today are not expected. */
export function sumSpan(series: UsageSeries, span: Span): SpanSums {
  const days = daysIn(series, span);
  const expected = eachDay(span.from, earlier(span.to, series.today)).length;
  const absent = expected - days.length;
  return {
    cost: sumMetric(days, "costMicro", absent),
    requests: sumMetric(days, "requests", absent),
    tokens: sumMetric(days, "tokens", absent),
    credits: days.reduce((acc, day) => acc + Math.min(day.costMicro ?? 0, 0), 0),
  };
}

/** The value of a sum that covers every day, `null` otherwise: what a comparison may use. */
export function exactly(sum: Sum): number | null {
  return sum.lowerBound ? null : sum.value;
}

/** USD per request with 6 decimals; `null` when a side is unknown or nothing was requested. */
export function costPerRequestUsd(cost: Micro | null, requests: number | null): number | null {
  return perUnit(cost, requests, 1);
}

/** USD per `size` tokens with 6 decimals; `null` when a side is unknown or there are no tokens. */
export function costPerTokensUsd(cost: Micro | null, tokens: number | null, size: number): number | null {
  return perUnit(cost, tokens, size);
}

function perUnit(cost: Micro | null, count: number | null, size: number): number | null {
  if (cost === null || count === null || count <= 0) return null;
  return roundTo((toUsd(cost) * size) / count, 6);
}

function sumMetric(days: readonly SeriesDay[], metric: Metric, absent: number): Sum {
  let value: number | null = null;
  let unknown = absent;
  for (const day of days) {
    const figure = day.origin === "before_scope" ? 0 : day[metric];
    if (figure === null) unknown += 1;
    else value = (value ?? 0) + figure;
  }
  return { value, lowerBound: unknown > 0 };
}

/** The complete days of a series as the statistics take them: USD per day in order, `null` when unknown, and its weekday. */
export function completeDaysUsd(series: UsageSeries): { dates: Day[]; usd: (number | null)[]; dow: number[] } {
  const days = series.days.filter((day) => day.complete);
  return {
    dates: days.map((day) => day.date),
    usd: days.map((day) => toUsdOrNull(day.costMicro)),
    dow: days.map((day) => weekday(day.date)),
  };
}
