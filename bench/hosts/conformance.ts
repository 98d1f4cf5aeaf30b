import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Sandbox } from "../../src/sandbox/types.ts";
import { install, LAUNCHER, makePlace, run, settings } from "./place.ts";
import { brief, type Row } from "./report.ts";

/** The scenarios that need no tools of the suite's own; the suite speaks HTTP, so a bridge stands in between. */
const SCENARIOS = ["server-initialize", "ping", "tools-list", "prompts-list"];

export async function testConformance(sandbox: Sandbox): Promise<Row[]> {
  const place = makePlace(settings(sandbox, "manager"));
  // The suite does not run on Node.js 20.
  const node = install("node@24", "node");
  const suite = join(
    dirname(install("@modelcontextprotocol/conformance@0.2.0-alpha.12", "conformance")),
    "../@modelcontextprotocol/conformance/dist/index.js",
  );
  const port = await freePort();
  const words = ["--host", "127.0.0.1", "--port", String(port), "--server", "stream", "--", process.execPath, LAUNCHER];
  const bridge = spawn(install("mcp-proxy@6.7.19", "mcp-proxy"), words, {
    env: place.env,
    cwd: place.folder,
    stdio: "ignore",
  });
  const rows: Row[] = [];
  try {
    const url = `http://127.0.0.1:${port}/mcp`;
    await answering(url);
    for (const scenario of SCENARIOS) {
      const args = [suite, "server", "--url", url, "--scenario", scenario];
      const { code, stdout, stderr } = await run(node, args, { env: place.env, cwd: place.folder });
      const passed = /Passed: (\d+)\/(\d+)/.exec(stdout);
      const ok = code === 0 && passed !== null && passed[1] === passed[2];
      rows.push({
        host: "Conformance, over a bridge",
        what: scenario,
        found: ok ? passed[0] : brief(stdout + stderr),
        ok,
      });
    }
  } finally {
    bridge.kill("SIGTERM");
    await new Promise((resolve) => bridge.once("exit", resolve));
    place.remove();
  }
  return rows;
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" ? (address?.port ?? 0) : 0));
    });
  });
}

async function answering(url: string): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const answer = await fetch(url).catch(() => null);
    if (answer !== null) return;
    await sleep(100);
  }
  throw new Error("the bridge does not answer");
}
