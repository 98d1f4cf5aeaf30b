import { applyEdits, type Edit, modify } from "jsonc-parser";
import { EditError } from "./edit.ts";

export type JsonPath = readonly (string | number)[];

/**
 * Sets one value in the text of a JSON file with comments. The editor finds the place; the layout of the new lines is made
 * here, because its own formatter would lay out the neighbours anew as well.
 */
export function setInText(text: string, path: JsonPath, value: unknown, isArrayInsertion = false): string {
  const [edit, ...more] = findEdit(text, path, value, isArrayInsertion);
  if (edit === undefined || more.length > 0)
    throw new EditError("The file cannot be changed safely, so it is left alone.");
  return applyEdits(text, edit.length > 0 ? [replacement(text, edit)] : insertion(text, edit));
}

function findEdit(text: string, path: JsonPath, value: unknown, isArrayInsertion: boolean): Edit[] {
  try {
    return modify(text, [...path], value, { isArrayInsertion });
  } catch {
    throw new EditError(`"${path.slice(0, -1).join(".")}" is not an object in this file, so it is left alone.`);
  }
}

function replacement(text: string, edit: Edit): Edit {
  return { ...edit, content: layOut(edit.content, styleOf(text), indentAt(text, edit.offset)) };
}

/** A new line for the new value, behind a comment that ends the line of its neighbour. */
function insertion(text: string, { offset, content }: Edit): Edit[] {
  const style = styleOf(text);
  const isFirst = !content.startsWith(",");
  const behind = text.slice(offset);
  const outer = isFirst ? indentAt(text, offset) : indentAt(text, openerBefore(text, offset));
  const inner = outer + style.indent;
  const block = style.lineEnd + inner + layOut(isFirst ? content : content.slice(1), style, inner);
  const comment = /^[ \t]*(,?)[ \t]*(?:\/\/[^\r\n]*|\/\*[^\r\n]*?\*\/[ \t]*)(?=\r?\n)/.exec(behind);
  if (comment !== null && !isFirst) {
    const hasComma = comment[1] === ",";
    const lineEnd = offset + comment[0].length;
    const comma: Edit[] = hasComma ? [] : [{ offset, length: 0, content: "," }];
    return [...comma, { offset: lineEnd, length: 0, content: block + (hasComma ? "," : "") }];
  }
  const isClosedOnThisLine = /^[ \t]*,?[ \t]*[}\]]/.test(behind);
  const closing = isClosedOnThisLine ? style.lineEnd + outer : "";
  const blanks = isClosedOnThisLine ? (/^[ \t]*/.exec(behind)?.[0].length ?? 0) : 0;
  return [{ offset, length: blanks, content: `${isFirst ? "" : ","}${block}${closing}` }];
}

interface Style {
  readonly indent: string;
  readonly lineEnd: string;
}

/** Indentation and line ends of the file, so that the new lines look like the others. */
function styleOf(text: string): Style {
  return { indent: /\n([ \t]+)["}]/.exec(text)?.[1] ?? "  ", lineEnd: text.includes("\r\n") ? "\r\n" : "\n" };
}

/** `"name": value` or a value alone, spread over lines; lists of plain values stay on one. */
function layOut(content: string, { indent, lineEnd }: Style, prefix: string): string {
  const [, name = "", json = content] = /^("(?:[^"\\]|\\.)*": ?)([\s\S]*)$/.exec(content) ?? [];
  const value: unknown = JSON.parse(json);
  const spread = JSON.stringify(value, null, indent).replace(
    /\[\n\s+([^[\]{}]*?)\n\s*\]/g,
    (_list, items: string) => `[${items.replace(/,\n\s+/g, ", ")}]`,
  );
  return name + spread.replaceAll("\n", lineEnd + prefix);
}

function indentAt(text: string, offset: number): string {
  const start = text.lastIndexOf("\n", offset - 1) + 1;
  return /^[ \t]*/.exec(text.slice(start, offset))?.[0] ?? "";
}

/** The bracket that encloses a place. Brackets in texts and comments are skipped by blanking those first. */
function openerBefore(text: string, offset: number): number {
  const bare = text
    .slice(0, offset)
    .replace(/"(?:[^"\\\n]|\\.)*"|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (part) => " ".repeat(part.length));
  let depth = 0;
  for (let index = bare.length - 1; index >= 0; index -= 1) {
    const sign = bare[index] ?? "";
    if ("}]".includes(sign)) depth += 1;
    else if ("{[".includes(sign)) {
      if (depth === 0) return index;
      depth -= 1;
    }
  }
  return 0;
}
