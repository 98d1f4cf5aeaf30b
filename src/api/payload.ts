import { ShapeError } from "./errors.ts";
import { isRecord } from "./record.ts";

/** A successful answer: decoded, its envelope's `code` checked, its shape not yet known. */
export interface Payload {
  path: string;
  status: number;
  /** A 2xx without a body, possible for writes only; `root` is then null. */
  isEmpty: boolean;
  root: unknown;
  /** Cleans upstream text, the live credential included. */
  clean(text: string): string;
}

const PLAIN_NAME = /^[A-Za-z_][A-Za-z0-9_.-]{0,39}$/;

/** "Unexpected response shape": names the top-level keys, never a value. */
export function unexpectedShape(payload: Payload): ShapeError {
  const { root } = payload;
  const keys = isRecord(root) ? Object.keys(root) : [];
  const named = keys
    .slice(0, 12)
    .map((key) => (PLAIN_NAME.test(key) ? payload.clean(key) : "?"))
    .join(", ");
  const found = Array.isArray(root) ? "an array" : named === "" ? "no known field" : `the fields ${named}`;
  return new ShapeError(`Unexpected response shape from ${payload.path}: found ${found}.`, {
    path: payload.path,
    status: payload.status,
  });
}
