import { fitText, textWidth } from "./text-width.ts";

export interface Column {
  readonly head: string;
  /** @default "left" */
  readonly align?: "left" | "right";
  /** The width down to which cells may be cut when the terminal is narrow; absent = never cut. */
  readonly shrinkTo?: number;
  /** Left out, the rightmost first, when cutting is not enough. @default false */
  readonly mayDrop?: boolean;
}

const GAP = "  ";

/**
 * A table of plain text that fits the terminal: first long names are cut, then droppable columns left out.
 * @param rows cells in the order of the columns
 * @param width cells of the terminal
 * @returns lines: head, rule, one per row
 */
export function renderTable(columns: readonly Column[], rows: readonly (readonly string[])[], width: number): string[] {
  const kept = columns.map((_, index) => index);
  let widths = shrink(columns, rows, kept, width);
  while (totalWidth(widths) > width) {
    const dropped = kept.findLastIndex((index) => columns[index]?.mayDrop === true);
    if (dropped === -1) break;
    kept.splice(dropped, 1);
    widths = shrink(columns, rows, kept, width);
  }
  const line = (cells: readonly string[]): string =>
    kept
      .map((index, place) => pad(cells[index] ?? "", widths[place] ?? 0, columns[index]?.align ?? "left"))
      .join(GAP)
      .trimEnd();
  const rule = widths.map((cells) => "-".repeat(cells)).join(GAP);
  return [line(columns.map(({ head }) => head)), rule, ...rows.map(line)];
}

/** The widths of the kept columns: as wide as their content, then narrowed from the right where that is allowed. */
function shrink(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  kept: readonly number[],
  width: number,
): number[] {
  const widths = kept.map((index) =>
    Math.max(textWidth(columns[index]?.head ?? ""), ...rows.map((cells) => textWidth(cells[index] ?? ""))),
  );
  for (let place = kept.length - 1; place >= 0 && totalWidth(widths) > width; place -= 1) {
    const column = columns[kept[place] ?? 0];
    const own = widths[place] ?? 0;
    if (column?.shrinkTo === undefined) continue;
    const least = Math.min(own, Math.max(column.shrinkTo, textWidth(column.head)));
    widths[place] = Math.max(least, own - (totalWidth(widths) - width));
  }
  return widths;
}

function totalWidth(widths: readonly number[]): number {
  return widths.reduce((sum, cells) => sum + cells, 0) + GAP.length * Math.max(0, widths.length - 1);
}

function pad(text: string, width: number, align: "left" | "right"): string {
  const fitted = fitText(text, width);
  const space = " ".repeat(Math.max(0, width - textWidth(fitted)));
  return align === "left" ? fitted + space : space + fitted;
}
