import type { Note } from "./basis.ts";
import { bucketOf, bucketStart, eachBucket, isBucketOver, type SeriesPoint } from "./buckets.ts";
import { startOf } from "./day.ts";
import { isAdditive } from "./metric.ts";
import type { TimeseriesInput } from "./timeseries.ts";

export interface ReadPoints {
  points: SeriesPoint[];
  requests: Map<string, number>;
}

export function readPoints(
  { metric, granularity, points, degraded = false, now, span }: TimeseriesInput,
  notes: Note[],
): ReadPoints {
  const values = new Map<string, number | null>();
  const requests = new Map<string, number>();
  let conflicts = 0;
  let unreadable = 0;
  for (const point of points) {
    const start = bucketStart(point.bucket);
    if (!start) unreadable += 1;
    if (!start || start > now) continue;
    const bucket = bucketOf(start, granularity);
    const value =
      point.value !== null && Number.isFinite(point.value) && !(degraded && point.value === 0) ? point.value : null;
    const isConflict = values.has(bucket) && values.get(bucket) !== value;
    if (isConflict) conflicts += 1;
    values.set(bucket, isConflict ? null : value);
    if (typeof point.requests === "number") requests.set(bucket, point.requests);
  }
  const isZeroFilled = isAdditive(metric) && !degraded;
  const buckets = [...values.keys()].sort();
  const ends = span ? [startOf(span.from), new Date(startOf(span.to).getTime() + 86_399_999)] : [];
  const from = ends[0] ?? bucketStart(buckets[0] ?? "");
  const to = ends[1] ?? bucketStart(buckets.at(-1) ?? "");
  const all = from && to ? eachBucket(from, to < now ? to : now, granularity) : [];
  const gaps = all.filter((bucket) => !values.has(bucket)).length;
  if (unreadable > 0) notes.push({ code: "missing_days", text: `${unreadable} points carried no readable date.` });
  if (conflicts > 0) {
    notes.push({
      code: "missing_days",
      text: `${conflicts} buckets were reported with different values, so they are unknown.`,
    });
  }
  if (gaps > 0)
    notes.push({
      code: "missing_days",
      text: `${gaps} buckets without a value ${isZeroFilled ? "count as 0" : "are unknown"}.`,
    });
  const filled = all.map((bucket): SeriesPoint => {
    const gap = isZeroFilled ? 0 : null;
    const value = values.has(bucket) ? (values.get(bucket) ?? null) : gap;
    return { bucket, value, complete: isBucketOver(bucket, granularity, now) };
  });
  return { points: filled, requests };
}
