import type { ManagerApi } from "../api/manager.ts";
import type { Answer, DailyUsage, EntityFilter, SpendApi } from "../api/spend.ts";
import type { Note } from "../finops/basis.ts";
import { addDays, type Day, dayOf } from "../finops/day.ts";
import type { Part } from "../finops/part.ts";
import { normaliseUsage, type UsageSeries } from "../finops/usage.ts";
import { fetchSpan, resolveWindows, type Span, spanAround, type Windows } from "../finops/window.ts";
import { findCycleStart } from "./cycle.ts";
import { type NamedPart, part } from "./part.ts";
import type { WindowChoice } from "./request.ts";

/** The usage series over everything an answer needs, and the windows to cut it by. */
export interface GatheredUsage {
  readonly windows: Windows;
  readonly usage: NamedPart<UsageSeries>;
  /** The service's own remark beside the figures. */
  readonly message: string | null;
}

export interface UsageOptions {
  /** Narrows the series to one agent, member or department (Manager mode). */
  readonly entity?: EntityFilter;
  /** Days before today that the series should reach back to at least, for forecasts and anomalies. */
  readonly historyDays?: number;
  /** First day of the scope when known; else gaps before its first use do not count as zeros. */
  readonly scopeStart?: Day | "first_use";
  /** Under which the series is missed when it fails. @default "The usage series" */
  readonly name?: string;
}

/** A cycle has at most 31 days, and the one before is compared day by day; a virtual key is told of 30 days, today included. */
const CYCLE_HISTORY_DAYS = { manager: 62, vk: 29 } as const;

type Read = (span: Span | "billing_cycle") => Promise<Answer<DailyUsage>>;

/**
 * Reads the daily series once for all windows of an answer. A billing cycle takes two reads side by side: one without dates,
 * which tells where the service's cycle begins, and one with dates, which reaches into the cycle before.
 */
export async function gatherUsage(
  api: SpendApi | ManagerApi,
  choice: WindowChoice,
  now: Date,
  options: UsageOptions = {},
): Promise<GatheredUsage> {
  const today = dayOf(now);
  const read = readerFor(api, options.entity, today);
  if ("period" in choice && choice.period === "billing_cycle") return gatherCycle(api, read, now, options);
  const windows = resolveWindows({ ...choice, now });
  const span = reachingBack(fetchSpan(windows), today, options.historyDays);
  const answer = await part(options.name ?? "The usage series", read(span));
  return { windows, usage: toSeries(answer, span, now, options), message: messageOf(answer) };
}

async function gatherCycle(
  api: SpendApi | ManagerApi,
  read: Read,
  now: Date,
  options: UsageOptions,
): Promise<GatheredUsage> {
  const today = dayOf(now);
  const reach = { from: addDays(today, -CYCLE_HISTORY_DAYS[api.mode]), to: today };
  const wideSpan = reachingBack(reach, today, options.historyDays);
  const [cycle, wide] = await Promise.all([
    part("The usage series of the billing cycle", read("billing_cycle")),
    part("The longer usage series", read(wideSpan)),
  ]);
  const { start, notes } = await findCycleStart(api, { cycle, wide }, now);
  const windows = resolveWindows({ period: "billing_cycle", now, cycleStart: start });
  if (wide.status === "ok") {
    const span = reachingBack(wideSpan, today, undefined, windows.total.from);
    const whole = start === null ? null : { from: start, to: today };
    const usage = withNotes(toSeries(merged(wide, cycle, whole), span, now, options), notes);
    const taken = `the cycle is taken to have begun on ${windows.total.from}`;
    return { windows, usage: missing(usage, cycle, taken), message: messageOf(wide) };
  }
  const usage = withNotes(toSeries(cycle, windows.total, now, options), notes);
  return { windows, usage: missing(usage, wide, "days before the cycle are not known"), message: messageOf(cycle) };
}

/** A series that was made without one of its two reads says so. */
function missing(usage: NamedPart<UsageSeries>, read: NamedPart<unknown>, consequence: string): NamedPart<UsageSeries> {
  if (read.status === "ok") return usage;
  const text = `${read.name} could not be read (${read.reason}); ${consequence}.`;
  return withNotes(usage, [{ code: "sub_call_failed", text }]);
}

function withNotes(usage: NamedPart<UsageSeries>, notes: readonly Note[]): NamedPart<UsageSeries> {
  if (usage.status === "failed" || notes.length === 0) return usage;
  return { ...usage, data: { ...usage.data, notes: [...usage.data.notes, ...notes] } };
}

/**
 * The cycle's own rows may reach further back than the wide read; a day both hold is the same day.
 * @param whole the cycle, for an answer that does not name the days it speaks for
 */
function merged(
  wide: NamedPart<Answer<DailyUsage>> & { status: "ok" },
  cycle: NamedPart<Answer<DailyUsage>>,
  whole: Span | null,
): NamedPart<Answer<DailyUsage>> {
  if (cycle.status !== "ok") return wide;
  const dates = new Set(wide.data.value.rows.map(({ date }) => date));
  const rows = [...wide.data.value.rows, ...cycle.data.value.rows.filter(({ date }) => !dates.has(date))];
  const covered = spanAround(wide.data.value.covered, cycle.data.value.covered ?? whole);
  return {
    ...wide,
    degraded: wide.degraded || cycle.degraded,
    data: { ...wide.data, value: { rows, covered } },
  };
}

function readerFor(api: SpendApi | ManagerApi, entity: EntityFilter | undefined, today: Day): Read {
  if (entity === undefined) return (span) => api.dailyUsage(span, today);
  if (!("usage" in api)) throw new Error("a virtual key has no usage by entity");
  return (span) => api.usage(span, entity);
}

function reachingBack(span: Span, today: Day, historyDays: number | undefined, atLeast: Day = span.from): Span {
  const history = historyDays === undefined ? span.from : addDays(today, -historyDays);
  return { from: [span.from, history, atLeast].sort()[0] ?? span.from, to: span.to };
}

function toSeries(
  answer: NamedPart<Answer<DailyUsage>>,
  span: Span,
  now: Date,
  { scopeStart }: UsageOptions,
): NamedPart<UsageSeries> {
  if (answer.status === "failed") return answer;
  const { rows, covered } = answer.data.value;
  const data = normaliseUsage(rows, {
    span,
    now,
    degraded: answer.degraded,
    covered,
    ...(scopeStart !== undefined && { scopeStart }),
  });
  return { ...answer, data };
}

function messageOf(answer: NamedPart<Answer<DailyUsage>>): string | null {
  return answer.status === "ok" ? answer.data.message : null;
}

/** What an analysis takes: the part without its name and error. */
export function asPart<T>(named: NamedPart<T>): Part<T> {
  return named.status === "ok"
    ? { status: "ok", data: named.data, degraded: named.degraded }
    : { status: "failed", reason: named.reason };
}
