import { UTCDate } from "@date-fns/utc";
import { addDays as plusDays } from "date-fns/addDays";
import { addMonths as plusMonths } from "date-fns/addMonths";
import { differenceInCalendarDays } from "date-fns/differenceInCalendarDays";

/** A UTC calendar date, `YYYY-MM-DD`. Text order is date order, so days compare with `<`. */
export type Day = string;

const DAY_TEXT = /^(\d{4})-(\d{2})-(\d{2})$/;

/** The UTC calendar date that holds an instant, whatever the zone of the process. */
export function dayOf(instant: Date): Day {
  return instant.toISOString().slice(0, 10);
}

/** True for the text of a real calendar date: `2026-02-30` is refused. */
export function isDay(text: string): boolean {
  if (!DAY_TEXT.test(text)) return false;
  const instant = new Date(`${text}T00:00:00.000Z`);
  return !Number.isNaN(instant.getTime()) && dayOf(instant) === text;
}

/** The first instant of a day. Throws `RangeError` on text that is not a date. */
export function startOf(day: Day): UTCDate {
  if (!isDay(day)) throw new RangeError(`Not a calendar date: ${day}`);
  return new UTCDate(`${day}T00:00:00.000Z`);
}

/** The day `n` days later (earlier when negative). */
export function addDays(day: Day, n: number): Day {
  return dayOf(plusDays(startOf(day), n));
}

/** The day `n` months later; a day of month the target month lacks becomes its last day. */
export function addMonths(day: Day, n: number): Day {
  return dayOf(plusMonths(startOf(day), n));
}

/** `to − from` in days; 0 for the same day, negative when `to` is earlier. */
export function daysBetween(from: Day, to: Day): number {
  return differenceInCalendarDays(startOf(to), startOf(from));
}

/** Every day from `from` to `to`, both included; empty when `from` is after `to`. */
export function eachDay(from: Day, to: Day): Day[] {
  return Array.from({ length: Math.max(0, daysBetween(from, to) + 1) }, (_, i) => addDays(from, i));
}

/** Day of the week, 0 = Sunday. */
export function weekday(day: Day): number {
  return startOf(day).getDay();
}

/** True on Saturday and Sunday. */
export function isWeekend(day: Day): boolean {
  const dow = weekday(day);
  return dow === 0 || dow === 6;
}

/** The earlier of two days. */
export function earlier(a: Day, b: Day): Day {
  const aIsFirst = a < b;
  return aIsFirst ? a : b;
}
