import { dayOf, isDay, startOf } from "./day.ts";

export type Granularity = "day" | "hour";

/** One value of a time series; `bucket` is `YYYY-MM-DD` or an instant `YYYY-MM-DDTHH:00:00Z`. */
export interface SeriesPoint {
  bucket: string;
  value: number | null;
  /** The bucket is over. */
  complete: boolean;
}

const STEP_MS: Record<Granularity, number> = { day: 86_400_000, hour: 3_600_000 };

/** The start of a bucket as a source spells it; times without a zone are UTC. `null` when it cannot be read. */
export function bucketStart(text: string): Date | null {
  const trimmed = text.trim();
  if (isDay(trimmed)) return new Date(startOf(trimmed).getTime());
  const match = /^(\d{4}-\d{2}-\d{2})[T ](\d{2})(:\d{2})?(:\d{2}(?:\.\d+)?)?\s*(Z|UTC|[+-]\d{2}:?\d{2})?$/.exec(
    trimmed,
  );
  if (!match) return null;
  const [, date, hour, minute = ":00", second = ":00", zone = "Z"] = match;
  const offset = zone === "UTC" ? "Z" : zone.replace(/^([+-]\d{2})(\d{2})$/, "$1:$2");
  const start = new Date(`${date}T${hour}${minute}${second}${offset}`);
  return Number.isNaN(start.getTime()) ? null : start;
}

/** The bucket that holds an instant. */
export function bucketOf(start: Date, granularity: Granularity): string {
  return granularity === "day" ? dayOf(start) : `${start.toISOString().slice(0, 13)}:00:00Z`;
}

/** True once the whole bucket lies before `now`. */
export function isBucketOver(bucket: string, granularity: Granularity, now: Date): boolean {
  const start = bucketStart(bucket);
  return start !== null && start.getTime() + STEP_MS[granularity] <= now.getTime();
}

/** Every bucket from one to another, both included. */
export function eachBucket(from: Date, to: Date, granularity: Granularity): string[] {
  const buckets: string[] = [];
  const step = STEP_MS[granularity];
  for (let at = Math.floor(from.getTime() / step) * step; at <= to.getTime(); at += step) {
    buckets.push(bucketOf(new Date(at), granularity));
  }
  return buckets;
}
