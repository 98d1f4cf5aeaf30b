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
  const id = idOf(value);
  if (hasPrototype(value)) return { kind: "refused", ids: id === null ? [] : [id] };
  return { kind: "object", value, id };
}

/** An argument of this name would be dropped in silence further on. */
function hasPrototype(message: Record<string, unknown>): boolean {
  const params = own(message, "params");
  const args = isRecord(params) ? own(params, "arguments") : null;
  return isRecord(args) && has(args, "__proto__");
}

const VERSION = "2.0";
const RELATED_TASK = "io.modelcontextprotocol/related-task";

/**
 * Whether an object is a JSON-RPC message of MCP: a request, a notification, or an answer. A test holds it against the SDK's
 * own schema, which is not used here because loading it takes longer than a whole start.
 */
export function isMessage(value: object): boolean {
  if (!isRecord(value) || own(value, "jsonrpc") !== VERSION) return false;
  if (has(value, "method")) return isCall(value);
  return has(value, "result") ? isResult(value) : isFailure(value);
}

function isCall(value: Record<string, unknown>): boolean {
  const params = own(value, "params");
  return (
    hasOnly(value, ["jsonrpc", "id", "method", "params"]) &&
    typeof own(value, "method") === "string" &&
    (!has(value, "id") || idOf(value) !== null) &&
    (params === undefined || (isRecord(params) && isMeta(own(params, "_meta"))))
  );
}

function isResult(value: Record<string, unknown>): boolean {
  const result = own(value, "result");
  return (
    hasOnly(value, ["jsonrpc", "id", "result"]) &&
    idOf(value) !== null &&
    isRecord(result) &&
    isMeta(own(result, "_meta"))
  );
}

function isFailure(value: Record<string, unknown>): boolean {
  const error = own(value, "error");
  return (
    hasOnly(value, ["jsonrpc", "id", "error"]) &&
    (!has(value, "id") || idOf(value) !== null) &&
    isRecord(error) &&
    Number.isSafeInteger(own(error, "code")) &&
    typeof own(error, "message") === "string"
  );
}

function isMeta(meta: unknown): boolean {
  if (meta === undefined) return true;
  if (!isRecord(meta)) return false;
  const token = own(meta, "progressToken");
  const task = own(meta, RELATED_TASK);
  return (
    (token === undefined || typeof token === "string" || Number.isSafeInteger(token)) &&
    (task === undefined || (isRecord(task) && typeof own(task, "taskId") === "string"))
  );
}

const has = (value: object, key: string): boolean => Object.hasOwn(value, key);

function hasOnly(value: object, keys: readonly string[]): boolean {
  return Object.keys(value).every((key) => keys.includes(key));
}

/** The id that an answer must carry; null for a notification, and for an id of another type. */
function idOf(value: unknown): MessageId | null {
  if (!isRecord(value)) return null;
  const id = own(value, "id");
  return typeof id === "string" || (typeof id === "number" && Number.isSafeInteger(id)) ? id : null;
}
