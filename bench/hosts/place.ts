import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Mode } from "../../src/mode.ts";
import type { Sandbox } from "../../src/sandbox/types.ts";

export const LAUNCHER = fileURLToPath(new URL("../../dist/launcher.cjs", import.meta.url));
const FOLDER = fileURLToPath(new URL("../../.hosts/", import.meta.url));

/** Fetches a pinned package once, into a folder of its own. @returns the path of one of its commands */
export function install(pinned: string, command: string): string {
  const folder = join(FOLDER, pinned.replace(/[^\w.-]/g, "_"));
  const binary = join(folder, "node_modules", ".bin", command);
  if (!existsSync(binary)) {
    mkdirSync(folder, { recursive: true });
    const flags = ["--no-audit", "--no-fund", "--loglevel=error"];
    execFileSync("npm", ["install", "--prefix", folder, ...flags, pinned], { stdio: "ignore", timeout: 300_000 });
  }
  return binary;
}

/** An empty home and an environment with nothing of the developer's in it. */
export interface Place {
  readonly home: string;
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  remove(): void;
}

export function makePlace(more: Readonly<Record<string, string>> = {}): Place {
  // Some hosts compare the real path of a folder with what they were told.
  const home = realpathSync(mkdtempSync(join(tmpdir(), "alephant-host-")));
  const folder = join(home, "project");
  mkdirSync(folder);
  return {
    home,
    folder,
    env: { PATH: process.env.PATH ?? "", HOME: home, TERM: "dumb", NO_COLOR: "1", LANG: "C.UTF-8", ...more },
    remove: () => rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }),
  };
}

/** The variables a person would export. */
export function settings({ url, credentials }: Sandbox, mode: Mode): Record<string, string> {
  const shared = { ALEPHANT_API_BASE_URL: url, ALEPHANT_RATE_LIMIT_RPM: "0" };
  return mode === "vk"
    ? { ...shared, ALEPHANT_VIRTUAL_KEY: credentials.virtualKeys.agent }
    : { ...shared, ALEPHANT_PAT: credentials.pats.admin, ALEPHANT_WORKSPACE_ID: credentials.workspaceId };
}

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const ESCAPES = new RegExp(`${String.fromCharCode(27)}\\[[0-9;?]*[A-Za-z]`, "g");

/** Runs a program to its end, or kills it. A JavaScript file is run by this Node.js. */
export function run(
  command: string,
  args: readonly string[],
  { env, cwd, seconds = 60 }: { env: Readonly<Record<string, string>>; cwd: string; seconds?: number },
): Promise<Ran> {
  return new Promise((resolve) => {
    const [program, words] = /\.[cm]?js$/.test(command) ? [process.execPath, [command, ...args]] : [command, args];
    const child = spawn(program, words, { env, cwd, stdio: ["ignore", "pipe", "pipe"] });
    const texts = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"] as const) {
      child[name].setEncoding("utf8").on("data", (part: string) => {
        texts[name] += part;
      });
    }
    const killer = setTimeout(() => child.kill("SIGKILL"), seconds * 1000);
    child.once("error", (error) => {
      texts.stderr += error.message;
    });
    child.once("close", (code) => {
      clearTimeout(killer);
      resolve({ code, stdout: texts.stdout.replace(ESCAPES, ""), stderr: texts.stderr.replace(ESCAPES, "") });
    });
  });
}

/** Lets `alephant-mcp init` write a host's settings, as a person would. */
export async function init(place: Place, host: string, ...flags: readonly string[]): Promise<void> {
  const { code, stderr } = await run(LAUNCHER, ["init", host, "--yes", "--local", ...flags], {
    env: place.env,
    cwd: place.folder,
  });
  if (code !== 0) throw new Error(`init ${host} ended with ${code}: ${stderr}`);
}
