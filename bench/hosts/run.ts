import { startSandbox } from "../../src/sandbox/serve.ts";
import { testCodex } from "./codex.ts";
import { testConformance } from "./conformance.ts";
import { testConnecting } from "./connecting.ts";
import { testInspector } from "./inspector.ts";
import { printRows, type Row } from "./report.ts";
import { testRuntimes } from "./runtimes.ts";

// npm run test:hosts [name …]: drives real hosts against the built program and the embedded sandbox. Needs no account; fetches
// the hosts into .hosts/ (about 1.5 GB for all) on first use. Names: inspector, codex, connecting, conformance, runtimes.

const TESTS = {
  inspector: testInspector,
  codex: testCodex,
  connecting: testConnecting,
  conformance: testConformance,
  runtimes: testRuntimes,
};

const names = process.argv.slice(2);
const sandbox = await startSandbox();
const rows: Row[] = [];
for (const [name, test] of Object.entries(TESTS)) {
  if (names.length > 0 && !names.includes(name)) continue;
  try {
    const found = await test(sandbox);
    printRows(found);
    rows.push(...found);
  } catch (error) {
    const row = { host: name, what: "could not be run", found: String(error), ok: false };
    printRows([row]);
    rows.push(row);
  }
}
await sandbox.close();
const failed = rows.filter(({ ok }) => !ok).length;
console.log(`\n${rows.length} checks, ${failed} failed.`);
process.exit(failed === 0 ? 0 : 1);
