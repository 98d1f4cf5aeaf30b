import type { Answer } from "../api/spend.ts";
import { type Note, spanText } from "../finops/basis.ts";
import { addDays } from "../finops/day.ts";
import type { Span, Windows } from "../finops/window.ts";
import type { NamedPart } from "./part.ts";

/** The window rows speak for in place of the one of the answer. */
export interface OtherWindow {
  /** For a sentence: `2026-10-11 to 2026-11-20`. */
  readonly text: string;
  readonly note: Note;
}

/** A part that speaks for another window than the one asked for has failed: nothing can be compared with it. */
export function inAskedWindow<T>(read: NamedPart<Answer<T>>, asked: Span): NamedPart<Answer<T>> {
  if (read.status === "failed" || read.data.period === null || isSame(asked, read.data.period)) return read;
  return { name: read.name, status: "failed", reason: "other_window", error: null };
}

/**
 * Whether rows speak for the window of the total; `null` when they do. Asked without dates, they do not when the service
 * names neither its window nor its billing cycle, or names two.
 */
export function otherWindow(
  read: NamedPart<Answer<unknown>>,
  asked: Span | "billing_cycle",
  { total, cycleAssumed }: Windows,
): OtherWindow | null {
  if (read.status === "failed") return null;
  const { period: stated } = read.data;
  if (stated === null) return asked === "billing_cycle" && cycleAssumed ? told(read.name, UNNAMED, total) : null;
  // A cycle may be told up to its end, which is still to come.
  const until = asked === "billing_cycle" && stated.to > total.to ? total.to : stated.to;
  return isSame(total, { from: stated.from, to: until }) ? null : told(read.name, spanText(stated), total);
}

const UNNAMED = "a billing cycle that the service does not name";

function told(name: string, text: string, total: Span): OtherWindow {
  const but = `the total covers ${spanText(total)}: no shares are taken and nothing is called unattributed`;
  return { text, note: { code: "window_mismatch", text: `${name} covers ${text}, ${but}.` } };
}

/** One day more is how an exclusive end, or midnight of another zone, looks; one day less is a day whose money is missing. */
function isSame(asked: Span, stated: Span): boolean {
  const isWhole = stated.from <= asked.from && stated.to >= asked.to;
  return isWhole && stated.from >= addDays(asked.from, -1) && stated.to <= addDays(asked.to, 1);
}
