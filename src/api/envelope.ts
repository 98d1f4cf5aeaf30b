import type { Answer, Span } from "./answer.ts";
import { type Payload, unexpectedShape } from "./payload.ts";
import { isRecord, type JsonRecord, own, spellings } from "./record.ts";
import { Row } from "./row.ts";

/** How an endpoint is read. */
export interface Reading {
  /** True on the endpoints that are known to send numbers as strings. @default false */
  numericStrings?: boolean;
  /** True when even an object without one known name is an answer. @default false */
  anyFields?: boolean;
}

/**
 * Steps out of the envelope: a known name other than `data` at the top means plain; else `data` is entered while it is an
 * object, twice at most.
 */
export function unwrap(root: unknown, known: readonly string[]): unknown {
  let node = root;
  for (let step = 0; step < 2; step += 1) {
    if (!isRecord(node) || hasAny(node, known)) return node;
    const inner = own(node, "data");
    if (!isRecord(inner)) return node;
    node = inner;
  }
  return node;
}

/**
 * The payload as one object.
 * @throws ShapeError when there is no object, or none with a known name.
 */
export function payloadRow(payload: Payload, known: readonly string[], reading: Reading = {}): Row {
  const node = unwrap(payload.root, known);
  if (!isRecord(node)) throw unexpectedShape(payload);
  const isBareEnvelope = Object.hasOwn(node, "data") || Object.hasOwn(node, "code");
  if (!hasAny(node, known) && (isBareEnvelope || reading.anyFields !== true)) throw unexpectedShape(payload);
  return rowOf(node, payload, reading);
}

export function rowOf(record: JsonRecord, payload: Payload, reading: Reading = {}, at = ""): Row {
  return new Row(record, { payload, at, numericStrings: reading.numericStrings ?? false });
}

function hasAny(record: JsonRecord, names: readonly string[]): boolean {
  return names.flatMap(spellings).some((name) => Object.hasOwn(record, name));
}

/**
 * Wraps a value with what stands beside it: `degraded`, `message` and the period. `beside` is the object the value was read
 * from, or null for a bare array; an envelope's own `message` is not passed on.
 */
export function answer<T>(value: T, beside: Row | null): Answer<T> {
  const isEnvelope =
    beside === null || beside.has("code") || (beside.has("data") && !beside.has("degraded", "dataSource"));
  return {
    value,
    degraded: beside?.flag("degraded") ?? false,
    message: isEnvelope ? null : beside.text("message"),
    period: beside === null ? null : readPeriod(beside),
  };
}

/** The window of an answer, under any of the names it is known to have; null when it is a word or missing. */
export function readPeriod(beside: Row): Span | null {
  const period = beside.row("period", "window");
  const from = period?.day("from", "dateFrom", "startDate", "start") ?? null;
  const to = period?.day("to", "dateTo", "endDate", "end") ?? null;
  return from !== null && to !== null && from <= to ? { from, to } : null;
}
