import { clean } from "../text.ts";

/** Longest name inside a sentence that a person decides on, in code points. */
const LONGEST_NAME = 64;

/** Somebody else's text as one cleaned line, for the places where it stands alone. */
export function oneLine(text: string, limit = LONGEST_NAME): string {
  return clean(text, { limit }).trim();
}

/** Words of the service that stand in our sentences as they are. */
const KNOWN_WORDS: readonly string[] = [
  ...["alert_only", "block", "disable_key"],
  ...["daily", "weekly", "monthly", "yearly"],
  ...["active", "inactive", "disabled", "suspended", "expired", "revoked", "archived", "error"],
  ...["healthy", "degraded", "unhealthy", "up", "down"],
  ...["agent", "member", "free", "pro", "team", "business", "enterprise"],
];

const CURRENCY = /^[A-Z]{3}$/;

/** One word of the service inside a sentence: quoted unless we know it, because it may be a sentence of its own. */
export function word(text: string): string {
  return KNOWN_WORDS.includes(text) || CURRENCY.test(text) ? text : quoted(text);
}

/** Somebody else's text as one quoted, cleaned line: it can neither end its own quotes nor grow a sentence without bounds. */
export function quoted(text: string, limit = LONGEST_NAME): string {
  return `"${oneLine(text, limit).replaceAll('"', "'")}"`;
}
