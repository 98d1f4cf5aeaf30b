import { parseArgs } from "node:util";
import { benchOverhead, benchRoundTrips } from "./latency.ts";
import { benchSizes, benchTokens } from "./sizes.ts";
import { benchAgainst, benchStartUp } from "./start-up.ts";
import { printTable, type Row } from "./table.ts";

// npm run bench, or npm run bench -- --vs "<command of another server>" for start-up beside that one alone.
const { vs } = parseArgs({ options: { vs: { type: "string" } } }).values;

type Section = readonly [string, () => Promise<Row[]> | Row[]];
const own: readonly Section[] = [
  ["Tool list", benchTokens],
  ["Default results on the sandbox's default workspace", benchSizes],
  ["Start-up: medians of runs taken in turn with a bare `node -e` that answers its first line", benchStartUp],
  ["Overhead: medians of calls taken in turn with a bare fetch of the same endpoint", benchOverhead],
  ["Composites on an API of 100 ms a call", benchRoundTrips],
];
const against: readonly Section[] =
  vs === undefined ? [] : [["Another server beside this one, both started in turn", () => benchAgainst(vs)]];

let missed = 0;
for (const [title, measure] of vs === undefined ? own : against) {
  const rows = await measure();
  printTable(title, rows);
  missed += rows.filter((row) => !row.ok).length;
}
console.log(`\n${missed === 0 ? "Every bar is met." : `${missed} bars missed.`}`);
process.exitCode = missed === 0 ? 0 : 1;
