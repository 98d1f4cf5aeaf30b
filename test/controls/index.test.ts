import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const CONTROLS = Array.from({ length: 25 }, (_, index) => `C${index + 1}`);

const root = fileURLToPath(new URL("../", import.meta.url));
const readme = readFileSync(new URL("./README.md", import.meta.url), "utf8");

/** The title of a group, a test or a table of tests, and the ids that it starts with. */
const TITLE = /(?:\b(?:describe|it)(?:\.each)?\(|\]\)\(|\b(?:describe|it)\.each\(\w+\)\(|\)\()\s*["`]((?:C\d+ )+)/g;

/** The test files with a title that starts with a control's id, by that id. */
function filesByControl(): Map<string, string[]> {
  const found = new Map<string, string[]>();
  const files = readdirSync(root, { recursive: true, encoding: "utf8" }).map((path) => path.replaceAll("\\", "/"));
  for (const file of files.filter((path) => path.endsWith(".test.ts")).sort()) {
    const text = readFileSync(`${root}${file}`, "utf8");
    const ids = [...text.matchAll(TITLE)].flatMap(([, list = ""]) => list.trim().split(" "));
    for (const id of new Set(ids)) found.set(id, [...(found.get(id) ?? []), file]);
  }
  return found;
}

const files = filesByControl();

describe("every control has its tests", () => {
  it.each(CONTROLS)("%s", (control) => expect(files.get(control) ?? []).not.toEqual([]));

  it("and README.md names them all", () => {
    const listed = [...readme.matchAll(/^\| (C\d+) \|[^|]*\|([^|]*)\|$/gm)].map(([, control = "", cell = ""]) => [
      control,
      [...cell.matchAll(/`([^`]+)`/g)].map(([, file]) => file),
    ]);
    expect(listed).toEqual(CONTROLS.map((control) => [control, files.get(control)]));
  });
});
