import type { Day } from "./day.ts";
import { type Span, spanDays, type Windows } from "./window.ts";

export const NOTE_CODES = [
  "partial_today",
  "late_data_possible",
  "degraded_source",
  "truncated_rows",
  "missing_days",
  "sub_call_failed",
  "placeholder_suspected",
  "unattributed_remainder",
  "over_attributed",
  "short_history",
  "mixed_currency",
  "unit_unknown",
  "window_mismatch",
  "calendar_mix",
  "lower_bound",
  "price_missing",
  "clock_skew",
  "unknown_word",
] as const;

export type NoteCode = (typeof NOTE_CODES)[number];

export interface Note {
  code: NoteCode;
  text: string;
}

/** A result together with the notes it owes its reader. */
export interface Noted<T> {
  result: T;
  notes: Note[];
}

export interface BasisBudget {
  used_pct: number | null;
  remaining_usd: number | null;
  resets_at: string | null;
}

/** What an answer rests on: its window, its sources and everything that is missing from it. */
export interface Basis {
  window: { from: Day; to: Day; days: number; label: string };
  compared_with: { from: Day; to: Day; days: number } | null;
  timezone: "UTC";
  complete_through: Day | null;
  includes_today: boolean;
  currency: "USD";
  source: string[];
  as_of: string;
  degraded: boolean;
  notes: Note[];
  budget?: BasisBudget;
}

export interface BasisInput {
  windows: Windows;
  now: Date;
  source: readonly string[];
  degraded?: boolean;
  notes?: readonly Note[];
  /** Set to false when the answer compares nothing, so that no comparison is announced. */
  compares?: boolean;
  budget?: BasisBudget;
}

/** Builds the basis of an answer and adds the notes that follow from its window alone. */
export function buildBasis(input: BasisInput): Basis {
  const { windows } = input;
  const degraded = input.degraded ?? false;
  const compared = input.compares === false ? null : windows.previous;
  const ownNotes = [...windowNotes(windows, compared), ...(input.compares === false ? [] : cycleNotes(windows))];
  const notes = [...ownNotes, ...(input.notes ?? [])];
  if (degraded && !notes.some((note) => note.code === "degraded_source")) notes.push(degradedNote());
  return {
    window: { from: windows.total.from, to: windows.total.to, days: windows.total.days, label: windows.total.label },
    compared_with: compared && { from: compared.from, to: compared.to, days: spanDays(compared) },
    timezone: "UTC",
    complete_through: windows.completeThrough,
    includes_today: windows.includesToday,
    currency: "USD",
    source: [...new Set(input.source)],
    as_of: input.now.toISOString(),
    degraded,
    notes: withoutRepeats(notes),
    ...(input.budget && { budget: input.budget }),
  };
}

/** The note of a source that answered without its data store. */
export function degradedNote(source = "A source"): Note {
  return {
    code: "degraded_source",
    text: `${source} answered in degraded mode: its zeros and gaps are unknown, not "no spend".`,
  };
}

/** The note of a part that could not be read. */
export function failedNote(part: string, reason: string): Note {
  if (reason === "other_window") return { code: "window_mismatch", text: `${part} ${OTHER_WINDOW}` };
  return { code: "sub_call_failed", text: `${part} could not be read (${reason}); figures that need it are left out.` };
}

const OTHER_WINDOW = "came for another window than asked; figures that need it are left out.";

/** True for the note of a part without which figures are left out, however the part is named. */
export function isFailedNote({ code, text }: Note): boolean {
  return code === "sub_call_failed" || text.endsWith(OTHER_WINDOW);
}

/** Drops notes that say the same thing twice; the first stays in place. */
export function withoutRepeats(notes: readonly Note[]): Note[] {
  const seen = new Set<string>();
  return notes.filter((note) => {
    const key = `${note.code} ${note.text}`;
    return seen.has(key) ? false : seen.add(key);
  });
}

function windowNotes(windows: Windows, compared: Span | null): Note[] {
  const notes: Note[] = [];
  if (windows.includesToday && windows.period !== "rolling")
    notes.push({ code: "partial_today", text: partialTodayText(windows, compared) });
  if (windows.lateDataPossible && windows.completeThrough !== null) {
    const text = `Rows of ${windows.completeThrough} may still arrive: the UTC day ended less than an hour ago.`;
    notes.push({ code: "late_data_possible", text });
  }
  if (windows.cycleAssumed) {
    const text = "The service did not say when the billing cycle started; the calendar month is used instead.";
    notes.push({ code: "window_mismatch", text });
  }
  return notes;
}

function cycleNotes({ isLongCycle }: Windows): Note[] {
  if (!isLongCycle) return [];
  const why = "The billing cycle is longer than a month, and the one before it is not read";
  return [{ code: "window_mismatch", text: `${why}: nothing is compared with this cycle.` }];
}

function partialTodayText(windows: Windows, compared: Span | null): string {
  const open = `${windows.today} is not over yet (UTC), so it is shown apart and left out of averages and changes.`;
  if (!windows.current || !compared) return open;
  return `${open} Compared are ${spanText(windows.current)} with ${spanText(compared)}.`;
}

/** `2026-11-13 to 2026-11-19`, or the one date of a single day. */
export function spanText(span: Span): string {
  return span.from === span.to ? span.from : `${span.from} to ${span.to}`;
}
