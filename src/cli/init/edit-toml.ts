import { isDeepStrictEqual } from "node:util";
import { parse } from "smol-toml";
import { EditError, isRecord, type Wanted } from "./edit.ts";
import { ENTRY_NAME } from "./host-spec.ts";

/**
 * Adds or replaces the entry in a TOML file, line by line, so that every other line stays as it is. Editors that rewrite a
 * parsed file were tried: they lose the comment above the table that follows a removed one. A parser then proves that nothing
 * but the entry differs.
 */
export function editToml(text: string, { spec, entry }: Wanted): string {
  const before = read(text, "The file is not valid TOML, so it is left alone.");
  const [section = ""] = spec.section;
  const lineEnd = text.includes("\r\n") ? "\r\n" : "\n";
  const block = tableLines([section, ENTRY_NAME], entry);
  const after =
    place(text === "" ? [] : text.replace(/(\r?\n)+$/, "").split(/\r?\n/), block, section).join(lineEnd) + lineEnd;
  const result = read(after, "The entry cannot be added safely to this file, so it is left alone.");
  const isDone = isDeepStrictEqual(entryOf(result, section), entryOf(read(block.join("\n"), ""), section));
  if (!isDone || !isDeepStrictEqual(withoutEntry(result, section), withoutEntry(before, section))) {
    throw new EditError("The change would touch other settings of the file, so it is left alone.");
  }
  return after;
}

function read(text: string, problem: string): Record<string, unknown> {
  try {
    return parse(text, { integersAsBigInt: "asNeeded" });
  } catch {
    // The parser's message quotes the file, which may hold secrets.
    throw new EditError(problem);
  }
}

/** Takes old tables of the entry out and puts the new ones where the first of them was, or at the end. */
function place(lines: readonly string[], block: readonly string[], section: string): string[] {
  const kept: string[] = [];
  let position: number | null = null;
  for (let index = 0; index < lines.length; ) {
    const end = ownTableEnd(lines, index, section);
    if (end !== null) {
      position ??= kept.length;
      index = end;
    } else {
      // Blank lines between two tables of ours would pile up in front of what follows.
      if (kept.length !== position || lines[index] !== "") kept.push(lines[index] ?? "");
      index += 1;
    }
  }
  if (position === null) return kept.length === 0 ? [...block] : [...kept, "", ...block];
  const behind = kept.slice(position);
  return [...kept.slice(0, position), ...block, ...(behind.length > 0 ? ["", ...behind] : [])];
}

const HEADER = /^\s*\[{1,2}\s*([^\]]+?)\s*\]{1,2}\s*(#.*)?$/;

/** Where the table that begins at `start` ends, or null when it is not one of ours. What follows its last value stays. */
function ownTableEnd(lines: readonly string[], start: number, section: string): number | null {
  const path = HEADER.exec(lines[start] ?? "")?.[1]?.replace(/["'\s]/g, "");
  const own = `${section}.${ENTRY_NAME}`;
  if (path !== own && !path?.startsWith(`${own}.`)) return null;
  let end = start + 1;
  for (let index = end; index < lines.length && !HEADER.test(lines[index] ?? ""); index += 1) {
    if (!/^\s*(#.*)?$/.test(lines[index] ?? "")) end = index + 1;
  }
  return end;
}

function entryOf(value: Record<string, unknown>, section: string): unknown {
  const servers = value[section];
  return isRecord(servers) ? servers[ENTRY_NAME] : undefined;
}

/** The value without our entry, and without the section when nothing else is in it. */
function withoutEntry(value: Record<string, unknown>, section: string): Record<string, unknown> {
  const { [section]: servers, ...rest } = value;
  if (!isRecord(servers)) return { ...value };
  const { [ENTRY_NAME]: _ours, ...others } = servers;
  return Object.keys(others).length === 0 ? rest : { ...rest, [section]: others };
}

/** One table: its plain values, then its sub-tables under headers of their own. */
function tableLines(path: readonly string[], values: Readonly<Record<string, unknown>>): string[] {
  const fields: string[] = [];
  const tables: string[][] = [];
  for (const [key, value] of Object.entries(values)) {
    if (isRecord(value)) tables.push(["", ...tableLines([...path, key], value)]);
    else fields.push(`${key} = ${literal(value)}`);
  }
  return [`[${path.join(".")}]`, ...fields, ...tables.flat()];
}

/** JSON's strings, numbers and lists of strings are TOML's too. */
function literal(value: unknown): string {
  return Array.isArray(value) ? `[${value.map((item) => JSON.stringify(item)).join(", ")}]` : JSON.stringify(value);
}
