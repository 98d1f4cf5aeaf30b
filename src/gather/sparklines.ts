import * as z from "zod";
import type { ManagerApi } from "../api/manager.ts";
import type { Note } from "../finops/basis.ts";
import { addDays, dayOf } from "../finops/day.ts";
import { readSparklines, type SparkLine, type SparkMetric } from "../finops/sparklines.ts";
import { notesOnFailures, part, requireAny } from "./part.ts";
import { notesOnAnswer } from "./service-remark.ts";
import { gatherSpan } from "./span-usage.ts";
import { trendFields } from "./trend.ts";
import { asPart } from "./usage.ts";

/** The schema of one metric's line. */
export const sparkLine = z.strictObject({
  unit: z.enum(["USD", "requests", "tokens", "percent", "ms"]),
  points: z.array(z.number().nullable()),
  sparkline: z.string(),
  ...trendFields,
});

export interface GatheredSparklines {
  readonly lines: Partial<Record<SparkMetric, SparkLine | null>>;
  readonly source: readonly string[];
  readonly degraded: boolean;
  readonly notes: readonly Note[];
}

/** Fourteen complete days and today: what a trend against the same weekdays takes. */
const TREND_DAYS = 14;

/** The sparklines, and the daily usage series beside them wherever it holds a metric that is asked for. */
export async function gatherSparklines(
  api: ManagerApi,
  metrics: readonly SparkMetric[],
  now: Date,
): Promise<GatheredSparklines> {
  const today = dayOf(now);
  const inUsage = metrics.some((metric) => metric !== "success" && metric !== "latency");
  const span = { from: addDays(today, -TREND_DAYS), to: today };
  const [answer, usage] = await Promise.all([
    part("The sparklines", api.sparklines(metrics)),
    inUsage ? gatherSpan(api, span, now, "The daily usage series") : null,
  ]);
  const parts = [answer, ...(usage === null ? [] : [usage])];
  requireAny(parts);
  const lines = answer.status === "ok" ? { ...answer, data: answer.data.value } : answer;
  const { result, notes } = readSparklines({ metrics, lines, usage: usage && asPart(usage) });
  return {
    lines: result,
    source: [...(answer.status === "ok" ? ["sparklines"] : []), ...(usage?.status === "ok" ? ["usage_series"] : [])],
    degraded: parts.some((each) => each.status === "ok" && each.degraded),
    notes: [
      ...notes,
      ...notesOnFailures(parts),
      ...(answer.status === "ok" ? notesOnAnswer("The sparklines", answer.data) : []),
    ],
  };
}
