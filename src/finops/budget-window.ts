import { UTCDate } from "@date-fns/utc";
import { addMonths as plusMonths } from "date-fns/addMonths";
import { addDays, type Day, dayOf, earlier, startOf, weekday } from "./day.ts";
import type { Span } from "./window.ts";

export const BUDGET_PERIODS = ["daily", "weekly", "monthly", "yearly"] as const;

export type BudgetPeriod = (typeof BUDGET_PERIODS)[number];

/** The window a budget counts in: `start` included, `end` (the reset) not. */
export interface BudgetWindow {
  period: BudgetPeriod;
  start: Date;
  end: Date;
  /** The reset the service stated does not bound the present window; it was moved by whole windows. */
  isMoved: boolean;
}

const DAY_MS = 86_400_000;

/** Good enough to land within a step or two of the right window, however old the stated reset is. */
const MEAN_DAYS: Record<BudgetPeriod, number> = { daily: 1, weekly: 7, monthly: 30.44, yearly: 365.24 };

/** Reads the word a service uses for a budget window; `null` when it is none we know. */
export function budgetPeriodOf(text: string | null): BudgetPeriod | null {
  return BUDGET_PERIODS.find((period) => period === text) ?? null;
}

/**
 * The window that ends at the stated reset, moved by whole windows if `now` lies outside it.
 * @throws RangeError when the reset is not a date
 */
export function windowEndingAt(resetsAt: Date, period: BudgetPeriod, now: Date): BudgetWindow {
  if (Number.isNaN(resetsAt.getTime())) throw new RangeError("The reset of the budget is not a date");
  let moved = Math.floor((now.getTime() - resetsAt.getTime()) / (MEAN_DAYS[period] * DAY_MS));
  while (stepped(resetsAt, period, moved) <= now) moved += 1;
  while (stepped(resetsAt, period, moved - 1) > now) moved -= 1;
  const [start, end] = [stepped(resetsAt, period, moved - 1), stepped(resetsAt, period, moved)];
  return { period, start, end, isMoved: moved !== 0 };
}

/** The calendar window that holds `now`, in UTC: the day, the week from Monday, the month, or the year. */
export function calendarWindow(period: BudgetPeriod, now: Date): BudgetWindow {
  const start = new Date(startOf(firstDay(period, dayOf(now))).getTime());
  return { period, start, end: stepped(start, period, 1), isMoved: false };
}

/** The days of a budget window up to today. */
export function daysToDate(window: BudgetWindow, now: Date): Span {
  return { from: dayOf(window.start), to: earlier(dayOf(new Date(window.end.getTime() - 1)), dayOf(now)) };
}

/** Days gone and days left in a window, fractions of today included. */
export function windowProgress(window: BudgetWindow, now: Date): { elapsedDays: number; daysLeft: number } {
  return {
    elapsedDays: (now.getTime() - window.start.getTime()) / DAY_MS,
    daysLeft: (window.end.getTime() - now.getTime()) / DAY_MS,
  };
}

function firstDay(period: BudgetPeriod, today: Day): Day {
  if (period === "weekly") return addDays(today, -((weekday(today) + 6) % 7));
  if (period === "monthly") return `${today.slice(0, 8)}01`;
  if (period === "yearly") return `${today.slice(0, 5)}01-01`;
  return today;
}

function stepped(instant: Date, period: BudgetPeriod, steps: number): Date {
  if (period === "daily") return new Date(instant.getTime() + steps * DAY_MS);
  if (period === "weekly") return new Date(instant.getTime() + steps * 7 * DAY_MS);
  const months = period === "monthly" ? steps : 12 * steps;
  return new Date(plusMonths(new UTCDate(instant.getTime()), months).getTime());
}
