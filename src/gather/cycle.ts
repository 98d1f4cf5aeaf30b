import type { ManagerApi } from "../api/manager.ts";
import type { Answer, DailyUsage, Span, SpendApi } from "../api/spend.ts";
import type { Note } from "../finops/basis.ts";
import { addDays, type Day, dayOf } from "../finops/day.ts";
import { type NamedPart, part } from "./part.ts";

type Series = NamedPart<Answer<DailyUsage>>;

export interface CycleSources {
  /** The series that was asked for without dates. */
  readonly cycle: Series;
  /** A series with dates that reaches into the cycle before; `null` when none was read. */
  readonly wide: Series | null;
  /** What other answers to a question without dates name as their window. */
  readonly alsoStated?: Span | null;
}

export interface CycleStart {
  /** `null` when nothing tells. */
  readonly start: Day | null;
  /** What is owed when the service did not name the cycle. */
  readonly notes: readonly Note[];
}

/**
 * Where the present billing cycle begins: as the service says; else on the first day it has a row for. That day is sure only
 * when the day before has a row of its own in the wider series; else the subscription is asked, in one more request.
 */
export async function findCycleStart(
  api: SpendApi | ManagerApi,
  { cycle, wide, alsoStated = null }: CycleSources,
  now: Date,
): Promise<CycleStart> {
  const today = dayOf(now);
  const stated = statedCycle(cycle) ?? alsoStated;
  if (stated !== null && isPresent(stated, today)) return { start: stated.from, notes: [] };
  const isOver = stated !== null && stated.to < today;
  const firstRow = isOver || cycle.status === "failed" || cycle.degraded ? null : firstRowOf(cycle);
  if (firstRow !== null && (wide === null || hasRow(wide, addDays(firstRow, -1)))) return byFirstRow(firstRow);
  const subscribed = await subscriptionStart(api, today);
  if (subscribed !== null && (firstRow === null || subscribed <= firstRow)) {
    const why = isOver ? `The service answered for a cycle that ended on ${stated.to}` : UNNAMED;
    return { start: subscribed, notes: [noteOf(`${why}; the start of the subscription's period is taken.`)] };
  }
  if (firstRow !== null) return byFirstRow(firstRow);
  const notes = isOver ? [noteOf(`The service answered for a billing cycle that ended on ${stated.to}.`)] : [];
  return { start: null, notes };
}

/** True when a series speaks for a cycle that is over. */
export function isOfPastCycle(cycle: Series, now: Date): boolean {
  const stated = statedCycle(cycle);
  return stated !== null && !isPresent(stated, dayOf(now));
}

const UNNAMED = "The service did not name its billing cycle";

function byFirstRow(start: Day): CycleStart {
  return { start, notes: [noteOf(`${UNNAMED}; the first day with a row is taken as its start.`)] };
}

function noteOf(text: string): Note {
  return { code: "window_mismatch", text };
}

function statedCycle(cycle: Series): Span | null {
  return cycle.status === "ok" ? (cycle.data.period ?? cycle.data.value.covered) : null;
}

/** A cycle may be told up to the last complete day. */
function isPresent({ from, to }: Span, today: Day): boolean {
  return from <= today && to >= addDays(today, -1);
}

function firstRowOf(cycle: Series & { status: "ok" }): Day | null {
  return cycle.data.value.rows[0]?.date ?? null;
}

function hasRow(series: Series, day: Day): boolean {
  return series.status === "ok" && !series.degraded && series.data.value.rows.some(({ date }) => date === day);
}

async function subscriptionStart(api: SpendApi | ManagerApi, today: Day): Promise<Day | null> {
  if (!("subscription" in api)) return null;
  const subscription = await part("The subscription", api.subscription());
  if (subscription.status === "failed") return null;
  const { periodStart, periodEnd } = subscription.data.value;
  const isPeriod = periodStart !== null && periodStart <= today && (periodEnd === null || periodEnd >= today);
  return isPeriod ? periodStart : null;
}
