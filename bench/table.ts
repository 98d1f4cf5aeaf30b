/** One measured figure against its bar. */
export interface Row {
  readonly what: string;
  readonly value: string;
  readonly bar: string;
  readonly ok: boolean;
}

export function printTable(title: string, rows: readonly Row[]): void {
  const width = (pick: (row: Row) => string, least: number) => Math.max(least, ...rows.map((row) => pick(row).length));
  const [what, value, bar] = [width((row) => row.what, 4), width((row) => row.value, 8), width((row) => row.bar, 3)];
  console.log(`\n${title}`);
  console.log(`${"what".padEnd(what)}  ${"measured".padEnd(value)}  ${"bar".padEnd(bar)}`);
  for (const row of rows) {
    console.log(
      `${row.what.padEnd(what)}  ${row.value.padEnd(value)}  ${row.bar.padEnd(bar)}  ${row.ok ? "ok" : "MISSED"}`,
    );
  }
}
