import { assumedUnits } from "./assumed-units.ts";
import type { Note, Noted } from "./basis.ts";
import { findCostUnit } from "./cost-unit.ts";
import { toUsdOrNull } from "./money.ts";
import type { Part } from "./part.ts";
import { roundTo } from "./rounding.ts";
import { textSparkline } from "./text-sparkline.ts";
import { reportTrend, type TrendReport } from "./trend-report.ts";
import type { SeriesDay, UsageSeries } from "./usage.ts";

export const SPARK_METRICS = ["spend", "requests", "tokens", "success", "latency"] as const;
export type SparkMetric = (typeof SPARK_METRICS)[number];

export type SparkUnit = "USD" | "requests" | "tokens" | "percent" | "ms";

const UNIT: Record<SparkMetric, SparkUnit> = {
  spend: "USD",
  requests: "requests",
  tokens: "tokens",
  success: "percent",
  latency: "ms",
};

/** One metric over the last seven days, ready to return from a tool. */
export interface SparkLine extends TrendReport {
  unit: SparkUnit;
  /** Oldest first; the last is today so far, which no trend uses. */
  points: (number | null)[];
  sparkline: string;
}

export interface SparklinesInput {
  metrics: readonly SparkMetric[];
  /** Seven points per metric as the service sends them. */
  lines: Part<Readonly<Record<SparkMetric, readonly (number | null)[] | null>>>;
  /** The usage series over two weeks and today; `null` when no metric needs it. */
  usage: Part<UsageSeries> | null;
}

const SHOWN_DAYS = 7;

/**
 * Rising, falling or neither, per metric. Where the daily usage series agrees with the points, the trend is made from its
 * fourteen complete days, so that weekends do not count as a fall; else from the points themselves without today.
 */
export function readSparklines({
  metrics,
  lines,
  usage,
}: SparklinesInput): Noted<Partial<Record<SparkMetric, SparkLine | null>>> {
  const notes: Note[] = [];
  const result: Partial<Record<SparkMetric, SparkLine | null>> = {};
  for (const metric of metrics) {
    const sent = sentPoints(lines, metric);
    const days = usage?.status === "ok" ? usage.data.days : [];
    const daily = {
      values: days.map((day) => dayValue(metric, day)),
      degraded: usage?.status === "ok" && usage.degraded,
    };
    const line = readLine(metric, sent, daily, { notes, degraded: lines.status === "ok" && lines.degraded });
    if (line === null && lines.status === "ok") {
      notes.push({ code: "missing_days", text: `The service sent no points for ${metric}: unknown, not zero.` });
    }
    result[metric] = line;
  }
  const assumed = assumedUnits({ success: Boolean(result.success), latency: Boolean(result.latency) });
  return { result, notes: [...notes, ...assumed] };
}

/** The points as sent; `null` for a metric that was left out, `"failed"` when the whole answer is missing. */
function sentPoints(lines: SparklinesInput["lines"], metric: SparkMetric): (number | null)[] | "failed" | null {
  if (lines.status === "failed") return "failed";
  const points = lines.data[metric];
  if (points === null || points.length === 0) return null;
  return points.map((point) => (point === null || (lines.degraded && point === 0) ? null : roundTo(point, 6)));
}

/** Of a degraded answer no trend is made: its gaps would bend it. */
function readLine(
  metric: SparkMetric,
  sent: (number | null)[] | "failed" | null,
  { values: daily, degraded: isDailyDegraded }: { values: readonly (number | null)[]; degraded: boolean },
  { notes, degraded: isSentDegraded }: { notes: Note[]; degraded: boolean },
): SparkLine | null {
  if (sent === null) return null;
  const hasDaily = daily.some((value) => value !== null);
  const trendOfDaily = isDailyDegraded ? [] : daily;
  if (sent === "failed") return hasDaily ? makeLine(metric, daily.slice(-SHOWN_DAYS), trendOfDaily, notes) : null;
  if (!hasDaily) {
    if (metric === "spend")
      notes.push({ code: "unit_unknown", text: "The unit of spend could not be checked: USD is assumed." });
    return makeLine(metric, sent, isSentDegraded ? [] : sent, notes);
  }
  const perUnit = unitOf(metric, sent, daily);
  if (perUnit !== null) {
    const points = sent.map((value) => (value === null ? null : roundTo(value / perUnit, 6)));
    return makeLine(metric, points, isDailyDegraded && !isSentDegraded ? points : trendOfDaily, notes);
  }
  const code = metric === "spend" ? "unit_unknown" : "window_mismatch";
  const text = `The sparkline of ${metric} does not agree with the daily usage series; the series is shown.`;
  notes.push({ code, text });
  return makeLine(metric, daily.slice(-SHOWN_DAYS), trendOfDaily, notes);
}

function makeLine(
  metric: SparkMetric,
  points: (number | null)[],
  ofTrend: readonly (number | null)[],
  notes: Note[],
): SparkLine {
  const trend = reportTrend(ofTrend.slice(0, -1));
  notes.push(...trend.notes);
  const from = metric === "success" || metric === "latency" ? "lowest" : "zero";
  return { unit: UNIT[metric], points, sparkline: textSparkline(points, { from }), ...trend.result };
}

/** What one sent number is worth, found on the complete days both sides know; `null` when no unit makes them agree. */
function unitOf(
  metric: SparkMetric,
  sent: readonly (number | null)[],
  daily: readonly (number | null)[],
): number | null {
  let [own, used, compared] = [0, 0, 0];
  const values: number[] = [];
  for (let back = 2; back <= sent.length; back += 1) {
    const value = sent.at(-back) ?? null;
    const day = daily.at(-back) ?? null;
    if (value === null || day === null) continue;
    values.push(value);
    own += value;
    used += day;
    compared += 1;
  }
  if (compared === 0) return 1;
  const unit = findCostUnit(values, own, used);
  return unit !== null && (metric === "spend" || unit.unit === "usd") ? unit.perUsd : null;
}

function dayValue(metric: SparkMetric, day: SeriesDay): number | null {
  switch (metric) {
    case "spend":
      return toUsdOrNull(day.costMicro);
    case "requests":
      return day.requests;
    case "tokens":
      return day.tokens;
    default:
      return null;
  }
}
