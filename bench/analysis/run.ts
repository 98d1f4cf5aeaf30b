import { type Bar, holds, limitsOf } from "./bar.ts";
import { detectorBars } from "./detector-bars.ts";
import { forecastBars } from "./forecast-bars.ts";
import { runOutBars } from "./run-out-bars.ts";
import { selectionBars } from "./selection-bars.ts";
import { speedBars } from "./speed.ts";

function line(bar: Bar): string {
  const limits = limitsOf(bar);
  const verdict = limits === "" ? "" : holds(bar) ? "pass" : "FAIL";
  return `${bar.name.padEnd(60)}${bar.measured.toFixed(bar.digits).padStart(8)}  ${limits.padEnd(15)}${verdict}`.trimEnd();
}

const bars = [...speedBars(), ...detectorBars(), ...forecastBars(), ...runOutBars(), ...selectionBars()];
console.log(`${"quality of the analysis on seeded series".padEnd(60)}measured  bar`);
for (const bar of bars) console.log(line(bar));

const judged = bars.filter((bar) => limitsOf(bar) !== "");
const failed = judged.filter((bar) => !holds(bar));
console.log(`\n${judged.length - failed.length} of ${judged.length} bars hold`);
process.exitCode = failed.length === 0 ? 0 : 1;
