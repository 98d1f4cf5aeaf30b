import { redact } from "../../secret.ts";

const CONTEXT = 2;
/** Beyond this many lines a side a change is shown whole instead of line by line. */
const LARGEST = 400;

type Line = { readonly sign: " " | "-" | "+"; readonly text: string };

/**
 * The change of a file as lines with `-`, `+` or a space in front. Values of settings that look secret are hidden in what was
 * there before: it is other programs' business, and the screen may be shared.
 */
export function diffLines(before: string, after: string): string[] {
  const lines = compare(split(before), split(after));
  const isNear = (index: number): boolean =>
    lines.slice(Math.max(0, index - CONTEXT), index + CONTEXT + 1).some(({ sign }) => sign !== " ");
  const shown: string[] = [];
  let isGap = false;
  for (const [index, { sign, text }] of lines.entries()) {
    if (isNear(index)) {
      if (isGap && shown.length > 0) shown.push("  ...");
      shown.push(`${sign} ${sign === "+" ? redact(text) : hideSecrets(text)}`.trimEnd());
    }
    isGap = !isNear(index);
  }
  return shown;
}

function split(text: string): string[] {
  return text === "" ? [] : text.replace(/\r?\n$/, "").split(/\r?\n/);
}

const SECRET_SETTING =
  /((?:key|token|secret|passw|auth|cookie|credential)[\w-]*["']?\s*[:=]\s*["']?)[^"',}\]\s][^"']*/gi;

function hideSecrets(text: string): string {
  return redact(text).replace(SECRET_SETTING, "$1***");
}

/** Lines that both sides share at the start and the end are cut off first, so that the comparison stays small. */
function compare(before: readonly string[], after: readonly string[]): Line[] {
  let head = 0;
  while (head < before.length && head < after.length && before[head] === after[head]) head += 1;
  let tail = 0;
  const rest = Math.min(before.length, after.length) - head;
  while (tail < rest && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1;
  const same = (texts: readonly string[]): Line[] => texts.map((text) => ({ sign: " ", text }));
  return [
    ...same(before.slice(0, head)),
    ...align(before.slice(head, before.length - tail), after.slice(head, after.length - tail)),
    ...same(before.slice(before.length - tail)),
  ];
}

/** The longest common sequence of lines stays, everything else is taken out or put in. */
function align(before: readonly string[], after: readonly string[]): Line[] {
  const removed = (texts: readonly string[]): Line[] => texts.map((text) => ({ sign: "-", text }));
  const added = (texts: readonly string[]): Line[] => texts.map((text) => ({ sign: "+", text }));
  if (before.length > LARGEST || after.length > LARGEST) return [...removed(before), ...added(after)];
  const width = after.length + 1;
  const common = new Uint16Array((before.length + 1) * width);
  const at = (row: number, column: number): number => common[row * width + column] ?? 0;
  for (let row = before.length - 1; row >= 0; row -= 1) {
    for (let column = after.length - 1; column >= 0; column -= 1) {
      common[row * width + column] =
        before[row] === after[column]
          ? at(row + 1, column + 1) + 1
          : Math.max(at(row + 1, column), at(row, column + 1));
    }
  }
  const lines: Line[] = [];
  let [row, column] = [0, 0];
  while (row < before.length && column < after.length) {
    const [old = "", fresh = ""] = [before[row], after[column]];
    if (old === fresh) {
      lines.push({ sign: " ", text: old });
      row += 1;
      column += 1;
    } else if (at(row + 1, column) >= at(row, column + 1)) {
      lines.push({ sign: "-", text: old });
      row += 1;
    } else {
      lines.push({ sign: "+", text: fresh });
      column += 1;
    }
  }
  return [...lines, ...removed(before.slice(row)), ...added(after.slice(column))];
}
