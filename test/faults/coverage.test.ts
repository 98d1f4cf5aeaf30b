import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { ROWS } from "../../bench/faults/rows.ts";

const NUMBERS = Array.from({ length: 62 }, (_, index) => index + 1);

const root = fileURLToPath(new URL("../", import.meta.url));
const readme = readFileSync(new URL("./README.md", import.meta.url), "utf8");

/** Test files outside of the bench with a title that names a row, by its number. */
function filesByRow(): Map<number, string[]> {
  const found = new Map<number, string[]>();
  const files = readdirSync(root, { recursive: true, encoding: "utf8" }).map((path) => path.replaceAll("\\", "/"));
  for (const file of files.filter((path) => path.endsWith(".test.ts") && !path.startsWith("faults/")).sort()) {
    const text = readFileSync(`${root}${file}`, "utf8");
    const rows = [...text.matchAll(/["`][^"`\n]*?\brow (\d+)\b/g)].map(([, row]) => Number(row));
    for (const row of new Set(rows)) found.set(row, [...(found.get(row) ?? []), file]);
  }
  return found;
}

const files = filesByRow();
const cellsOf = (number: number) => ROWS.filter(({ id }) => Number.parseInt(id, 10) === number).map(({ id }) => id);

describe("every row of the fault table is proven", () => {
  it.each(NUMBERS)("row %i", (number) => {
    expect([...cellsOf(number), ...(files.get(number) ?? [])]).not.toEqual([]);
  });

  it("and README.md says where", () => {
    const listed = [...readme.matchAll(/^\| (\d+) \|[^|]*\| ([^|]*) \| ([^|]*) \|$/gm)].map(
      ([, number, cells = "", paths = ""]) => [
        Number(number),
        cells.split(", ").filter((id) => id !== ""),
        [...paths.matchAll(/`([^`]+)`/g)].map(([, file]) => file),
      ],
    );
    expect(listed).toEqual(NUMBERS.map((number) => [number, cellsOf(number), files.get(number) ?? []]));
  });
});
