import { Secret } from "../../secret.ts";
import { rowOf, unwrap } from "../envelope.ts";
import { ShapeError } from "../errors.ts";
import type { CreatedKey, KeyEcho } from "../manager-writes.ts";
import type { Payload } from "../payload.ts";
import { isRecord, type JsonRecord, own } from "../record.ts";
import type { Row } from "../row.ts";
import { readKey } from "./virtual-keys.ts";
import { keyActionWord } from "./words.ts";

/** Where the plaintext of a new key is looked for: its name is not documented. */
const SECRET_NAMES = ["token", "key", "virtualKey", "virtual_key", "secret", "plaintext", "value"];

/** A prefix is at most this long, so nothing of this length is taken for a secret. */
const LONGEST_PREFIX = 16;

export function parseCreatedKey(payload: Payload): CreatedKey {
  const row = keyRow(payload);
  return {
    id: row?.id("id") ?? null,
    key: row === null ? null : readable(() => readKey(row)),
    secret: findSecret(payload.root),
    isEmpty: row === null,
  };
}

/** What an answer to a change says about the key; an answer without a known field says nothing. */
export function parseKeyEcho(payload: Payload): KeyEcho {
  const row = keyRow(payload);
  const echo = row === null ? null : readable(() => readEcho(row));
  return echo ?? { isEmpty: true, id: null, status: null, budgetUsd: null, budgetAction: null };
}

function readEcho(row: Row): KeyEcho {
  return {
    isEmpty: false,
    id: row.id("id"),
    status: row.word(["active", "disabled", "expired", "revoked"], "status"),
    budgetUsd: row.usd("budget") ?? row.cents("budgetCents"),
    budgetAction: keyActionWord(row.text("budgetAction")),
  };
}

const ECHOED = ["id", "status", "budget", "budgetCents", "budgetAction"];

/** The key itself, or the object under one of the usual names that holds it. */
function keyRow(payload: Payload): Row | null {
  const node = unwrap(payload.root, ECHOED);
  if (!isRecord(node)) return null;
  const nested = SECRET_NAMES.map((name) => own(node, name)).filter(isRecord);
  for (const record of [node, ...nested]) {
    const row = rowOf(record, payload);
    if (row.has(...ECHOED)) return row;
  }
  return null;
}

/** The write was accepted: an echo that cannot be read must not turn it into a failure. */
function readable<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof ShapeError) return null;
    throw error;
  }
}

function findSecret(root: unknown): Secret | null {
  if (!isRecord(root)) return null;
  const data = own(root, "data");
  for (const holder of [data, root]) {
    const found = isRecord(holder) ? secretIn(holder) : null;
    if (found !== null) return found;
  }
  return null;
}

function secretIn(holder: JsonRecord): Secret | null {
  for (const name of SECRET_NAMES) {
    const value = own(holder, name);
    const candidates = isRecord(value) ? SECRET_NAMES.map((inner) => own(value, inner)) : [value];
    const plaintext = candidates.find((candidate) => typeof candidate === "string" && isPlaintext(candidate));
    if (typeof plaintext === "string") return new Secret(plaintext);
  }
  return null;
}

/** Not a prefix, not a masked key. */
function isPlaintext(text: string): boolean {
  return text.startsWith("vk-") && text.length > LONGEST_PREFIX && !/[*\u2026\s]/.test(text);
}
