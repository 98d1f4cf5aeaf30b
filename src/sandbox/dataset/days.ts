import { UTCDate } from "@date-fns/utc";
import { addMonths, getDaysInMonth, setDate, startOfMonth } from "date-fns";

/** Days are counted from 1970-01-01 UTC, so that arithmetic on them is plain arithmetic. */
export const DAY_MS = 86_400_000;

export function dayOf(instant: number): number {
  return Math.floor(instant / DAY_MS);
}

export function dayText(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

/** `2026-11-20T10:00:00Z`, without fractions. */
export function instantText(instant: number): string {
  return `${new Date(instant).toISOString().slice(0, 19)}Z`;
}

/** A real calendar day written `YYYY-MM-DD`, or null. */
export function parseDay(text: string): number | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return null;
  const instant = Date.parse(`${text}T00:00:00Z`);
  if (Number.isNaN(instant)) return null;
  const day = dayOf(instant);
  return dayText(day) === text ? day : null;
}

/** 0 = Sunday. */
export function weekday(day: number): number {
  return (((day + 4) % 7) + 7) % 7;
}

export interface DayRange {
  from: number;
  to: number;
}

/** The billing period that holds `day`; a cycle day beyond the month's end means its last day. */
export function billingPeriodOf(day: number, cycleDay: number): DayRange {
  const month = startOfMonth(new UTCDate(day * DAY_MS));
  const startThisMonth = cycleStart(month, cycleDay);
  if (day >= startThisMonth) return { from: startThisMonth, to: cycleStart(addMonths(month, 1), cycleDay) - 1 };
  return { from: cycleStart(addMonths(month, -1), cycleDay), to: startThisMonth - 1 };
}

function cycleStart(month: UTCDate, cycleDay: number): number {
  return dayOf(setDate(month, Math.min(cycleDay, getDaysInMonth(month))).getTime());
}

/** First instant after the running daily, weekly (from Monday) or monthly budget window. */
export function budgetWindowEnd(day: number, window: string): number {
  if (window === "daily") return (day + 1) * DAY_MS;
  if (window === "weekly") return (day + 7 - ((weekday(day) + 6) % 7)) * DAY_MS;
  return addMonths(startOfMonth(new UTCDate(day * DAY_MS)), 1).getTime();
}

export function monthStart(day: number, monthsBack = 0): number {
  return dayOf(addMonths(startOfMonth(new UTCDate(day * DAY_MS)), -monthsBack).getTime());
}

/** An RFC 3339 instant in milliseconds, or null. */
export function parseInstant(text: string): number | null {
  const instant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(instant) ? null : instant;
}
