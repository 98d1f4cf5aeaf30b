import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

// npm run test:matrix [-- <major> …]: all tests on every supported major of Node.js, each taken from its npm package into .nodes/.
// The tests start the program with the Node.js that runs them, so one PATH-free call per version is enough.
const MAJORS = ["20", "22", "24", "26"];
const ROOT = fileURLToPath(new URL("../", import.meta.url));

interface Outcome {
  readonly node: string;
  readonly passed: number;
  readonly failed: number;
  readonly failures: readonly string[];
  readonly seconds: number;
}

function nodeOf(major: string): string {
  const home = join(ROOT, ".nodes", `v${major}`);
  const name = `node-${process.platform === "win32" ? "win" : process.platform}-${process.arch}`;
  const path = join(home, "node_modules", name, "bin", process.platform === "win32" ? "node.exe" : "node");
  if (!existsSync(path)) {
    const args = [
      "install",
      "--prefix",
      home,
      "--no-save",
      "--no-audit",
      "--no-fund",
      "--ignore-scripts",
      `${name}@${major}`,
    ];
    execFileSync("npm", args, { stdio: "ignore", shell: process.platform === "win32" });
  }
  return path;
}

function runOn(major: string): Outcome {
  const node = nodeOf(major);
  const folder = mkdtempSync(join(tmpdir(), "alephant-matrix-"));
  const report = join(folder, "report.json");
  const vitest = join(ROOT, "node_modules", "vitest", "vitest.mjs");
  const started = performance.now();
  // Said in the environment, because the place in the configuration would win over an argument.
  const env = { ...process.env, ALEPHANT_TEST_REPORT: report };
  spawnSync(node, [vitest, "run"], { cwd: ROOT, env, stdio: "ignore" });
  const seconds = (performance.now() - started) / 1000;
  const version = execFileSync(node, ["-v"], { encoding: "utf8" }).trim();
  const {
    numPassedTests = 0,
    numFailedTests = 0,
    testResults = [],
  }: Report = existsSync(report) ? JSON.parse(readFileSync(report, "utf8")) : {};
  rmSync(folder, { recursive: true });
  const failures = testResults.flatMap(({ name, status, assertionResults }) => {
    const failed = assertionResults.filter((each) => each.status === "failed").map(({ fullName }) => fullName);
    return status === "failed" && failed.length === 0 ? [`${name} could not be loaded`] : failed;
  });
  return { node: version, passed: numPassedTests, failed: numFailedTests, failures, seconds };
}

interface Report {
  readonly numPassedTests?: number;
  readonly numFailedTests?: number;
  readonly testResults?: readonly {
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

const wanted = process.argv.slice(2);
let isGood = true;
console.log("Node.js     passed  failed  time");
for (const major of wanted.length > 0 ? wanted : MAJORS) {
  const { node, passed, failed, failures, seconds } = runOn(major);
  isGood &&= passed > 0 && failures.length === 0;
  console.log(`${node.padEnd(12)}${String(passed).padEnd(8)}${String(failed).padEnd(8)}${seconds.toFixed(0)} s`);
  for (const name of failures.slice(0, 20)) console.log(`  failed: ${name.slice(0, 160)}`);
}
process.exitCode = isGood ? 0 : 1;
