import { clean } from "../text.ts";

/** Longest name inside a sentence that a person decides on, in code points. */
const LONGEST_NAME = 64;

/** Somebody else's text as one cleaned line, for the places where it stands alone. */
export function oneLine(text: string, limit = LONGEST_NAME): string {
  return clean(text, { limit }).trim();
}

/** Somebody else's text as one quoted, cleaned line: it can neither end its own quotes nor grow a sentence without bounds. */
export function quoted(text: string, limit = LONGEST_NAME): string {
  return `"${oneLine(text, limit).replaceAll('"', "'")}"`;
}
