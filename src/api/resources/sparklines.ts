import type { Answer } from "../answer.ts";
import { answer, payloadRow } from "../envelope.ts";
import type { Http } from "../http.ts";
import { asPercents } from "../numbers.ts";
import { path } from "../path.ts";
import type { Payload } from "../payload.ts";
import type { Row } from "../row.ts";

export const sparklineMetrics = ["spend", "requests", "tokens", "success", "latency"] as const;
export type SparklineMetric = (typeof sparklineMetrics)[number];

/** The last 7 days, oldest first, today last. A metric the service left out is null. */
export type Sparklines = Record<SparklineMetric, (number | null)[] | null>;

/** An empty list asks for all metrics. */
export async function readSparklines(http: Http, metrics: readonly SparklineMetric[]): Promise<Answer<Sparklines>> {
  const query = { metrics: metrics.length === 0 ? "all" : metrics.join(",") };
  return parseSparklines(await http.get(path`/api/v1/analytics/sparklines`, { query }));
}

export function parseSparklines(payload: Payload): Answer<Sparklines> {
  const row = payloadRow(payload, [...sparklineMetrics, "period"], { numericStrings: true });
  return answer(
    {
      spend: series(row, "spend"),
      requests: series(row, "requests"),
      tokens: series(row, "tokens"),
      success: percents(series(row, "success")),
      latency: series(row, "latency"),
    },
    row,
  );
}

/** A missing metric and an empty one are the same: nothing is known of it. */
function series(row: Row, metric: SparklineMetric): (number | null)[] | null {
  const points = row.points(metric, metric === "spend");
  return points === null || points.length === 0 ? null : points;
}

function percents(points: (number | null)[] | null): (number | null)[] | null {
  return points && asPercents(points);
}
