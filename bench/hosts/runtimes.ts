import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { install, LAUNCHER, makePlace, type Place, run } from "./place.ts";
import { brief, type Row } from "./report.ts";

/** The program on other Node.js versions, and from its tarball through npx in an empty folder. */
export async function testRuntimes(): Promise<Row[]> {
  const rows: Row[] = [];
  const refused = await inPlace((place) =>
    run(install("node@18", "node"), [LAUNCHER], { env: place.env, cwd: place.folder }),
  );
  const isRefused =
    refused.code === 1 && /^alephant-mcp needs Node\.js [\d.]+ or newer; this is 18\.[\d.]+\.\n$/.test(refused.stderr);
  rows.push({ host: "Node.js 18", what: "start", found: brief(refused.stderr), ok: isRefused });
  for (const major of [20, 22, 24, 26]) {
    const node = install(`node@${major}`, "node");
    rows.push(await tried(`Node.js ${major}`, (place) => converse(place, node, [LAUNCHER, "--sandbox=manager"])));
  }
  rows.push(await tried("npx, empty folder", throughNpx));
  return rows;
}

async function inPlace<T>(work: (place: Place) => Promise<T>): Promise<T> {
  const place = makePlace();
  try {
    return await work(place);
  } finally {
    place.remove();
  }
}

async function tried(host: string, work: (place: Place) => Promise<string>): Promise<Row> {
  const what = "initialize, tools/list, one call";
  try {
    return { host, what, found: await inPlace(work), ok: true };
  } catch (error) {
    return { host, what, found: brief(String(error)), ok: false };
  }
}

/** @returns times, in words. @throws when any step fails */
async function converse({ env, folder }: Place, command: string, args: readonly string[]): Promise<string> {
  const client = new Client({ name: "hosts", version: "1" });
  const started = performance.now();
  await client.connect(
    new StdioClientTransport({ command, args: [...args], env: { ...env }, cwd: folder, stderr: "ignore" }),
  );
  const connected = performance.now();
  const { tools } = await client.listTools();
  const { isError } = await client.callTool({ name: "get_usage_summary", arguments: {} });
  const done = performance.now();
  await client.close();
  if (isError === true) throw new Error("get_usage_summary answered with an error");
  const ms = (from: number, to: number) => `${Math.round(to - from)} ms`;
  return `${tools.length} tools; initialize ${ms(started, connected)}, all ${ms(started, done)}`;
}

const LONGEST_START_MS = 3_000;

/** The tarball stands for the download; what is timed is what follows it. */
async function throughNpx(place: Place): Promise<string> {
  const [{ filename }] = JSON.parse(
    execFileSync("npm", ["pack", "--json", "--pack-destination", place.home], { encoding: "utf8" }),
  );
  const tarball = join(place.home, filename);
  const env = { ...place.env, npm_config_cache: join(place.home, "cache"), npm_config_update_notifier: "false" };
  const words = ["-y", `--package=${tarball}`, "alephant-mcp"];
  const first = await run("npx", [...words, "--version"], { env, cwd: place.folder });
  if (first.code !== 0) throw new Error(first.stderr);
  const started = performance.now();
  const found = await converse({ ...place, env }, "npx", [...words, "--sandbox=manager"]);
  const ms = performance.now() - started;
  if (ms > LONGEST_START_MS) throw new Error(`took ${Math.round(ms)} ms`);
  return found;
}
