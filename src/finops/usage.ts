import { degradedNote, type Note } from "./basis.ts";
import { type Day, dayOf, eachDay, earlier, isDay } from "./day.ts";
import { type Micro, toMicroOrNull } from "./money.ts";
import { inSpan, type Span } from "./window.ts";

/** One day as a source reports it. `null` is unknown. */
export interface UsageDay {
  date: Day;
  costUsd: number | null;
  requests: number | null;
  tokens: number | null;
}

/**
 * Where the figures of a day come from: a row; a gap of a complete source (zero); a day before the scope existed (no figure
 * for statistics, nothing in a sum); rows that contradict each other (not summed); or not known.
 */
export type DayOrigin = "reported" | "filled" | "before_scope" | "conflicting" | "unknown";

export interface SeriesDay {
  date: Day;
  costMicro: Micro | null;
  requests: number | null;
  tokens: number | null;
  /** The UTC day is over. */
  complete: boolean;
  origin: DayOrigin;
}

/** A gap-free, ascending daily series without future days. */
export interface UsageSeries {
  span: Span;
  today: Day;
  days: SeriesDay[];
  degraded: boolean;
  /** What the source as a whole owes the reader; `gapNotes` adds what single days owe. */
  notes: Note[];
}

export interface NormaliseOptions {
  /** The days asked for; rows outside are ignored. */
  span: Span;
  now: Date;
  /** The service answered without its data store: zeros and gaps are unknown. */
  degraded?: boolean;
  /** Rows were cut off: gaps are unknown. */
  truncated?: boolean;
  /** The days the rows speak for; `null` or absent when they speak for all days asked for. */
  covered?: Span | null;
  /**
   * First day the scope existed. `first_use` when its creation is not known: gaps before the first non-zero day then count as
   * "before the scope". Absent for a scope that always existed, such as the workspace.
   */
  scopeStart?: Day | "first_use";
}

/**
 * Turns the rows of a source into a daily series: sorted, repeats merged, gaps filled with zero only where the source is known
 * to have answered for that day. A negative cost is a credit and stays.
 */
export function normaliseUsage(rows: readonly UsageDay[], options: NormaliseOptions): UsageSeries {
  const { span, now, degraded = false, truncated = false } = options;
  const today = dayOf(now);
  const wanted = rows.filter((row) => isDay(row.date) && inSpan(row.date, span) && row.date <= today);
  const byDate = new Map<Day, UsageDay[]>();
  for (const row of wanted) byDate.set(row.date, [...(byDate.get(row.date) ?? []), row]);
  const scopeStart = options.scopeStart === "first_use" ? firstUse(wanted) : options.scopeStart;
  const reports = { costUsd: has(wanted, "costUsd"), requests: has(wanted, "requests"), tokens: has(wanted, "tokens") };
  const canFill = (day: Day): boolean => !degraded && !truncated && (!options.covered || inSpan(day, options.covered));

  const days = eachDay(span.from, earlier(span.to, today)).map((date): SeriesDay => {
    const complete = date < today;
    const found = byDate.get(date) ?? [];
    const [row] = found;
    if (row && found.every((other) => isSame(other, row)))
      return { ...figures(row, degraded), complete, origin: "reported" };
    const nothing = { date, costMicro: null, requests: null, tokens: null, complete };
    if (row) return { ...nothing, origin: "conflicting" };
    if (!canFill(date)) return { ...nothing, origin: "unknown" };
    if (scopeStart && date < scopeStart) return { ...nothing, origin: "before_scope" };
    const zero = (known: boolean): number | null => (known ? 0 : null);
    return {
      ...nothing,
      costMicro: zero(reports.costUsd),
      requests: zero(reports.requests),
      tokens: zero(reports.tokens),
      origin: "filled",
    };
  });
  return {
    span,
    today,
    days,
    degraded,
    notes: [...sourceNotes(days, byDate, degraded, truncated), ...futureNotes(rows, today)],
  };
}

/** Zeros of days to come are a way to fill up a cycle; figures of such days are a clock that is wrong. */
function futureNotes(rows: readonly UsageDay[], today: Day): Note[] {
  const early = rows.filter(
    (row) => isDay(row.date) && row.date > today && (row.costUsd || row.requests || row.tokens),
  );
  if (early.length === 0) return [];
  const [records, are] =
    early.length === 1 ? ["1 daily record lies", "is"] : [`${early.length} daily records lie`, "are"];
  const text = `${records} in the future (after ${today}, UTC) and ${are} left out.`;
  return [{ code: "clock_skew", text }];
}

/** The day of the first non-zero row; `undefined` (nothing to leave out) when there is none. */
function firstUse(rows: readonly UsageDay[]): Day | undefined {
  const used = rows.filter((row) => row.costUsd || row.requests || row.tokens).map((row) => row.date);
  return used.sort()[0];
}

/** A source that never reports a figure does not report zeros of it either. */
function has(rows: readonly UsageDay[], key: "costUsd" | "requests" | "tokens"): boolean {
  return rows.length === 0 || rows.some((row) => row[key] !== null);
}

function isSame(a: UsageDay, b: UsageDay): boolean {
  return a.costUsd === b.costUsd && a.requests === b.requests && a.tokens === b.tokens;
}

function figures(row: UsageDay, degraded: boolean): Pick<SeriesDay, "date" | "costMicro" | "requests" | "tokens"> {
  const believed = (value: number | null): number | null => (degraded && value === 0 ? null : value);
  return {
    date: row.date,
    costMicro: toMicroOrNull(believed(row.costUsd)),
    requests: believed(row.requests),
    tokens: believed(row.tokens),
  };
}

function sourceNotes(
  days: readonly SeriesDay[],
  byDate: ReadonlyMap<Day, readonly UsageDay[]>,
  degraded: boolean,
  truncated: boolean,
): Note[] {
  const notes: Note[] = [];
  if (degraded) notes.push(degradedNote("The usage series"));
  if (truncated) {
    notes.push({ code: "truncated_rows", text: "The usage series was cut off; days without a row are unknown." });
  }
  const repeated = days
    .filter((day) => day.origin === "reported")
    .flatMap((day) => byDate.get(day.date)?.slice(1) ?? []);
  if (repeated.length > 0) {
    const text = `${repeated.length} duplicate daily records ignored: each day is counted once.`;
    notes.push({ code: "over_attributed", text });
  }
  return notes;
}
