import { describe, expect, it } from "vitest";
import { type Column, renderTable } from "../../src/cli/table.ts";
import { fitText, textWidth, wrapText } from "../../src/cli/text-width.ts";

const COLUMNS: readonly Column[] = [
  { head: "Department", shrinkTo: 10 },
  { head: "Spend", align: "right" },
  { head: "Share", align: "right" },
  { head: "Change", mayDrop: true },
];
const ROWS = [
  ["Customer support and success", "$1,234.56", "61.2 %", "up 3.1%"],
  ["Research", "<$0.01", "0.0 %", "new"],
];

describe("renderTable", () => {
  it("is as wide as its content when there is room", () => {
    expect(renderTable(COLUMNS, ROWS, 80)).toEqual([
      "Department                        Spend   Share  Change",
      "----------------------------  ---------  ------  -------",
      "Customer support and success  $1,234.56  61.2 %  up 3.1%",
      "Research                         <$0.01   0.0 %  new",
    ]);
  });

  it("cuts names first", () => {
    expect(renderTable(COLUMNS, ROWS, 44)).toEqual([
      "Department            Spend   Share  Change",
      "----------------  ---------  ------  -------",
      "Customer supp...  $1,234.56  61.2 %  up 3.1%",
      "Research             <$0.01   0.0 %  new",
    ]);
  });

  it("then leaves out what may be left out, and gives the room back to the names", () => {
    expect(renderTable(COLUMNS, ROWS, 36)).toEqual([
      "Department             Spend   Share",
      "-----------------  ---------  ------",
      "Customer suppo...  $1,234.56  61.2 %",
      "Research              <$0.01   0.0 %",
    ]);
  });

  it.each([120, 80, 60, 50, 44, 40, 36, 30])("fits %i cells", (width) => {
    for (const line of renderTable(COLUMNS, ROWS, width)) expect(textWidth(line)).toBeLessThanOrEqual(width);
  });

  it("never cuts money, even where nothing fits", () => {
    expect(renderTable(COLUMNS, ROWS, 5).join("\n")).toContain("$1,234.56");
  });

  it("keeps columns straight beside wide characters and accents", () => {
    const lines = renderTable(
      COLUMNS,
      [
        ["研究開発", "$1.00", "1.0 %", "new"],
        ["Cafe\u0301", "$2.00", "2.0 %", "new"],
      ],
      80,
    );
    expect(lines.slice(2)).toEqual(["研究開発    $1.00  1.0 %  new", "Cafe\u0301        $2.00  2.0 %  new"]);
  });

  it("takes a table without rows", () => {
    expect(renderTable(COLUMNS, [], 80)).toHaveLength(2);
  });
});

describe("texts of a given width", () => {
  it.each([
    ["abc", 3, "abc"],
    ["abcdef", 5, "ab..."],
    ["ab cdef", 6, "ab..."],
    ["abcdef", 2, ".."],
    ["abcdef", 0, ""],
    ["研究開発", 7, "研究..."],
  ])("fits %s into %i", (text, width, expected) => {
    expect(fitText(text, width)).toBe(expected);
  });

  it("wraps at spaces and keeps a long word whole", () => {
    expect(wrapText("one two three-and-more four", 9)).toEqual(["one two", "three-and-more", "four"]);
    expect(wrapText("", 9)).toEqual([""]);
  });
});
