import type { Answer, Span } from "../answer.ts";
import { answer } from "../envelope.ts";
import { ArgumentError } from "../errors.ts";
import type { Http } from "../http.ts";
import { findRows } from "../list.ts";
import { asPercents } from "../numbers.ts";
import { path } from "../path.ts";
import type { Payload } from "../payload.ts";
import type { Row } from "../row.ts";

export type TimeseriesMetric = "cost" | "requests" | "tokens" | "avg_cost_per_req" | "success_rate" | "latency";
export type TimeseriesGranularity = "day" | "hour";
export type TimeseriesPreset = "7d" | "30d" | "3m" | "6m" | "12m";

export interface TimeseriesPoint {
  /** A date or an instant, as the service labels the bucket. */
  bucket: string;
  /** USD (assumed), a count, percent 0-100 or milliseconds, by metric; null when missing or not convertible. */
  value: number | null;
}

export interface Timeseries {
  metric: TimeseriesMetric;
  granularity: TimeseriesGranularity;
  preset: TimeseriesPreset;
  window: Span | null;
  points: TimeseriesPoint[];
  /** True when costs came in the service's raw storage units, which are not money. */
  hasRawCost: boolean;
}

export interface TimeseriesQuery {
  metric: TimeseriesMetric;
  granularity: TimeseriesGranularity;
  preset: TimeseriesPreset;
}

/** @throws ArgumentError for hours of success rate or latency, which the service refuses */
export async function readTimeseries(http: Http, asked: TimeseriesQuery): Promise<Answer<Timeseries>> {
  const { metric, granularity, preset } = asked;
  if (granularity === "hour" && (metric === "success_rate" || metric === "latency")) {
    throw new ArgumentError("Hourly figures are not available for success rate and latency.");
  }
  const query = { metric, granularity, preset };
  return parseTimeseries(await http.get(path`/api/v1/analytics/usage/timeseries`, { query }), asked);
}

export function parseTimeseries(payload: Payload, asked: TimeseriesQuery): Answer<Timeseries> {
  const { metric } = asked;
  const { rows, beside } = findRows(payload, ["points", "series", "rows"], { numericStrings: true });
  const isMoney = metric === "cost" || metric === "avg_cost_per_req";
  const values = rows.map((row) => (isMoney ? row.usd("value", metric) : row.count(...countNames(metric))));
  const shown = metric === "success_rate" ? asPercents(values) : values;
  const points = rows.map((row, i) => ({ bucket: readBucket(row), value: shown[i] ?? null }));
  const hasRawCost = isMoney && rows.some((row) => row.hasRawCost("value", metric));
  const read = answer(points, beside);
  return { ...read, value: { ...asked, window: read.period, points, hasRawCost } };
}

const BUCKET = ["bucket", "date", "ts", "time", "bucketHour"];

function readBucket(row: Row): string {
  return row.instant(...BUCKET) ?? row.needText(...BUCKET);
}

function countNames(metric: TimeseriesMetric): string[] {
  return metric === "requests" ? ["value", metric, "requestCount"] : ["value", metric];
}
