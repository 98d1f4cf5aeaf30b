import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createWholeFile, fileExists } from "../../src/cli/export/whole-file.ts";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "alephant-file-"));
  path = join(folder, "a.csv");
});
afterEach(() => rmSync(folder, { recursive: true }));

const content = () => readFileSync(path, "utf8");

it.each([false, true])("appears whole, for its owner alone (replace: %s)", (replace) => {
  if (replace) writeFileSync(path, "old", { mode: 0o644 });
  const file = createWholeFile(path, replace);
  file.append("one\r\n");
  file.append("zwei €\r\n");
  expect(fileExists(path) ? content() : null).toBe(replace ? "old" : null);
  file.commit();
  file.discard();
  expect([readdirSync(folder), content(), statSync(path).mode & 0o777]).toEqual([
    ["a.csv"],
    "one\r\nzwei €\r\n",
    0o600,
  ]);
});

it("leaves nothing behind when it is given up", () => {
  const file = createWholeFile(path, false);
  file.append("one");
  file.discard();
  file.discard();
  expect(readdirSync(folder)).toEqual([]);
});

it("does not replace a file that has appeared meanwhile", () => {
  const file = createWholeFile(path, false);
  writeFileSync(path, "mine");
  expect(() => file.commit()).toThrow(expect.objectContaining({ code: "EEXIST" }));
  file.discard();
  expect([readdirSync(folder), content()]).toEqual([["a.csv"], "mine"]);
});
