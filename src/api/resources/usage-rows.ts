import type { Span, UsageDay } from "../answer.ts";
import { isDay, overlap } from "../day.ts";
import type { Row } from "../row.ts";
import type { DailyUsage } from "../spend.ts";

/** One row of a daily series, with its cost in USD. @throws ShapeError without a calendar date */
export function readUsageDay(row: Row): UsageDay {
  return {
    date: readDate(row),
    costUsd: row.usd("cost"),
    requests: row.count("requests"),
    tokens: row.count("tokens"),
  };
}

/** The same from a cockpit answer, with its cost in cents. */
export function readCockpitDay(row: Row): UsageDay {
  const date = readDate(row);
  return { date, costUsd: row.cents("costCents"), requests: row.count("requests"), tokens: row.count("tokens") };
}

function readDate(row: Row): string {
  const date = row.day("date");
  if (date === null || !isDay(date)) throw row.wrong("date", "a calendar date");
  return date;
}

/**
 * Rows by date, each date once.
 * @throws ShapeError when one date comes with two different rows: neither adding nor choosing would be right
 */
export function byDate(rows: readonly Row[], read: (row: Row) => UsageDay): UsageDay[] {
  const days = new Map<string, UsageDay>();
  for (const row of rows) {
    const day = read(row);
    const known = days.get(day.date);
    if (known !== undefined && !isSame(known, day)) throw row.wrong("date", "one row per date");
    days.set(day.date, day);
  }
  return [...days.values()].sort((a, b) => (a.date < b.date ? -1 : 1));
}

function isSame(a: UsageDay, b: UsageDay): boolean {
  return a.costUsd === b.costUsd && a.requests === b.requests && a.tokens === b.tokens;
}

/**
 * The rows inside the span that was asked for, and the part of it they speak for.
 * @param spoken the span the answer speaks for; null when it does not say
 */
export function cut(rows: readonly UsageDay[], asked: Span | "billing_cycle", spoken: Span | null): DailyUsage {
  if (asked === "billing_cycle") return { rows: [...rows], covered: spoken };
  const inside = rows.filter(({ date }) => date >= asked.from && date <= asked.to);
  return { rows: inside, covered: spoken === null ? null : overlap(asked, spoken) };
}
