import { beforeAll, describe, expect, it } from "vitest";
import type { CellResult } from "../../bench/faults/cell.ts";
import { ROWS } from "../../bench/faults/rows.ts";
import { runCells } from "../../bench/faults/score.ts";

// The rows of the bench that wait for no real timeout; `npm run bench:faults` runs the others as well.
const QUICK = ROWS.filter(({ isSlow }) => isSlow !== true);
const CELLS = QUICK.flatMap((row) =>
  (["read", "write"] as const)
    .filter((kind) => row[kind] !== null)
    .map((kind): [string, string] => [`row ${row.id} ${row.fault}: ${kind}`, `${row.id} ${kind}`]),
);

const results = new Map<string, CellResult>();

beforeAll(async () => {
  for (const cell of await runCells(QUICK)) results.set(`${cell.row.id} ${cell.kind}`, cell);
}, 120_000);

describe("fault matrix", () => {
  it("has every id once", () => {
    expect(new Set(ROWS.map(({ id }) => id)).size).toBe(ROWS.length);
  });

  it.each(CELLS)("%s", (_, key) => {
    const cell = results.get(key);
    expect(cell?.faults, cell?.text.slice(0, 300)).toEqual({});
  });
});
