import type { FocusVersion } from "../../finops/focus-columns.ts";
import { csvLines, type FocusRow } from "../../finops/focus-csv.ts";
import { addTallies, type FocusTally, focusDay, NO_ROWS } from "../../finops/focus-day.ts";
import { type Micro, toUsd, usdText } from "../../finops/money.ts";
import type { SeriesDay } from "../../finops/usage.ts";
import type { FocusSource } from "../../gather/focus.ts";

/** As many days as the API client lets requests run side by side. */
const SIDE_BY_SIDE = 4;

export interface DaysWritten {
  readonly tally: FocusTally;
  /** Days whose list of charges has a length at which services cut lists off. */
  readonly cutShortDays: number;
  /** What is wrong with single days; with one of these there must be no file. */
  readonly problems: readonly DayProblem[];
}

export interface DayProblem {
  readonly date: string;
  /** The beginning of a sentence that ends with the date. */
  readonly problem: string;
}

/** One sentence that names every day. */
export function problemsText(problems: readonly DayProblem[]): string {
  const dates = new Map<string, string[]>();
  for (const { date, problem } of problems) dates.set(problem, [...(dates.get(problem) ?? []), date]);
  return `${[...dates].map(([problem, named]) => `${problem} on ${named.join(", ")}`).join("; ")}.`;
}

type DayRead =
  | (DayProblem & { readonly status: "unreadable" | "exceeded" })
  | {
      readonly date: string;
      readonly status: "ok";
      readonly rows: readonly FocusRow[];
      readonly tally: FocusTally;
      readonly isCutShort: boolean;
    };

/**
 * Reads the days in order, a few at a time, and hands their lines on as soon as they are checked, so that memory does not grow
 * with the window. Goes on after a day that does not add up, to name them all; stops at one that cannot be read.
 */
export async function writeDays(
  source: FocusSource,
  { version, write, onDays }: { version: FocusVersion; write: (text: string) => void; onDays: (read: number) => void },
): Promise<DaysWritten> {
  let tally = NO_ROWS;
  let cutShortDays = 0;
  const known = source.days.flatMap((day) => (day.costMicro === null ? [] : [{ day, total: day.costMicro }]));
  const unknown = source.days.filter(({ costMicro }) => costMicro === null);
  const problems: DayProblem[] = unknown.map(({ date }) => ({ date, problem: "the total is not known" }));
  if (problems.length > 0) return { tally, cutShortDays, problems };
  for (let start = 0; start < known.length; start += SIDE_BY_SIDE) {
    const batch = known.slice(start, start + SIDE_BY_SIDE);
    const read = await Promise.all(batch.map(({ day, total }) => readDay(source, day, total)));
    for (const day of read) {
      if (day.status !== "ok") {
        problems.push(day);
        continue;
      }
      tally = addTallies(tally, day.tally);
      if (day.isCutShort) cutShortDays += 1;
      if (problems.length === 0) write(csvLines(day.rows, version));
    }
    onDays(start + batch.length);
    if (read.some(({ status }) => status === "unreadable")) break;
  }
  return { tally, cutShortDays, problems };
}

async function readDay(source: FocusSource, day: SeriesDay, total: Micro): Promise<DayRead> {
  const { date } = day;
  const read = await source.chargesOf(day);
  if (read.status === "failed") {
    return { date, status: "unreadable", problem: `the charges could not be read (${read.reason})` };
  }
  let found = focusDay(date, read.charges, total, source.account);
  // More may have been spent between the two readings: the later one decides.
  const later = found.status === "balanced" ? null : await source.totalOf(date);
  if (later !== null) found = focusDay(date, read.charges, later, source.account);
  if (found.status === "balanced") return { ...found, date, status: "ok", isCutShort: read.isCutShort };
  return { date, status: "exceeded", problem: `the charges exceed the usage series by ${usdText(toUsd(found.by))}` };
}
