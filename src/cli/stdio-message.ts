import { isDeeperThan } from "../api/json-depth.ts";
import { isRecord, own } from "../api/record.ts";

export type MessageId = string | number;

/** What one line of stdin turned out to be. */
export type Reading =
  | { readonly kind: "empty" }
  /** Not UTF-8, not JSON, or nested beyond reason: nobody can say what to answer. */
  | { readonly kind: "unreadable" }
  /** JSON of one object: whether it is a message, its schema decides. */
  | { readonly kind: "object"; readonly value: object; readonly id: MessageId | null }
  /** JSON that can be no message, with the ids that want an answer all the same. */
  | { readonly kind: "refused"; readonly ids: readonly MessageId[] };

/** Arguments of tools are flat; a schema of a client is not half as deep. */
const DEEPEST = 64;

/** A byte order mark is kept, so that the line is no JSON. */
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Reads one line, with or without a carriage return at its end. */
export function readLine(bytes: Uint8Array): Reading {
  let text: string;
  try {
    text = decoder.decode(bytes);
  } catch {
    return { kind: "unreadable" };
  }
  if (/^[ \t\r]*$/.test(text)) return { kind: "empty" };
  if (isDeeperThan(text, DEEPEST)) return { kind: "unreadable" };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { kind: "unreadable" };
  }
  if (Array.isArray(value)) return { kind: "refused", ids: value.flatMap((each) => idOf(each) ?? []) };
  if (!isRecord(value)) return { kind: "refused", ids: [] };
  return { kind: "object", value, id: idOf(value) };
}

/** The id that an answer must carry; null for a notification, and for an id of another type. */
function idOf(value: unknown): MessageId | null {
  if (!isRecord(value)) return null;
  const id = own(value, "id");
  return typeof id === "string" || (typeof id === "number" && Number.isInteger(id)) ? id : null;
}
