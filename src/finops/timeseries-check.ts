import type { Note } from "./basis.ts";
import type { SeriesPoint } from "./buckets.ts";
import { countText } from "./count.ts";
import type { TimeseriesMetric } from "./metric.ts";
import type { UsageSeries } from "./usage.ts";

/** As far apart as a cost series may be from the usage series in a unit that fits. */
const TOLERANCE = 0.02;

/** Requests and tokens of a time series beside those of the usage series over the same complete days. */
export function checkCounts(
  metric: TimeseriesMetric,
  points: readonly SeriesPoint[],
  usage: UsageSeries | null,
): Note[] {
  if (metric !== "requests" && metric !== "tokens") return [];
  const byDay = new Map<string, number | null>();
  for (const { bucket, value, complete } of points) {
    const day = bucket.slice(0, 10);
    const sum = byDay.has(day) ? (byDay.get(day) ?? null) : 0;
    byDay.set(day, sum === null || value === null || !complete ? null : sum + value);
  }
  let [own, recorded] = [0, 0];
  for (const day of usage?.days ?? []) {
    const [sum, count] = [byDay.get(day.date) ?? null, day[metric]];
    if (!day.complete || sum === null || count === null) continue;
    own += sum;
    recorded += count;
  }
  if (Math.abs(own - recorded) <= Math.max(1, TOLERANCE * recorded)) return [];
  const text = `Over the same complete days this series has ${countText(own)} ${metric}, the daily usage series ${countText(recorded)}; this series is shown.`;
  return [{ code: "window_mismatch", text }];
}
