import type { Span } from "./answer.ts";
import { ArgumentError } from "./errors.ts";

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const DAY_MS = 86_400_000;

/** True for a date that exists in the calendar, as YYYY-MM-DD. */
export function isDay(text: string): boolean {
  if (!DAY.test(text)) return false;
  const instant = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(instant.getTime()) && instant.toISOString().startsWith(text);
}

export function shiftDay(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

/** The dates both spans hold, or null. */
export function overlap(a: Span, b: Span): Span | null {
  const from = [a.from, b.from].sort().at(-1) ?? a.from;
  const to = [a.to, b.to].sort().at(0) ?? a.to;
  return from <= to ? { from, to } : null;
}

/** Both ends or neither, as the service wants it. */
export function spanQuery(span: Span | "billing_cycle"): { dateFrom?: string; dateTo?: string } {
  if (span === "billing_cycle") return {};
  if (!isDay(span.from) || !isDay(span.to) || span.from > span.to) {
    throw new ArgumentError("The date range must be two calendar dates (YYYY-MM-DD), the first not after the second.");
  }
  return { dateFrom: span.from, dateTo: span.to };
}
