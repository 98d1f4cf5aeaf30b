import type { UsageSeries } from "./usage.ts";

/**
 * A series whose days before its first use are no history. When the creation of a scope is not known, zeros in front of its
 * first day of use only say that it was not there yet, whether the source sends them or leaves them out.
 */
export function sinceFirstUse(series: UsageSeries): UsageSeries {
  const first = series.days.findIndex(({ costMicro, requests, tokens }) => {
    return (costMicro ?? 0) !== 0 || (requests ?? 0) > 0 || (tokens ?? 0) > 0;
  });
  if (first < 0) return series;
  const days = series.days.map((day, position) =>
    position < first && day.costMicro === 0 ? { ...day, costMicro: null, origin: "before_scope" as const } : day,
  );
  return { ...series, days };
}
