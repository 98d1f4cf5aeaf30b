import { hash, hex } from "./hash.ts";

/** The last eight digits of every id and key carry its index, so that nothing has to be stored to look it up. */
const KINDS = {
  workspace: 1,
  department: 2,
  agent: 3,
  member: 4,
  key: 5,
  masterKey: 6,
  model: 7,
  request: 8,
  phantom: 9,
};

export type IdKind = keyof typeof KINDS;

export function idOf(seed: number, kind: IdKind, index: number): string {
  const salt = KINDS[kind];
  const a = hex(hash(seed, salt, index, 1), 8);
  const b = hex(hash(seed, salt, index, 2), 8);
  const variant = "89ab"[hash(seed, salt, index, 3) & 3];
  const tail = `${b.slice(4)}${hex(index ^ hash(seed, salt, 0, 4), 8)}`;
  return `${a}-${b.slice(0, 4)}-4${hex(hash(seed, salt, index, 5), 3)}-${variant}${hex(hash(seed, salt, index, 6), 3)}-${tail}`;
}

/** The index behind an id of this kind, or null when no such id can exist. */
export function indexOfId(seed: number, kind: IdKind, id: string): number | null {
  const text = id.toLowerCase();
  const index = (Number.parseInt(text.slice(-8), 16) ^ hash(seed, KINDS[kind], 0, 4)) >>> 0;
  return idOf(seed, kind, index) === text ? index : null;
}

export function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(text);
}

export type TokenWord = "agent" | "memb" | "proj";

/** `vk-agent-` and 32 hex digits; `fa4efa4e` in the middle marks it as no real key. */
export function virtualKeyToken(seed: number, word: TokenWord, index: number): string {
  const mask = hash(seed, 40, 0);
  return `vk-${word}-${hex(hash(seed, 41, index), 8)}fa4efa4e${hex(hash(seed, 42, index), 8)}${hex(index ^ mask, 8)}`;
}

/** What may be shown of a virtual key, e.g. `vk-agent-a3f8`. */
export function tokenPrefix(token: string): string {
  return /^vk-[a-z]+-.{4}/.exec(token)?.[0] ?? "";
}

/** The index that a token of the right shape claims; the caller compares the whole token. */
export function indexOfToken(seed: number, token: string): number | null {
  if (!/^vk-(agent|memb|proj)-[0-9a-f]{32}$/.test(token)) return null;
  return (Number.parseInt(token.slice(-8), 16) ^ hash(seed, 40, 0)) >>> 0;
}

/** `pat_ws`, 6 hex, `_`, 64 hex; `fa4e` repeated marks it as no real token. */
export function patToken(seed: number, workspace: number, number: number): string {
  const body = Array.from({ length: 4 }, (_, i) => hex(hash(seed, 50 + i, workspace, number), 8)).join("");
  return `pat_ws${hex(hash(seed, 60, workspace), 6)}_${"fa4e".repeat(8)}${body}`;
}
