import { addDays, type Day } from "../../src/finops/day.ts";
import type { EntityCost } from "../../src/finops/entity-cost.ts";
import type { Part } from "../../src/finops/part.ts";
import { type NormaliseOptions, normaliseUsage, type UsageDay, type UsageSeries } from "../../src/finops/usage.ts";
import { fetchSpan, type Windows } from "../../src/finops/window.ts";

/** Daily rows from a first day on; `null` leaves the day out of the source. */
export function rowsFrom(first: Day, costs: readonly (number | null)[]): UsageDay[] {
  return costs.flatMap((costUsd, i) =>
    costUsd === null ? [] : [{ date: addDays(first, i), costUsd, requests: 10, tokens: 1_000 }],
  );
}

/** The series a tool would gather for its windows. */
export function seriesFor(
  windows: Windows,
  rows: readonly UsageDay[],
  now: Date,
  options: Omit<NormaliseOptions, "span" | "now"> = {},
): UsageSeries {
  return normaliseUsage(rows, { span: fetchSpan(windows), now, ...options });
}

export function ok<T>(data: T, degraded = false): Part<T> {
  return { status: "ok", data, degraded };
}

export function failed<T>(): Part<T> {
  return { status: "failed", reason: "upstream" };
}

export function entity(id: string, costUsd: number | null, requests: number | null = 1): EntityCost {
  return { id, name: id.toUpperCase(), costUsd, requests };
}

/** A complete list of entities by cost. */
export function cut(costs: Readonly<Record<string, number>>, complete = true) {
  return { rows: Object.entries(costs).map(([id, cost]) => entity(id, cost)), complete };
}
