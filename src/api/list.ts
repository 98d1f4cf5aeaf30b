import type { Page } from "./answer.ts";
import { type Reading, rowOf } from "./envelope.ts";
import { ShapeError } from "./errors.ts";
import { type Payload, unexpectedShape } from "./payload.ts";
import { isRecord, type JsonRecord, own } from "./record.ts";
import type { Row } from "./row.ts";

/** The rows of a list, wherever the service put them. */
export interface FoundRows {
  rows: Row[];
  total: number | null;
  /** The object that holds the rows; null for a bare array. */
  beside: Row | null;
}

interface Place {
  holder: JsonRecord;
  /** The object round the holder, if any. */
  outer: JsonRecord | null;
  name: string;
  at: string;
  /** `data: null` alone may be a failure as well, so it is no empty list. */
  isNamed: boolean;
}

/**
 * Finds the rows in any of the known containers. A named container that holds null, with a total of 0 or none, is an empty list.
 * @throws ShapeError when there is no known container: an unknown shape is never "no rows".
 */
export function findRows(payload: Payload, plurals: readonly string[], reading: Reading = {}): FoundRows {
  const { root } = payload;
  if (Array.isArray(root)) return { rows: rowsOf(root, payload, reading, ""), total: null, beside: null };
  if (!isRecord(root)) throw unexpectedShape(payload);
  const places = placesIn(root, plurals);
  for (const place of places) {
    const value = own(place.holder, place.name);
    if (Array.isArray(value)) return found(place, rowsOf(value, payload, reading, place.at), payload, reading);
  }
  for (const place of places) {
    const total = totalOf(place, payload);
    const isEmpty = place.isNamed ? total === null || total === 0 : total === 0;
    if (isEmpty && own(place.holder, place.name) === null) return found(place, [], payload, reading);
  }
  throw unexpectedShape(payload);
}

/** One page of a list, read row by row. */
export function readPage<T>(
  payload: Payload,
  plurals: readonly string[],
  asked: { page: number; pageSize: number },
  read: (row: Row) => T,
): Page<T> {
  const { rows, total } = findRows(payload, plurals);
  return { rows: rows.map(read), total, ...asked };
}

/** In the order they are tried. */
function placesIn(root: JsonRecord, plurals: readonly string[]): Place[] {
  const inner = own(root, "data");
  const insideData = ["data", "items", ...plurals].map((name) => ({ name, at: `data.${name}`, isNamed: true }));
  const atRoot = [
    { name: "data", at: "data", isNamed: false },
    ...[...plurals, "items"].map((name) => ({ name, at: name, isNamed: true })),
  ];
  return [
    ...(isRecord(inner) ? insideData.map((place) => ({ ...place, holder: inner, outer: root })) : []),
    ...atRoot.map((place) => ({ ...place, holder: root, outer: null })),
  ];
}

function found(place: Place, rows: Row[], payload: Payload, reading: Reading): FoundRows {
  return { rows, total: totalOf(place, payload), beside: rowOf(place.holder, payload, reading) };
}

function totalOf(place: Place, payload: Payload): number | null {
  for (const record of [place.holder, place.outer]) {
    if (record === null) continue;
    const beside = rowOf(record, payload);
    const total =
      beside.nonNegative("total") ??
      beside.row("meta")?.nonNegative("total") ??
      beside.row("pagination")?.nonNegative("total") ??
      null;
    if (total !== null) return total;
  }
  return null;
}

function rowsOf(values: readonly unknown[], payload: Payload, reading: Reading, at: string): Row[] {
  return values.map((value, i) => {
    if (isRecord(value)) return rowOf(value, payload, reading, `${at}[${i}]`);
    const { path, status } = payload;
    throw new ShapeError(`Field ${at}[${i}]: expected an object (in the answer of ${path}).`, { path, status });
  });
}
