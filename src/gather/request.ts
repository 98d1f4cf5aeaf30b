import { type Day, dayOf, daysBetween, isDay } from "../finops/day.ts";
import { invalidArgument } from "../tool/errors.ts";
import type { Period } from "../tool/params.ts";

/** The window a caller asked for: a word, or the first and last day. */
export type WindowChoice<P extends Period = Period> = { readonly period: P } | { readonly from: Day; readonly to: Day };

/** The service keeps at most a year of logs; much more than that is never a useful question. */
const MAX_DAYS = 400;

/**
 * Reads `period`, or `from` and `to` together in its place.
 * @throws ToolError INVALID_ARGUMENT naming what does not fit
 */
export function chooseWindow<P extends Period>(
  { period, from, to }: { period?: P | undefined; from?: string | undefined; to?: string | undefined },
  fallback: P,
  now: Date,
  maxDays = MAX_DAYS,
): WindowChoice<P> {
  if (from === undefined && to === undefined) return { period: period ?? fallback };
  if (from === undefined || to === undefined) throw invalidArgument("from and to go together; one of them is missing.");
  if (period !== undefined) throw invalidArgument("Give either period, or from and to, not both.");
  for (const [name, day] of Object.entries({ from, to })) {
    if (!isDay(day)) throw invalidArgument(`${name} is not a date of the calendar.`);
  }
  const today = dayOf(now);
  if (from > to) throw invalidArgument("from is later than to.");
  if (to > today) throw invalidArgument(`to is in the future; today is ${today} (UTC).`);
  const days = daysBetween(from, to) + 1;
  if (days > maxDays) throw invalidArgument(`The window has ${days} days; at most ${maxDays} are answered at once.`);
  return { from, to };
}
