import type { ManagerApi } from "../api/manager.ts";
import type {
  Timeseries as ApiTimeseries,
  TimeseriesGranularity,
  TimeseriesMetric,
  TimeseriesPreset,
} from "../api/resources/timeseries.ts";
import type { Answer } from "../api/spend.ts";
import type { Note, Noted } from "../finops/basis.ts";
import { addDays, addMonths, type Day, dayOf, earlier } from "../finops/day.ts";
import { readTimeseries, type Timeseries } from "../finops/timeseries.ts";
import { pointsOfUsage } from "../finops/timeseries-view.ts";
import type { UsageSeries } from "../finops/usage.ts";
import type { Span } from "../finops/window.ts";
import { type NamedPart, notesOnFailures, part, requirePart } from "./part.ts";
import { notesOnAnswer } from "./service-remark.ts";
import { gatherSpan } from "./span-usage.ts";

export interface TimeseriesQuery {
  readonly metric: TimeseriesMetric;
  readonly granularity: TimeseriesGranularity;
  readonly period: TimeseriesPreset;
}

export interface GatheredTimeseries {
  readonly series: Timeseries;
  readonly usage: UsageSeries | null;
  readonly span: Span;
  /** The source of the figures answered without its data store. */
  readonly degraded: boolean;
  readonly notes: readonly Note[];
}

const MONTHS = { "3m": 3, "6m": 6, "12m": 12 } as const;

/** The days a preset word stands for: months back to the same day of the month, which itself is left out. */
function presetSpan(period: TimeseriesPreset, today: Day): Span {
  if (period === "7d" || period === "30d") return { from: addDays(today, period === "7d" ? -6 : -29), to: today };
  return { from: addDays(addMonths(today, -MONTHS[period]), 1), to: today };
}

/** A day more than the preset, whose months may begin earlier with the service, and two weeks at least, for the trend. */
function checkSpan(preset: Span): Span {
  return { from: earlier(addDays(preset.from, -1), addDays(preset.to, -14)), to: preset.to };
}

/**
 * The series, and beside it the daily usage series that checks the unit of costs, weighs ratios, and answers by day when the
 * series cannot be read or is not in money. Latency has no such check.
 */
export async function gatherTimeseries(
  api: ManagerApi,
  query: TimeseriesQuery,
  now: Date,
): Promise<GatheredTimeseries> {
  const today = dayOf(now);
  const preset = presetSpan(query.period, today);
  const [answer, check] = await Promise.all([
    part("The time series", api.timeseries(query.metric, query.granularity, query.period)),
    query.metric === "latency" ? null : gatherSpan(api, checkSpan(preset), now, "The daily usage series"),
  ]);
  const usage = check?.status === "ok" ? check.data : null;
  const instead = usage === null ? null : fromUsage(query.metric, { usage, answer, span: preset }, now);
  const { result, notes } = instead ?? read(requirePart(answer), query, { today, now, usage });
  const first = result.points[0]?.bucket.slice(0, 10);
  return {
    series: result,
    usage,
    span: spanOf(answer, query.period, today) ?? { from: first ?? preset.from, to: today },
    degraded: result.source === "usage_series" ? (usage?.degraded ?? false) : answer.status === "ok" && answer.degraded,
    notes: [...notes, ...notesOnFailures(check === null ? [] : [check])],
  };
}

/** Null while the series itself can answer, or when the usage series does not hold the metric. */
function fromUsage(
  metric: TimeseriesMetric,
  { usage, answer, span }: { usage: UsageSeries; answer: NamedPart<Answer<ApiTimeseries>>; span: Span },
  now: Date,
): Noted<Timeseries> | null {
  const reason = answer.status === "failed" ? `could not be read (${answer.reason})` : isRaw(answer.data.value) && RAW;
  const points = reason === false ? null : pointsOfUsage(metric, usage)?.filter(({ bucket }) => bucket >= span.from);
  if (!points) return null;
  const { result, notes } = readTimeseries({ metric, granularity: "day", points, now, span, usage });
  const text = `The time series ${reason}; the figures are those of the daily usage series, by day.`;
  const code = answer.status === "failed" ? "sub_call_failed" : "unit_unknown";
  return { result: { ...result, source: "usage_series" }, notes: [{ code, text }, ...usage.notes, ...notes] };
}

const RAW = "is in storage units, which are not money";

/** A zero written as text looks like a storage unit too, so a series counts as raw only when no value could be read. */
function isRaw({ hasRawCost, points }: ApiTimeseries): boolean {
  return hasRawCost && points.every(({ value }) => value === null);
}

function read(
  answer: Answer<ApiTimeseries>,
  { metric, granularity, period }: TimeseriesQuery,
  { today, now, usage }: { today: Day; now: Date; usage: UsageSeries | null },
): Noted<Timeseries> {
  const { value, degraded } = answer;
  const span = windowOf(value, period, today);
  const { result, notes } = readTimeseries({ metric, granularity, points: value.points, degraded, now, span, usage });
  const raw: Note[] = isRaw(value)
    ? [{ code: "unit_unknown", text: `The time series ${RAW}; get_daily_costs has dollars.` }]
    : [];
  return { result, notes: [...raw, ...notesOnAnswer("The time series", answer), ...notes] };
}

function spanOf(answer: NamedPart<Answer<ApiTimeseries>>, period: TimeseriesPreset, today: Day): Span | null {
  return answer.status === "ok" ? windowOf(answer.data.value, period, today) : presetSpan(period, today);
}

/** The window the service reports, never past today; for days the preset itself; for months unknown without a report. */
function windowOf({ window }: ApiTimeseries, period: TimeseriesPreset, today: Day): Span | null {
  if (window !== null && window.from <= today) return { from: window.from, to: earlier(window.to, today) };
  return period === "7d" || period === "30d" ? presetSpan(period, today) : null;
}
