import { ROWS } from "./rows.ts";
import { isPassed, report, runCells } from "./score.ts";

// npm run bench:faults [-- <row id> …] [--quick]: every fault against a read and against a change, scored by five questions.
const wanted = process.argv.slice(2).filter((arg) => !arg.startsWith("--"));
const isQuick = process.argv.includes("--quick");
const rows = ROWS.filter(
  ({ id, isSlow }) => (wanted.length === 0 || wanted.includes(id)) && !(isQuick && isSlow === true),
);
const started = performance.now();
const results = await runCells(rows);
console.log(report(results));
console.log(`${rows.length} rows in ${((performance.now() - started) / 1000).toFixed(0)} s`);
process.exitCode = results.every(isPassed) ? 0 : 1;
