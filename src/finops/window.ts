import { addDays, addMonths, type Day, dayOf, daysBetween, earlier } from "./day.ts";

export type Period = "24h" | "7d" | "30d" | "billing_cycle";

/** A run of days, both ends included. */
export interface Span {
  from: Day;
  to: Day;
}

export interface LabelledSpan extends Span {
  days: number;
  label: string;
}

/**
 * The windows of one answer. `total` is what is shown and may hold today; `current` and `previous` hold complete days only and
 * are what averages and changes are made from, `null` when there is no complete day to compare.
 */
export interface Windows {
  period: Period | "rolling" | "custom";
  total: LabelledSpan;
  current: Span | null;
  previous: Span | null;
  today: Day;
  includesToday: boolean;
  completeThrough: Day | null;
  /** Within the first 60 minutes of a UTC day, rows of the day before may still arrive. */
  lateDataPossible: boolean;
  /** The cycle start was not known and the calendar month stands in for it. */
  cycleAssumed: boolean;
  /** The billing cycle is longer than a month, so that no month before it is the cycle before it. */
  isLongCycle: boolean;
}

export type WindowRequest = { period: Period; now: Date; cycleStart?: Day | null } | { from: Day; to: Day; now: Date };

/** One month has at most three days more than another. */
const MONTHS_DIFFER = 3;

const LATE_MS = 60 * 60 * 1000;
const DAY_MS = 24 * LATE_MS;

/** Number of days in a span. */
export function spanDays(span: Span): number {
  return daysBetween(span.from, span.to) + 1;
}

/** True when the day lies in the span. */
export function inSpan(day: Day, span: Span): boolean {
  return span.from <= day && day <= span.to;
}

/**
 * Resolves a period word, or an explicit span, at an instant.
 *
 * - `7d`, `30d`: today and the days before it; compared are the last N complete days with the N before them.
 * - `24h`: today so far; compared is yesterday with the same weekday one week earlier.
 * - `billing_cycle`: cycle start to today; compared are its complete days with as many first days of the cycle before. When the
 *   cycle before was shorter, both sides are cut to its length. A cycle longer than a month is not compared.
 * - explicit: the span; compared are its complete days with as many days directly before it.
 */
export function resolveWindows(request: WindowRequest): Windows {
  const today = dayOf(request.now);
  const yesterday = addDays(today, -1);
  if (!("period" in request)) {
    if (request.from > request.to)
      throw new RangeError(`Window starts after its end: ${request.from} to ${request.to}`);
    const span = { from: request.from, to: request.to };
    const current = completePart(span, yesterday);
    const previous = current && lastDays(addDays(span.from, -1), spanDays(current));
    return windows(request.now, "custom", span, `${span.from} to ${span.to}`, current, previous);
  }
  switch (request.period) {
    case "24h": {
      const sameWeekday = addDays(yesterday, -7);
      const label = `today so far, ${today}`;
      return windows(request.now, "24h", single(today), label, single(yesterday), single(sameWeekday));
    }
    case "7d":
    case "30d": {
      const days = request.period === "7d" ? 7 : 30;
      const current = lastDays(yesterday, days);
      const previous = lastDays(addDays(current.from, -1), days);
      return windows(request.now, request.period, lastDays(today, days), `${days} days to ${today}`, current, previous);
    }
    case "billing_cycle":
      return billingCycle(request.now, today, request.cycleStart ?? null);
  }
}

/** The rolling 24 hours before `now`, for sources that can cut by the hour; there is nothing of equal length to compare. */
export function rollingDay(now: Date): Windows {
  const span = { from: dayOf(new Date(now.getTime() - DAY_MS)), to: dayOf(now) };
  return { ...windows(now, "rolling", { ...span }, "rolling 24 hours", null, null), completeThrough: null };
}

/** The one span that holds the total and both comparison windows, so that a single read serves them all. */
export function fetchSpan(w: Windows): Span {
  const spans = [w.total, w.current, w.previous].filter((span) => span !== null);
  const days = spans.flatMap((span) => [span.from, span.to]).sort();
  return { from: days[0] ?? w.total.from, to: days.at(-1) ?? w.total.to };
}

function billingCycle(now: Date, today: Day, cycleStart: Day | null): Windows {
  const known = cycleStart !== null && cycleStart <= today;
  const start = known ? cycleStart : `${today.slice(0, 8)}01`;
  const label = known ? `billing cycle from ${start}` : `calendar month from ${start}`;
  const previousStart = addMonths(start, -1);
  const [elapsed, previousDays] = [daysBetween(start, today), daysBetween(previousStart, start)];
  const isLongCycle = elapsed > previousDays + MONTHS_DIFFER;
  const days = isLongCycle ? 0 : Math.min(elapsed, previousDays);
  const first = (from: Day): Span | null => (days > 0 ? { from, to: addDays(from, days - 1) } : null);
  const resolved = windows(now, "billing_cycle", { from: start, to: today }, label, first(start), first(previousStart));
  return { ...resolved, cycleAssumed: !known, isLongCycle };
}

function windows(
  now: Date,
  period: Windows["period"],
  total: Span,
  label: string,
  current: Span | null,
  previous: Span | null,
): Windows {
  const today = dayOf(now);
  const yesterday = addDays(today, -1);
  const complete = completePart(total, yesterday) ?? current;
  const completeThrough = complete?.to ?? null;
  return {
    period,
    total: { ...total, days: spanDays(total), label },
    current,
    previous,
    today,
    includesToday: inSpan(today, total),
    completeThrough,
    lateDataPossible: completeThrough === yesterday && now.getTime() % DAY_MS < LATE_MS,
    cycleAssumed: false,
    isLongCycle: false,
  };
}

function completePart(span: Span, yesterday: Day): Span | null {
  const to = earlier(span.to, yesterday);
  return span.from <= to ? { from: span.from, to } : null;
}

function lastDays(to: Day, days: number): Span {
  return { from: addDays(to, 1 - days), to };
}

function single(day: Day): Span {
  return { from: day, to: day };
}

/** The span from the first day of either to the last day of either; `null` when there is neither. */
export function spanAround(a: Span | null, b: Span | null): Span | null {
  if (a === null || b === null) return a ?? b;
  const [from] = [a.from, b.from].sort();
  const [, to] = [a.to, b.to].sort();
  return from === undefined || to === undefined ? null : { from, to };
}
