import { type Note, spanText } from "./basis.ts";
import { addDays, type Day } from "./day.ts";
import type { UsageSeries } from "./usage.ts";
import { inSpan, type Span } from "./window.ts";

/** The notes a series owes for an answer over some windows: those of its source, and its gaps inside these windows. */
export function seriesNotes(series: UsageSeries, windows: readonly (Span | null)[]): Note[] {
  return [...series.notes, ...gapNotes(series, windows)];
}

/** Which days of the windows are unknown, contradictory, or counted as zero because a complete answer had no row for them. */
function gapNotes(series: UsageSeries, windows: readonly (Span | null)[]): Note[] {
  const spans = windows.filter((span) => span !== null);
  const days = series.days.filter((day) => spans.some((span) => inSpan(day.date, span)));
  const datesOf = (origin: string): Day[] => days.filter((day) => day.origin === origin).map((day) => day.date);
  const [conflicting, unknown, filled] = [datesOf("conflicting"), datesOf("unknown"), datesOf("filled")];
  const texts: string[] = [];
  if (conflicting.length > 0) {
    texts.push(`Reported more than once with different figures, so not counted: ${listDays(conflicting)}.`);
  }
  if (unknown.length > 0) texts.push(`No figures, so unknown and not zero: ${listDays(unknown)}.`);
  if (filled.length > 0) texts.push(`Without a row in a complete answer, so counted as 0: ${listDays(filled)}.`);
  return texts.map((text) => ({ code: "missing_days", text }));
}

/** Dates as ranges: `2026-11-01 to 2026-11-03, 2026-11-07`; at most five are named. */
function listDays(dates: readonly Day[]): string {
  const ranges: Span[] = [];
  for (const date of dates) {
    const last = ranges.at(-1);
    if (last && addDays(last.to, 1) === date) last.to = date;
    else ranges.push({ from: date, to: date });
  }
  const named = ranges.slice(0, 5).map(spanText).join(", ");
  return ranges.length > 5 ? `${named} and more, ${dates.length} days in all` : named;
}
