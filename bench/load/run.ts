import { startSandbox } from "../../src/sandbox/serve.ts";
import { printTable, type Row } from "../table.ts";
import { benchCycles } from "./cycles.ts";
import { startMeasured } from "./measured.ts";
import { benchParallel } from "./parallel.ts";
import { benchCancelled, benchSequence } from "./sequence.ts";

// npm run bench:load: the built program under many calls; the simulated service runs in this process, over a socket.
const sandbox = await startSandbox();
const env = {
  ALEPHANT_API_BASE_URL: sandbox.url,
  ALEPHANT_PAT: sandbox.credentials.pats.admin,
  ALEPHANT_WORKSPACE_ID: sandbox.credentials.workspaceId,
  ALEPHANT_RATE_LIMIT_RPM: "0",
};
const program = await startMeasured(env);
const rows: Row[] = [
  ...(await benchParallel(program)),
  ...(await benchSequence(program, 10_000)),
  ...(await benchCancelled(program, 10_000)),
];
const peak = await program.peakMb();
rows.push({
  what: "resident memory at its highest",
  value: `${peak.toFixed(0)} MB`,
  bar: "<= 150 MB",
  ok: peak <= 150,
});
const code = await program.stop();
rows.push({ what: "exit code", value: String(code), bar: "0", ok: code === 0 }, ...(await benchCycles(env)));
await sandbox.close();
printTable("Load", rows);
process.exitCode = rows.every(({ ok }) => ok) ? 0 : 1;
