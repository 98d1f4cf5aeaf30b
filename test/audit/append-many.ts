import { entry, openLog } from "./record.ts";

// A process of its own that records as fast as it can: <path> <name> <count> <largest file>.

const [path = "", name = "", count = "0", largest = "10000000"] = process.argv.slice(2);
const log = openLog(path, { largestFileBytes: Number(largest) });
for (let index = 0; index < Number(count); index += 1) {
  await log.record(entry({ event: index % 2 === 0 ? "plan" : "confirm", planId: `${name}-${index}` }));
}
