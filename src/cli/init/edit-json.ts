import { isDeepStrictEqual } from "node:util";
import { type ParseError, parse } from "jsonc-parser";
import { EditError, isRecord, type Wanted } from "./edit.ts";
import { ENTRY_NAME } from "./host-spec.ts";
import { setInText } from "./json-text.ts";

/** Adds or replaces the entry in a JSON file, which may have comments and trailing commas. */
export function editJson(text: string, { spec, entry, inputs }: Wanted): string {
  const start = text.trim() === "" ? `${JSON.stringify(spec.root ?? {}, null, 2)}\n` : text;
  const before = read(start, "The file is not valid JSON, so it is left alone.");
  const path = [...spec.section, ENTRY_NAME];
  let after = isDeepStrictEqual(valueAt(before, path), entry) ? start : setInText(start, path, entry);
  for (const input of inputs) after = setInput(after, input);
  check(before, after, path, entry);
  return after;
}

function read(text: string, problem: string): Record<string, unknown> {
  const errors: ParseError[] = [];
  const value: unknown = parse(text, errors, { allowTrailingComma: true });
  if (errors.length > 0 || !isRecord(value)) throw new EditError(problem);
  return value;
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce((inner, key) => (isRecord(inner) ? inner[key] : undefined), value);
}

/** An input is known by its id: one that is there already is replaced, others stay. */
function setInput(text: string, input: { readonly id: string }): string {
  const { inputs } = read(text, "The file could not be read again after the change.");
  if (inputs === undefined) return setInText(text, ["inputs"], [input]);
  if (!Array.isArray(inputs)) throw new EditError('"inputs" is not a list in this file, so it is left alone.');
  const list: readonly unknown[] = inputs;
  const place = list.findIndex((other) => isRecord(other) && other.id === input.id);
  if (place < 0) return setInText(text, ["inputs", list.length], input, true);
  return isDeepStrictEqual(list[place], input) ? text : setInText(text, ["inputs", place], input);
}

/** Whatever an editor does: the entry must stand, and nothing but our own keys may differ. */
function check(before: Record<string, unknown>, text: string, path: readonly string[], entry: unknown): void {
  const after = read(text, "The file cannot be changed safely, so it is left alone.");
  const isDone = isDeepStrictEqual(valueAt(after, path), entry);
  if (!isDone || !isDeepStrictEqual(without(before, path), without(after, path))) {
    throw new EditError("The change would touch other settings of the file, so it is left alone.");
  }
}

/** The value without our entry, without sections that are empty then, and without the inputs we own. */
function without(value: Record<string, unknown>, [key = "", ...rest]: readonly string[]): Record<string, unknown> {
  const { [key]: inner, inputs, ...others } = value;
  const foreign: unknown = Array.isArray(inputs) ? inputs.filter((input) => !isOurs(input)) : inputs;
  const isEmpty = foreign === undefined || (Array.isArray(foreign) && foreign.length === 0);
  const kept = isEmpty ? others : { ...others, inputs: foreign };
  if (rest.length === 0 || !isRecord(inner)) return kept;
  const remaining = without(inner, rest);
  return Object.keys(remaining).length === 0 ? kept : { ...kept, [key]: remaining };
}

function isOurs(input: unknown): boolean {
  return isRecord(input) && typeof input.id === "string" && input.id.startsWith("alephant-");
}
