import type { Secret } from "../secret.ts";
import { clean } from "../text.ts";

/** Ids, codes and field names are short; more would crowd out what matters. */
export const LONGEST_NAME = 64;
const DEEPEST = 8;
/** Whoever reads a token could confirm a change with it. */
const NEVER_RECORDED = new Set(["confirmation_token"]);

/** Every text cleaned and without credentials, every name too; whatever lies too deep is named as such. */
export function cleanValue(value: unknown, secrets: readonly Secret[] = []): unknown {
  const plain = JSON.stringify(value);
  return plain === undefined ? undefined : cleanPlain(JSON.parse(plain), secrets, DEEPEST);
}

function cleanPlain(value: unknown, secrets: readonly Secret[], depth: number): unknown {
  if (typeof value === "string") return clean(value, { secrets });
  if (typeof value !== "object" || value === null) return value;
  if (depth === 0) return "[deeper]";
  if (Array.isArray(value)) return value.map((item: unknown) => cleanPlain(item, secrets, depth - 1));
  const parts = Object.entries(value).filter(([name]) => !NEVER_RECORDED.has(name));
  return Object.fromEntries(
    parts.map(([name, item]) => [clean(name, { secrets, limit: LONGEST_NAME }), cleanPlain(item, secrets, depth - 1)]),
  );
}
