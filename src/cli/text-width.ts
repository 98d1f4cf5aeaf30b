/** Scripts and symbols that a terminal draws two cells wide. */
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;
const NO_WIDTH = /\p{Mn}|\p{Me}|\p{Cf}/u;

const ELLIPSIS = "...";

function cellsOf(point: string): number {
  return NO_WIDTH.test(point) ? 0 : WIDE.test(point) ? 2 : 1;
}

/** How many terminal cells a text takes. */
export function textWidth(text: string): number {
  let width = 0;
  for (const point of text) width += cellsOf(point);
  return width;
}

/** Cuts a text to `width` cells, with dots where something is missing. */
export function fitText(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  if (width <= ELLIPSIS.length) return ELLIPSIS.slice(0, Math.max(0, width));
  let kept = "";
  let used = 0;
  for (const point of text) {
    used += cellsOf(point);
    if (used > width - ELLIPSIS.length) break;
    kept += point;
  }
  return kept.trimEnd() + ELLIPSIS;
}

/** Breaks a text at spaces into lines of at most `width` cells; a longer word stays whole. */
export function wrapText(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && textWidth(line) + 1 + textWidth(word) > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}
