import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parse as parseJson } from "jsonc-parser";
import { parse as parseToml } from "smol-toml";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { diffLines } from "../../src/cli/init/diff.ts";
import { HOSTS } from "../../src/cli/init/hosts.ts";
import { type InitInvocation, runInit } from "../../src/cli/init/init.ts";
import type { Place } from "../../src/cli/init/place.ts";

const KEY = "vk-agent-0123456789abcdefABCDEF";
const WORKSPACE = "550e8400-e29b-41d4-a716-446655440000";

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "alephant-init-"));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

interface Run extends Partial<Omit<InitInvocation, "command">> {
  readonly env?: Place["env"];
  readonly platform?: string;
  /** What a person answers; absent = nobody there. */
  readonly answer?: boolean;
}

async function init({ env = {}, platform = "linux", answer, ...wish }: Run = {}) {
  const out: string[] = [];
  const err: string[] = [];
  const questions: string[] = [];
  const invocation: InitInvocation = {
    command: "init",
    host: null,
    mode: null,
    sandbox: null,
    action: "write",
    yes: false,
    project: false,
    local: false,
    credentialFile: null,
    ...wish,
  };
  const place: Place = { home, platform, env, folder: join(home, "project"), exists: existsSync };
  const code = await runInit(
    invocation,
    { env, say: (line) => err.push(line) },
    {
      place,
      output: {
        columns: 100,
        write: async (text) => {
          out.push(text);
        },
      },
      ask:
        answer === undefined
          ? null
          : async (question) => {
              questions.push(question);
              return answer;
            },
    },
  );
  return { code, out: out.join(""), err: err.join("\n"), questions };
}

