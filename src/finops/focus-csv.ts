import type { FocusColumn, FocusVersion } from "./focus-columns.ts";
import { focusColumns } from "./focus-columns.ts";
import { MICRO_PER_USD, type Micro } from "./money.ts";

/** A number as it stands in the file: plain digits, at most 6 places, no exponent. */
export interface Decimal {
  readonly decimal: string;
}

/** One charge. What a column does not name, and `null`, is an empty field. */
export type FocusRow = Readonly<Partial<Record<FocusColumn, string | Decimal | null>>>;

/** Millionths (money in micro-USD, tokens over 1,000,000) → decimal, exact. */
export function millionths(value: Micro): Decimal {
  const size = Math.abs(value);
  const fraction = String(size % MICRO_PER_USD)
    .padStart(6, "0")
    .replace(/0+$/, "");
  const whole = String(Math.trunc(size / MICRO_PER_USD));
  return { decimal: `${value < 0 ? "-" : ""}${whole}${fraction === "" ? "" : `.${fraction}`}` };
}

/** Any number of a size that prints without an exponent → decimal, rounded to 6 places. */
export function decimal(value: number): Decimal {
  const text = Number.isInteger(value) ? String(value) : value.toFixed(6).replace(/\.?0+$/, "");
  return { decimal: text === "-0" ? "0" : text };
}

const LINE_END = "\r\n";

export function csvHeader(version: FocusVersion): string {
  return focusColumns(version).join(",") + LINE_END;
}

/** Lines as RFC 4180 has them, each with its end. */
export function csvLines(rows: readonly FocusRow[], version: FocusVersion): string {
  const columns = focusColumns(version);
  return rows.map((row) => columns.map((column) => field(row[column] ?? null)).join(",") + LINE_END).join("");
}

/** A spreadsheet runs a text that begins like a formula; an apostrophe makes it a text. */
function field(cell: string | Decimal | null): string {
  if (cell === null || cell === "") return "";
  if (typeof cell !== "string") return cell.decimal;
  if (/^[=+\-@]/.test(cell)) return quoted(`'${cell}`);
  return /[",\r\n]/.test(cell) ? quoted(cell) : cell;
}

function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}
