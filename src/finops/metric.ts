export type TimeseriesMetric = "cost" | "requests" | "tokens" | "avg_cost_per_req" | "success_rate" | "latency";

export type MetricUnit = "USD" | "USD per request" | "requests" | "tokens" | "percent" | "ms" | "unknown";

/** The unit a metric is shown in. */
export const METRIC_UNIT: Record<TimeseriesMetric, MetricUnit> = {
  cost: "USD",
  requests: "requests",
  tokens: "tokens",
  avg_cost_per_req: "USD per request",
  success_rate: "percent",
  latency: "ms",
};

/** Only these add up over time; averages and rates do not. */
export function isAdditive(metric: TimeseriesMetric): boolean {
  return metric === "cost" || metric === "requests" || metric === "tokens";
}