function put(path: string, text: string): string {
  const file = join(home, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

const EXPECTED_SECRETS: Record<string, unknown> = {
  cursor: "${env:ALEPHANT_VIRTUAL_KEY}",
  "claude-code": "${ALEPHANT_VIRTUAL_KEY}",
  opencode: "{env:ALEPHANT_VIRTUAL_KEY}",
  vscode: "${input:alephant-virtual-key}",
  windsurf: "${env:ALEPHANT_VIRTUAL_KEY}",
  "gemini-cli": "$ALEPHANT_VIRTUAL_KEY",
  "copilot-cli": "${ALEPHANT_VIRTUAL_KEY}",
};

describe("every host", () => {
  it.each(HOSTS.map((spec) => [spec.id, spec] as const))(
    "%s: a new file holds the entry and no secret",
    async (id, spec) => {
      const env = { ALEPHANT_VIRTUAL_KEY: KEY, ALEPHANT_API_BASE_URL: "https://llm.example.com" };
      const platform = id === "claude-desktop" ? "darwin" : "linux";
      const { code, out } = await init({ host: id, env, platform, yes: true });
      expect(code).toBe(0);
      const file = spec.file({ home, platform, env, folder: home, exists: existsSync });
      if (spec.format === "yaml") {
        expect(out).toContain('command: npx\n    args: ["-y","alephant-mcp"]');
        expect(out).toContain('ALEPHANT_VIRTUAL_KEY: "${{ secrets.ALEPHANT_VIRTUAL_KEY }}"');
        expect(existsSync(String(file))).toBe(false);
        return;
      }
      const text = readFileSync(String(file), "utf8");
      expect(text + out).not.toContain(KEY);
      const root = spec.format === "toml" ? parseToml(text) : parseJson(text);
      const entry = spec.section.reduce((value: Record<string, unknown>, key) => Object(value[key]), root).alephant;
      const flat = JSON.stringify(entry);
      expect(flat).toContain("alephant-mcp");
      if (id === "cline") expect(flat).not.toContain("env");
      else expect(flat).toContain("https://llm.example.com");
      if (id in EXPECTED_SECRETS)
        expect(flat).toContain(`"ALEPHANT_VIRTUAL_KEY":${JSON.stringify(EXPECTED_SECRETS[id])}`);
      if (spec.secret.by === "file") expect(flat).toContain('"ALEPHANT_VIRTUAL_KEY_FILE":"');
      if (id === "codex") expect(flat).toContain('"env_vars":["ALEPHANT_VIRTUAL_KEY"]');
      expect(flat).not.toContain("ALEPHANT_PAT");
      expect(await init({ host: id, env, platform, yes: true })).toMatchObject({
        code: 0,
        out: expect.stringContaining("set up already"),
      });
    },
  );

  it.each(HOSTS.map(({ id }) => [id] as const))("%s: Manager mode names the PAT and the workspace only", async (id) => {
    const env = { ALEPHANT_WORKSPACE_ID: WORKSPACE };
    const { code, out, err } = await init({ host: id, env, platform: "darwin", mode: "manager", action: "print" });
    expect(code).toBe(0);
    expect(`${out}${err}`).toContain("ALEPHANT_PAT");
    if (id !== "cline") expect(out).toContain(WORKSPACE);
    expect(out).not.toContain("VIRTUAL_KEY");
    expect(readdirSync(home)).toEqual([]);
  });
});

describe("what stands in a file stays", () => {
  const FILE = ".config/zed/settings.json";
  const JSONC = `// Mine\r\n{\r\n\t"theme": "One", // dark\r\n\t/* servers */\r\n\t"context_servers": {\r\n\t\t"other": { "command": "x", },\r\n\t},\r\n}\r\n`;

  it("in JSON with comments, tabs, trailing commas and CRLF", async () => {
    const file = put(FILE, JSONC);
    const { code, out } = await init({ host: "zed", yes: true });
    expect(code).toBe(0);
    const text = readFileSync(file, "utf8");
    for (const part of ["// Mine", "// dark", "/* servers */", '"other": { "command": "x", },'])
      expect(text).toContain(part);
    expect(text.split("\n").every((line) => line === "" || line.endsWith("\r"))).toBe(true);
    expect(text).toContain('\r\n\t\t"alephant": {\r\n\t\t\t"command": "npx"');
    expect(out).toMatch(/^\+\s+"alephant": \{$/m);
    expect(out.split("\n").filter((line) => line.startsWith("-") && !line.startsWith("- "))).toEqual([]);
    expect((await init({ host: "zed", action: "undo" })).code).toBe(0);
    expect(readFileSync(file, "utf8")).toBe(JSONC);
  });

  it("with a byte order mark", async () => {
    const file = put(".cursor/mcp.json", '\ufeff{\n  "mcpServers": {}\n}\n');
    expect((await init({ host: "cursor", yes: true })).code).toBe(0);
    expect(readFileSync(file, "utf8").startsWith('\ufeff{\n  "mcpServers": {\n    "alephant"')).toBe(true);
  });

  it("in TOML, and an old entry is replaced whole", async () => {
    const toml =
      '# mine\nmodel = "m" # the model\n\n[mcp_servers.alephant]\ncommand = "old"\n\n[mcp_servers.alephant.env]\nALEPHANT_PAT = "pat_wsAbcdefghijklmnopqrstuvwx"\n\n# keep\n[mcp_servers.other]\ncommand = "x" # y\n';
    const file = put(".codex/config.toml", toml);
    const { code, out } = await init({ host: "codex", yes: true });
    expect(code).toBe(0);
    const text = readFileSync(file, "utf8");
    for (const part of ["# mine", "# the model", "# keep", "# y"]) expect(text).toContain(part);
    expect(parseToml(text)).toEqual({
      model: "m",
      mcp_servers: {
        other: { command: "x" },
        alephant: {
          command: "npx",
          args: ["-y", "alephant-mcp"],
          env_vars: ["ALEPHANT_VIRTUAL_KEY"],
          startup_timeout_sec: 60,
          tool_timeout_sec: 120,
          env: { ALEPHANT_API_BASE_URL: "https://alephant.io" },
        },
      },
    });
    expect(out).not.toContain("wsAbcdef");
    expect((await init({ host: "codex", action: "undo" })).code).toBe(0);
    expect(readFileSync(file, "utf8")).toBe(toml);
  });

  it("VS Code: inputs of others stay, ours is replaced", async () => {
    const file = put(
      "project/.vscode/mcp.json",
      '{\n  "inputs": [\n    { "id": "other", "type": "promptString" },\n    { "id": "alephant-virtual-key", "type": "old" }\n  ]\n}\n',
    );
    expect((await init({ host: "vscode", project: true, yes: true })).code).toBe(0);
    expect(parseJson(readFileSync(file, "utf8")).inputs).toEqual([
      { id: "other", type: "promptString" },
      { type: "promptString", id: "alephant-virtual-key", description: "Alephant virtual key (vk-…)", password: true },
    ]);
  });

  it("a symbolic link stays one, and the mode of the file too", async () => {
    const real = put("dotfiles/mcp.json", "{}\n");
    mkdirSync(join(home, ".cursor"));
    symlinkSync(real, join(home, ".cursor/mcp.json"));
    expect((await init({ host: "cursor", yes: true })).code).toBe(0);
    expect(readFileSync(real, "utf8")).toContain("alephant");
    expect(statSync(real).mode & 0o777).toBe(0o644);
    const backup = readdirSync(join(home, "dotfiles")).find((name) => name.includes("alephant-backup"));
    expect(statSync(join(home, "dotfiles", String(backup))).mode & 0o777).toBe(0o600);
  });

  it.each([
    ["broken JSON", ".cursor/mcp.json", "cursor", '{ "mcpServers": '],
    ["a section that is no object", ".cursor/mcp.json", "cursor", '{ "mcpServers": [] }'],
    ["a root that is a list", ".cursor/mcp.json", "cursor", "[]"],
    ["broken TOML", ".codex/config.toml", "codex", "a = \n"],
    ["servers as an inline table", ".codex/config.toml", "codex", 'mcp_servers = { other = { command = "x" } }\n'],
  ])("%s is left alone, and the entry is printed", async (_what, path, host, text) => {
    const file = put(path, text);
    const { code, out, err } = await init({ host, yes: true });
    expect([code, readFileSync(file, "utf8")]).toEqual([1, text]);
    expect(err).toContain("left alone");
    expect(out).toContain("alephant-mcp");
  });
});

describe("asking", () => {
  it("writes after a yes, and only then", async () => {
    mkdirSync(join(home, ".cursor"));
    const no = await init({ host: "cursor", answer: false });
    expect(no).toMatchObject({
      code: 0,
      questions: ["Write this?"],
      out: expect.stringContaining("Nothing was written."),
    });
    expect(readdirSync(join(home, ".cursor"))).toEqual([]);
    expect(await init({ host: "cursor", answer: true })).toMatchObject({ code: 0 });
    expect(existsSync(join(home, ".cursor/mcp.json"))).toBe(true);
  });

  it("refuses without a terminal unless told --yes", async () => {
    const { code, out, err } = await init({ host: "cursor" });
    expect([code, readdirSync(home)]).toEqual([2, []]);
    expect(out).toContain("+ ");
    expect(err).toContain("--yes");
  });

  it("without a host: everything found is offered; nothing found lists what there is", async () => {
    expect(await init({ answer: true })).toMatchObject({ code: 2, err: expect.stringContaining("No host was found") });
    mkdirSync(join(home, ".gemini"));
    mkdirSync(join(home, ".codex"));
    expect(await init({})).toMatchObject({ code: 2, out: expect.stringMatching(/codex +found/) });
    expect(await init({ answer: true })).toMatchObject({ code: 0, questions: ["Write this?", "Write this?"] });
    expect(existsSync(join(home, ".codex/config.toml")) && existsSync(join(home, ".gemini/settings.json"))).toBe(true);
  });

  it("--dry-run and --print change nothing", async () => {
    expect(await init({ host: "cursor", action: "dry-run" })).toMatchObject({
      code: 0,
      out: expect.stringContaining('+     "alephant"'),
    });
    const { out } = await init({ host: "cursor", action: "print" });
    expect(JSON.parse(out)).toEqual({
      mcpServers: {
        alephant: {
          command: "npx",
          args: ["-y", "alephant-mcp"],
          env: { ALEPHANT_API_BASE_URL: "https://alephant.io", ALEPHANT_VIRTUAL_KEY: "${env:ALEPHANT_VIRTUAL_KEY}" },
        },
      },
    });
    expect(readdirSync(home)).toEqual([]);
  });

  it("an unknown host, a wrong address and a missing workspace are usage errors that quote nothing", async () => {
    expect(await init({ host: "emacs" })).toMatchObject({ code: 2, err: expect.stringContaining("Known: cursor") });
    expect(await init({ host: "cursor", mode: "manager" })).toMatchObject({
      code: 2,
      err: expect.stringContaining("ALEPHANT_WORKSPACE_ID"),
    });
    const { code, err } = await init({
      host: "cursor",
      env: { ALEPHANT_API_BASE_URL: "http://user:hunter2@x.example" },
    });
    expect(code).toBe(2);
    expect(err).not.toContain("hunter2");
  });
});

describe("undo", () => {
  it("removes a file that was not there before", async () => {
    await init({ host: "cursor", yes: true });
    expect(await init({ host: "cursor", action: "undo" })).toMatchObject({
      code: 0,
      out: expect.stringContaining("was removed"),
    });
    expect(readdirSync(join(home, ".cursor"))).toEqual([]);
    expect(await init({ host: "cursor", action: "undo" })).toMatchObject({
      code: 1,
      err: expect.stringContaining("nothing to take back"),
    });
  });

  it("goes back step by step", async () => {
    const file = put(".cursor/mcp.json", "{}\n");
    await init({ host: "cursor", yes: true });
    const first = readFileSync(file, "utf8");
    await init({ host: "cursor", yes: true, sandbox: "vk" });
    expect(readFileSync(file, "utf8")).toContain("--sandbox=vk");
    await init({ host: "cursor", action: "undo" });
    expect(readFileSync(file, "utf8")).toBe(first);
    await init({ host: "cursor", action: "undo" });
    expect(readFileSync(file, "utf8")).toBe("{}\n");
  });

  it("leaves a file alone that was changed since", async () => {
    const file = put(".cursor/mcp.json", "{}\n");
    await init({ host: "cursor", yes: true });
    writeFileSync(file, `${readFileSync(file, "utf8")}\n`);
    const changed = readFileSync(file, "utf8");
    const { code, err } = await init({ host: "cursor", action: "undo" });
    expect([code, readFileSync(file, "utf8")]).toEqual([1, changed]);
    expect(err).toContain("changed after the set-up");
  });
});

it("other ways to start: the sandbox, this installation, a credential file, Windows", async () => {
  const print = async (run: Run) =>
    JSON.parse((await init({ host: "cursor", action: "print", ...run })).out).mcpServers.alephant;
  expect(await print({ sandbox: "manager" })).toEqual({
    command: "npx",
    args: ["-y", "alephant-mcp", "--sandbox=manager"],
  });
  expect(await print({ local: true })).toMatchObject({
    command: process.execPath,
    args: [expect.stringMatching(/dist\/launcher\.cjs$/)],
  });
  expect((await print({ credentialFile: "/run/secrets/vk" })).env).toEqual({
    ALEPHANT_API_BASE_URL: "https://alephant.io",
    ALEPHANT_VIRTUAL_KEY_FILE: "/run/secrets/vk",
  });
  expect(await print({ platform: "win32" })).toMatchObject({
    command: "cmd",
    args: ["/c", "npx", "-y", "alephant-mcp"],
  });
});

it("a change is shown without the secrets of other programs", () => {
  const before = '{\n  "env": {\n    "GITHUB_TOKEN": "abc123",\n    "X": "1"\n  }\n}';
  const after = '{\n  "env": {\n    "GITHUB_TOKEN": "abc123",\n    "X": "2"\n  }\n}';
  expect(diffLines(before, after)).toEqual([
    '    "env": {',
    '      "GITHUB_TOKEN": "***",',
    '-     "X": "1"',
    '+     "X": "2"',
    "    }",
    "  }",
  ]);
});
