import { printTable } from "../table.ts";
import { measureEndings } from "./endings.ts";
import { measureSizes } from "./sizes.ts";
import { measureTools } from "./tools.ts";

// npm run bench:scale [-- sizes|tools|endings …]: the built program on large workspaces; the service runs in this process.
const PARTS = { sizes: measureSizes, tools: measureTools, endings: measureEndings } as const;
const wanted = process.argv.slice(2);
let isGood = true;
for (const [name, measure] of Object.entries(PARTS)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const rows = await measure();
  isGood &&= rows.every(({ ok }) => ok);
  printTable(`Scale: ${name}`, rows);
}
process.exitCode = isGood ? 0 : 1;
