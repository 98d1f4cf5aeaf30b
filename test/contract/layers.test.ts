import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const SRC = fileURLToPath(new URL("../../src/", import.meta.url));

/** What each layer may import of ours; `finops` and the three at the bottom stand alone. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  mode: [],
  secret: [],
  log: [],
  version: [],
  toolset: ["mode"],
  text: ["secret"],
  finops: [],
  config: ["mode", "secret", "toolset"],
  prompts: ["mode"],
  api: ["secret", "text"],
  tool: ["api", "mode", "log", "secret", "text", "toolset"],
  gather: ["api", "finops", "tool"],
  tools: ["tool", "gather", "api", "finops"],
  audit: ["tool", "secret", "text"],
  "policy-file": ["tool", "mode", "secret", "text"],
  "key-delivery": ["audit", "tool"],
  greeting: ["mode", "toolset"],
  "prompt-files": ["prompts"],
  surface: ["tool", "tools", "prompts", "prompt-files"],
  server: ["tool", "prompts", "mode", "log", "greeting"],
  sandbox: [],
};

const SDK_FILES = ["server.ts", "tool/invoke.ts", "tool/result.ts", "tool/confirm.ts", "cli/serve.ts"];
const PROCESS_FILES = ["main.ts", "launcher.cts"];

interface Source {
  readonly path: string;
  readonly text: string;
  readonly imports: readonly string[];
}

function sources(): Source[] {
  return readdirSync(SRC, { recursive: true, encoding: "utf8" })
    .filter((path) => /\.c?ts$/.test(path))
    .map((path) => {
      const text = readFileSync(join(SRC, path), "utf8");
      const imports = [...text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*"([^"]+)"/g)].map((match) => match[1] ?? "");
      return { path: path.replaceAll("\\", "/"), text, imports };
    });
}

function layerOf(path: string): string {
  return path.includes("/") ? (path.split("/")[0] ?? path) : path.replace(/\.c?ts$/, "");
}

/** The file an own import leads to, relative to src. */
function targetOf(from: string, specifier: string): string {
  return relative(SRC, join(SRC, dirname(from), specifier)).replaceAll("\\", "/");
}

const FILES = sources();

describe("layers", () => {
  it("finds the source", () => expect(FILES.length).toBeGreaterThan(100));

  for (const { path, imports } of FILES) {
    const allowed = MAY_IMPORT[layerOf(path)];
    if (allowed === undefined) continue;
    it(`${path} imports only what its layer may`, () => {
      const targets = imports.filter((name) => name.startsWith(".")).map((name) => targetOf(path, name));
      const strangers = targets.filter((target) => {
        const layer = layerOf(target);
        return layer !== layerOf(path) && !allowed.includes(layer);
      });
      expect(strangers).toEqual([]);
    });
  }

  it("no tool imports another tool", () => {
    const offenders = FILES.filter(({ path }) => path.startsWith("tools/") && path !== "tools/index.ts").filter(
      ({ path, imports }) => imports.some((name) => name.startsWith(".") && targetOf(path, name).startsWith("tools/")),
    );
    expect(offenders.map(({ path }) => path)).toEqual([]);
  });

  it("the MCP SDK is named in five files only", () => {
    const users = FILES.filter(({ imports }) => imports.some((name) => name.startsWith("@modelcontextprotocol/")));
    expect(users.map(({ path }) => path).filter((path) => !SDK_FILES.includes(path))).toEqual([]);
  });

  it("finops imports date-fns and nothing else from outside", () => {
    const outside = FILES.filter(({ path }) => path.startsWith("finops/")).flatMap(({ imports }) =>
      imports.filter((name) => !name.startsWith(".")),
    );
    expect(outside.filter((name) => !/^(date-fns|@date-fns\/utc)(\/|$)/.test(name))).toEqual([]);
  });

  it("one file names the HTTP library", () => {
    const users = FILES.filter(({ imports }) =>
      imports.some((name) => name === "undici" || /^node:https?$/.test(name)),
    );
    expect(users.map(({ path }) => path).filter((path) => !path.startsWith("sandbox/"))).toEqual(["api/transport.ts"]);
  });
});

describe("source rules", () => {
  const code = FILES.map(({ path, text }) => ({
    path,
    text: text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|\s)\/\/.*$/gm, ""),
  }));
  const BANS: readonly (readonly [string, RegExp, readonly string[]])[] = [
    ["type escapes", /\bas (?!const\b)[A-Za-z{[(]|: any\b|<any>|@ts-(ignore|expect-error)/, []],
    ["the process", /\bprocess\.(?!versions)\w/, PROCESS_FILES],
    ["eval and friends", /\beval\(|new Function\(|child_process/, []],
    ["work left for later", /TODO|FIXME|XXX|not implemented/i, []],
    ["text on stdout", /console\.(log|info|debug)\(|stdout\.write\(/, ["cli/stdout.ts", "cli/stdio-transport.ts"]],
    ["coerced numbers", /z\.coerce/, []],
  ];
  for (const [what, pattern, exceptions] of BANS) {
    it(`has no ${what}`, () => {
      const offenders = code.filter(
        ({ path, text }) => !exceptions.includes(path) && pattern.test(withoutImports(text)),
      );
      expect(offenders.map(({ path, text }) => `${path}: ${pattern.exec(withoutImports(text))?.[0]}`)).toEqual([]);
    });
  }

  it("keeps files short: 300 lines at the most, 120 for a tool", () => {
    const long = FILES.filter(({ path, text }) => {
      const lines = text.split("\n").length - 1;
      return lines > (path.startsWith("tools/") ? 120 : 300);
    });
    expect(long.map(({ path, text }) => `${path}: ${text.split("\n").length - 1}`)).toEqual([]);
  });
});

/** `import { a as b }` renames, it does not cast. */
function withoutImports(text: string): string {
  return text.replace(/^(import|export)\b[^;]*?from "[^"]*";/gms, "").replace(/`[^`]*`|"[^"\n]*"/g, '""');
}
