import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { describe, expect, it } from "vitest";
import { packagesInNotices } from "../../bench/pack/bundled.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const DIST = join(ROOT, "dist");
const read = (file: string): string => readFileSync(join(DIST, file), "utf8");

interface Packed {
  readonly filename: string;
  readonly size: number;
  readonly unpackedSize: number;
  readonly files: readonly { readonly path: string; readonly mode: number }[];
}

function pack(...args: readonly string[]): Packed {
  const [packed] = JSON.parse(
    execFileSync("npm", ["pack", "--json", ...args], {
      cwd: ROOT,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }),
  );
  return packed;
}

describe("the packed package", () => {
  const { size, unpackedSize, files } = pack("--dry-run");

  it("holds what it needs and nothing else", () => {
    const names = files.map(({ path }) => path.replace(/-[A-Z0-9]{8}\.js$/, "-*.js"));
    expect([...new Set(names)].sort()).toMatchSnapshot();
    expect(files.find(({ path }) => path === "dist/launcher.cjs")?.mode).toBe(0o755);
  });

  it("is small", () => {
    expect(size).toBeLessThanOrEqual(1_200_000);
    expect(unpackedSize).toBeLessThanOrEqual(4_000_000);
  });

  it("has no source maps, no paths of the machine it was built on, and no credentials", () => {
    for (const { path } of files) {
      expect(path).not.toMatch(/\.map$|\.env|\.tsx?$/);
      const text = readFileSync(join(ROOT, path), "utf8");
      expect(text.includes("sourceMappingURL=data") || text.includes(ROOT)).toBe(false);
    }
  });
});

/** What one file of dist/ loads before it runs, itself included. */
function loadedBy(entry: string, seen = new Set<string>()): Set<string> {
  if (seen.has(entry)) return seen;
  seen.add(entry);
  for (const [, next = ""] of read(entry).matchAll(/(?:\bfrom|\bimport)\s*"\.\/([^"]+)"/g)) loadedBy(next, seen);
  return seen;
}

/** Texts that survive minifying, and tell which part of the program a chunk holds. */
const MARKS = {
  "HTTP client": "UND_ERR_CONNECT_TIMEOUT",
  sandbox: "Acme Sandbox",
  tools: "drill_down_spend",
  "command line": "commander.unknownOption",
  prompts: "cost_audit_report",
  "set-up": "claude_desktop_config.json",
  "schema library": "_zod",
  "SDK of the protocol": "Client does not support form elicitation.",
  analyses: "unattributed_remainder",
} as const;

/** Bytes of code that may be read before `initialize` is answered. */
const MOST_AT_START = 48 * 1024;

describe("what start-up loads", () => {
  const chunks = readdirSync(DIST).filter((file) => file.endsWith(".js"));
  const serve = chunks.find((file) => file.startsWith("serve-") && read(file).includes("tools/list"));

  it.each(Object.entries(MARKS))("not the %s", (_part, mark) => {
    expect(chunks.some((file) => read(file).includes(mark))).toBe(true);
    for (const entry of ["main.js", serve ?? ""]) {
      expect([...loadedBy(entry)].filter((file) => read(file).includes(mark))).toEqual([]);
    }
  });

  it("and little of anything else", () => {
    const files = new Set([...loadedBy("main.js"), ...loadedBy(serve ?? "")]);
    const bytes = [...files].reduce((sum, file) => sum + Buffer.byteLength(read(file)), 0);
    expect(bytes).toBeLessThanOrEqual(MOST_AT_START);
  });

  it("imports nothing that is not there: Node.js's own modules and own chunks only", () => {
    const names = chunks.flatMap((file) =>
      [...read(file).matchAll(/(?:\bfrom|\bimport\(?)\s*"(@?\w[\w./:@-]*)"/g)].map(([, name = ""]) => name),
    );
    const foreign = [...new Set(names)].filter((name) => !name.startsWith("node:") && !isNodeModule(name));
    expect(foreign).toEqual([]);
  });
});

function isNodeModule(name: string): boolean {
  return process.getBuiltinModule(name) !== undefined;
}

it("the notices name every bundled package with the text of its licence", () => {
  const notices = read("THIRD_PARTY_NOTICES.txt");
  const ids = packagesInNotices(notices);
  const names = ids.map((id) => id.slice(0, id.lastIndexOf("@")));
  for (const name of ["@modelcontextprotocol/sdk", "hono", "jsonc-parser", "smol-toml", "undici", "zod"])
    expect(names).toContain(name);
  expect(notices.match(/permission|redistribution/gi)?.length).toBeGreaterThanOrEqual(ids.length);
});

it("S1 S2 what is bundled is a reviewed list, and none of it runs a script when it is installed", () => {
  const ids = packagesInNotices(read("THIRD_PARTY_NOTICES.txt"));
  const names = ids.map((id) => id.slice(0, id.lastIndexOf("@"))).sort();
  expect(names).toMatchSnapshot();
  const lock: { packages: Record<string, { version?: string; hasInstallScript?: boolean } | undefined> } = JSON.parse(
    readFileSync(join(ROOT, "package-lock.json"), "utf8"),
  );
  const withScript = names.filter((name) => lock.packages[`node_modules/${name}`]?.hasInstallScript !== undefined);
  const unknown = names.filter((name) => lock.packages[`node_modules/${name}`] === undefined);
  expect([withScript, unknown]).toEqual([[], []]);
});

it("S4 an installed tarball starts by itself, away from this checkout", { timeout: 60_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), "alephant-packed-"));
  try {
    const { filename } = pack("--pack-destination", folder);
    const flags = ["--offline", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", folder];
    execFileSync("npm", ["install", ...flags, join(folder, filename)], { cwd: folder, stdio: "ignore" });
    expect(readdirSync(join(folder, "node_modules")).filter((name) => !name.startsWith("."))).toEqual(["alephant-mcp"]);
    const client = new Client({ name: "packed", version: "1" });
    const started = performance.now();
    await client.connect(
      new StdioClientTransport({
        command: join(folder, "node_modules", ".bin", "alephant-mcp"),
        args: ["--sandbox=vk"],
        env: { PATH: process.env.PATH ?? "", HOME: folder },
        cwd: folder,
        stderr: "ignore",
      }),
    );
    expect((await client.listTools()).tools).toHaveLength(8);
    const { structuredContent } = await client.callTool({ name: "get_my_scope", arguments: {} });
    expect(structuredContent).toMatchObject({ sandbox: true });
    expect(performance.now() - started).toBeLessThan(3_000);
    await client.close();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

it.each(["18.20.8", "20.18.0", "4.9.1"])(
  "the launcher tells Node.js %s that it is too old, in one sentence",
  (version) => {
    const launcher = join(DIST, "launcher.cjs");
    const script = `Object.defineProperty(process.versions, "node", { value: "${version}" }); require(${JSON.stringify(launcher)})`;
    const { status, stdout, stderr } = spawnSync(process.execPath, ["-e", script], { encoding: "utf8" });
    expect([status, stdout]).toEqual([1, ""]);
    expect(stderr).toBe(`alephant-mcp needs Node.js 20.18.1 or newer; this is ${version}.\n`);
  },
);
