/** One thing that was tried with one real program. */
export interface Row {
  readonly host: string;
  readonly what: string;
  readonly found: string;
  readonly ok: boolean;
}

export function printRows(rows: readonly Row[]): void {
  const width = (pick: (row: Row) => string) => Math.max(...rows.map((row) => pick(row).length));
  const [host, what] = [width((row) => row.host), width((row) => row.what)];
  for (const row of rows) {
    console.log(`${row.ok ? "ok    " : "FAILED"}  ${row.host.padEnd(host)}  ${row.what.padEnd(what)}  ${row.found}`);
  }
}

/** The end of a text, on one line, for a table. */
export function brief(text: string, length = 100): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > length ? `…${line.slice(1 - length)}` : line;
}
