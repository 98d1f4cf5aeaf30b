import { expect } from "vitest";
import type { SwitchName } from "../../../src/sandbox/serve.ts";

/**
 * One switch value and what it changes: `request` is `<credential> <path>` for a GET or `<verb> <key id>` for a write,
 * `place` a dotted path into the JSON answer, or `@status`, `@text`, `@date`, `@type` for the rest of it.
 */
export type Case = [name: SwitchName, value: string | number, request: string, place: string, expected: unknown];

export const any = expect.anything();
export const like = (shape: object) => expect.objectContaining(shape);
export const digits = expect.stringMatching(/^\d+$/);
export const decimals = expect.stringMatching(/^\d+\.\d\d$/);
/** Storage units of a whole number of cents. */
export const raw = expect.stringMatching(/^\d+0000000$/);

/** A value whose own field names are exactly these. */
export const fields = (...names: string[]) =>
  like(Object.fromEntries(names.map((name) => [name, expect.toSatisfy(() => true)])));
