import { execFileSync, spawnSync } from "node:child_process";
import { rmSync } from "node:fs";

// npm run pack:check: the packed tarball against tools that are fetched on demand. The first word is the package.

const tarball = JSON.parse(execFileSync("npm", ["pack", "--json"], { encoding: "utf8" }))[0].filename;

const CHECKS: readonly (readonly string[])[] = [
  ["publint@0.3.25", "run", tarball, "--strict"],
  // The package has a command and no modules to import, so there is nothing to check but its package.json.
  ["@arethetypeswrong/cli@0.18.5", tarball, "--profile", "esm-only", "--ignore-rules", "no-resolution"],
  ["knip@6.44.2"],
];

let failed = 0;
try {
  for (const [name = "", ...args] of CHECKS) {
    console.log(`\n${[name, ...args].join(" ")}`);
    const { status } = spawnSync("npx", ["-y", name, ...args], { stdio: ["ignore", "inherit", "inherit"] });
    if (status !== 0) failed += 1;
  }
} finally {
  rmSync(tarball, { force: true });
}
console.log(failed === 0 ? "\nAll checks passed." : `\n${failed} checks failed.`);
process.exitCode = failed === 0 ? 0 : 1;
