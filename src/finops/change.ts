import { roundTo } from "./rounding.ts";

export type ChangeWord = "new" | "none" | "stopped" | "unknown" | "up" | "down" | "unchanged";

/** A change between two windows: percent with one decimal, `null` where a percentage would mean nothing, and its word. */
export interface Change {
  pct: number | null;
  word: ChangeWord;
}

/** The change of a figure that could not be read on either side. */
export const UNKNOWN_CHANGE: Change = { pct: null, word: "unknown" };

/** True when at least one of several changes is known, so that an answer may say what it compared. */
export function isAnyKnown(changes: Readonly<Record<string, Change>>): boolean {
  return Object.values(changes).some(({ word }) => word !== "unknown");
}

const MULTIPLE_ABOVE_PCT = 999;

/**
 * Change from `previous` to `current`, both in the same unit. Something new is `new`, never +100 %; a base of zero or below
 * has no percentage; a side that is not known makes the change `unknown`.
 */
export function changeBetween(current: number | null, previous: number | null): Change {
  if (current === null || previous === null) return UNKNOWN_CHANGE;
  if (previous === 0 && current > 0) return { pct: null, word: "new" };
  if (previous === 0 && current === 0) return { pct: null, word: "none" };
  if (current === 0 && previous > 0) return { pct: -100, word: "stopped" };
  if (previous <= 0) return { pct: null, word: direction(current - previous) };
  const pct = roundTo((100 * (current - previous)) / previous, 1);
  return { pct, word: direction(pct) };
}

/** A change in words: `up 90.0%`, `down 25.7%`, `12 times as much`, `new`, `stopped`, `unchanged`. */
export function changeText(change: Change): string {
  const { pct, word } = change;
  if (word === "none") return "nothing in either window";
  if (word === "unknown") return "change unknown";
  if (pct === null || word === "stopped" || word === "unchanged" || word === "new") return word;
  if (pct > MULTIPLE_ABOVE_PCT) return `${roundTo(pct / 100 + 1, 0)} times as much`;
  return `${word} ${Math.abs(pct).toFixed(1)}%`;
}

function direction(difference: number): ChangeWord {
  if (difference === 0) return "unchanged";
  return difference > 0 ? "up" : "down";
}
