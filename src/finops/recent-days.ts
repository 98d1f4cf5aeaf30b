import type { UsageSeries } from "./usage.ts";

/** The newest days of a series, so that questions of different length can share one read. */
export function recentDays(series: UsageSeries, count: number): UsageSeries {
  const days = series.days.slice(-count);
  const [first] = days;
  return first === undefined ? series : { ...series, span: { ...series.span, from: first.date }, days };
}
