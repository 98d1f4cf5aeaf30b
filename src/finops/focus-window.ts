import { addDays, addMonths, type Day, dayOf, isDay } from "./day.ts";
import { type Span, spanDays } from "./window.ts";

export interface FocusWindowRequest {
  from: Day | null;
  to: Day | null;
  includeToday: boolean;
  /** The service tells a virtual key about its last 30 days only. */
  mode: "vk" | "manager";
  now: Date;
}

export type FocusWindow =
  | { status: "ok"; span: Span; includesToday: boolean; leftOutToday: boolean }
  /** A finished sentence. */
  | { status: "refused"; problem: string };

/** One request a day is sent, so a year takes minutes. */
const LONGEST_DAYS = 366;
const KEY_DAYS = 30;

/**
 * The UTC days of an export, both ends included. Without dates: the last complete month, the billing period of FOCUS; with a
 * virtual key the complete ones of the last 30 days; with today asked for, the month to date. With the first day alone: to
 * yesterday. With the last day alone: from the first of its month. Today is left out unless asked for.
 */
export function focusWindow({ from, to, includeToday, mode, now }: FocusWindowRequest): FocusWindow {
  const today = dayOf(now);
  for (const day of [from, to]) {
    if (day !== null && !isDay(day)) return refused(`${JSON.stringify(day)} is no calendar date (YYYY-MM-DD).`);
    if (day !== null && day > today) return refused(`${day} has not begun: it is ${today} (UTC).`);
  }
  const last = includeToday ? today : addDays(today, -1);
  const span = chosen(from, to, includeToday, mode, today);
  const leftOutToday = span.to > last;
  const end = leftOutToday ? last : span.to;
  if (span.from > end) {
    return refused(
      span.from === today
        ? `Only today (${today}, UTC) is left of that window, and it is not over. Use --include-today to take it in.`
        : `The window starts after its end: ${span.from} to ${end}.`,
    );
  }
  const days = spanDays({ from: span.from, to: end });
  const reach = addDays(today, 1 - KEY_DAYS);
  if (mode === "vk" && span.from < reach)
    return refused(`A virtual key reaches back ${KEY_DAYS} days, to ${reach}; the window starts on ${span.from}.`);
  if (days > LONGEST_DAYS) return refused(`At most ${LONGEST_DAYS} days at once; the window has ${days}.`);
  return { status: "ok", span: { from: span.from, to: end }, includesToday: end === today, leftOutToday };
}

function chosen(
  from: Day | null,
  to: Day | null,
  includeToday: boolean,
  mode: FocusWindowRequest["mode"],
  today: Day,
): Span {
  const yesterday = addDays(today, -1);
  if (from !== null) return { from, to: to ?? (includeToday ? today : yesterday) };
  const reach = addDays(today, 1 - KEY_DAYS);
  if (to !== null) return { from: mode === "vk" ? later(firstOfMonth(to), reach) : firstOfMonth(to), to };
  const month = firstOfMonth(today);
  if (includeToday) return { from: mode === "vk" ? later(month, reach) : month, to: today };
  if (mode === "vk") return { from: reach, to: yesterday };
  return { from: addMonths(month, -1), to: addDays(month, -1) };
}

function firstOfMonth(day: Day): Day {
  return `${day.slice(0, 8)}01`;
}

function later(a: Day, b: Day): Day {
  const aIsLast = a > b;
  return aIsLast ? a : b;
}

function refused(problem: string): FocusWindow {
  return { status: "refused", problem };
}
