import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { renderReadme } from "./docs/readme.ts";

// npm run docs: makes the tables of README.md from the code. With --check it writes nothing and exits 1 when one is stale.

const { values } = parseArgs({ options: { write: { type: "boolean" }, check: { type: "boolean" } } });
const readme = new URL("../README.md", import.meta.url);
const current = readFileSync(readme, "utf8");
const wanted = renderReadme(current);

if (current === wanted) {
  console.log("README.md is up to date.");
} else if (values.check === true || values.write !== true) {
  console.error("README.md is stale; run: npm run docs");
  process.exitCode = 1;
} else {
  writeFileSync(readme, wanted);
  console.log("README.md was updated.");
}
