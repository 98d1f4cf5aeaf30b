import { type CellResult, ORACLES, runCell } from "./cell.ts";
import type { Row } from "./row.ts";

const CELLS_AT_ONCE = 8;

/** Runs the cells of all rows, a few at once, because most of their time is spent waiting. */
export async function runCells(
  rows: readonly Row[],
  onCell: (cell: CellResult) => void = () => {},
): Promise<CellResult[]> {
  const todo = rows.flatMap((row) =>
    (["read", "write"] as const).filter((kind) => row[kind] !== null).map((kind) => ({ row, kind })),
  );
  const results: CellResult[] = new Array(todo.length);
  let next = 0;
  const work = async (): Promise<void> => {
    for (let i = next++; i < todo.length; i = next++) {
      const cell = todo[i];
      if (cell === undefined) return;
      const result = await runCell(cell.row, cell.kind).catch((error: unknown): CellResult => {
        const faults = { code: `the bench could not run it: ${error instanceof Error ? error.message : "?"}` };
        return { ...cell, faults, ms: 0, text: "" };
      });
      results[i] = result;
      onCell(result);
    }
  };
  await Promise.all(Array.from({ length: CELLS_AT_ONCE }, work));
  return results;
}

/** One line a row, then the cells passed by question. */
export function report(results: readonly CellResult[]): string {
  const byRow = new Map<Row, CellResult[]>();
  for (const cell of results) byRow.set(cell.row, [...(byRow.get(cell.row) ?? []), cell]);
  const lines = [...byRow].map(([row, cells]) => {
    const verdict = (kind: "read" | "write") => cellText(cells.find((cell) => cell.kind === kind));
    return `${row.id.padEnd(9)}${row.fault.padEnd(44)}${verdict("read").padEnd(12)}${verdict("write").padEnd(12)}${problems(cells)}`;
  });
  const passed = results.filter(isPassed).length;
  const perOracle = ORACLES.map(
    (oracle) => `${oracle} ${results.filter(({ faults }) => faults[oracle] === undefined).length}/${results.length}`,
  );
  return [
    `${"row".padEnd(9)}${"fault".padEnd(44)}${"read".padEnd(12)}${"write".padEnd(12)}`,
    ...lines,
    "",
    `cells passed: ${passed} of ${results.length}; by question: ${perOracle.join(", ")}`,
  ].join("\n");
}

export function isPassed({ faults }: CellResult): boolean {
  return Object.keys(faults).length === 0;
}

function cellText(cell: CellResult | undefined): string {
  if (cell === undefined) return "-";
  return `${isPassed(cell) ? "ok" : "FAIL"} ${cell.ms < 1_000 ? `${Math.round(cell.ms)} ms` : `${(cell.ms / 1000).toFixed(1)} s`}`;
}

function problems(cells: readonly CellResult[]): string {
  return cells
    .flatMap(({ kind, faults, text }) =>
      Object.entries(faults).map(([oracle, what]) => `${kind} ${oracle}: ${what} <- ${text.slice(0, 160)}`),
    )
    .join("; ");
}
