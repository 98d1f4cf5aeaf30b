import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { runDoctor } from "../../src/cli/doctor/doctor.ts";
import { checkNode } from "../../src/cli/doctor/environment.ts";
import type { Finding } from "../../src/cli/doctor/finding.ts";
import { HOSTS } from "../../src/cli/init/hosts.ts";
import { runInit } from "../../src/cli/init/init.ts";
import type { Environment } from "../../src/config.ts";
import { type Sandbox, startSandbox } from "../../src/sandbox/serve.ts";
import { fakeHost, sandboxEnvironment } from "./cli-host.ts";

const KEY = "vk-agent-0123456789abcdefABCDEF";
const BASE = { ALEPHANT_API_BASE_URL: "https://alephant.io" };

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "alephant-doctor-"));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

async function doctor(env: Environment = {}) {
  const { host, output, out } = fakeHost(env, 80);
  const place = { home, platform: "linux", env, folder: join(home, "project"), exists: existsSync };
  const code = await runDoctor({ command: "doctor", json: true }, host, { place, output });
  const text = out.join("");
  const report: { ok: boolean; findings: Finding[] } = JSON.parse(text);
  expect(report.ok).toBe(code === 0);
  for (const { status, fix } of report.findings) expect(fix === null).toBe(status === "ok");
  return { code, text, findings: report.findings };
}

function put(path: string, content: unknown, mode = 0o600): void {
  const file = join(home, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
  chmodSync(file, mode);
}

const entry = (env: Record<string, string>, more: object = {}) => ({
  mcpServers: { alephant: { command: "npx", args: ["-y", "alephant-mcp"], env: { ...BASE, ...env }, ...more } },
});

describe("the service", () => {
  it("all is well with a good credential, in both forms of the report", async () => {
    const env = sandboxEnvironment(sandbox, "manager");
    const { code, findings } = await doctor(env);
    expect(code).toBe(0);
    expect(findings.map(({ check, status }) => `${check} ${status}`)).toEqual([
      "node ok",
      "environment ok",
      "settings ok",
      "hosts ok",
      "proxy ok",
      "connection ok",
      "clock ok",
      "credential ok",
    ]);
    const { host, output, out } = fakeHost(env, 60);
    await runDoctor({ command: "doctor", json: false }, host, {
      place: { home, platform: "linux", env, folder: home, exists: existsSync },
      output,
    });
    expect(out.join("")).toContain("0 failed, 0 to look at, 8 in order.");
    expect(
      Math.max(
        ...out
          .join("")
          .split("\n")
          .map((line) => line.length),
      ),
    ).toBeLessThanOrEqual(60);
  });

  it("a refused credential is not a broken connection", async () => {
    const { code, findings, text } = await doctor({ ...sandboxEnvironment(sandbox, "vk"), ALEPHANT_VIRTUAL_KEY: KEY });
    expect(code).toBe(1);
    expect(findings.find(({ check }) => check === "connection")?.status).toBe("ok");
    expect(findings.find(({ check }) => check === "credential")).toMatchObject({
      status: "fail",
      text: expect.stringContaining("[AUTH]"),
    });
    expect(text).not.toContain(KEY);
  });

  it("an unreachable service, and a clock that is off", async () => {
    const { findings } = await doctor({ ALEPHANT_API_BASE_URL: "http://127.0.0.1:4", ALEPHANT_VIRTUAL_KEY: KEY });
    expect(findings.find(({ check }) => check === "connection")).toMatchObject({ status: "fail" });
    sandbox.setSwitch("clockSkew", 600);
    const skewed = await doctor(sandboxEnvironment(sandbox, "vk"));
    sandbox.reset();
    expect(skewed.findings.find(({ check }) => check === "clock")).toMatchObject({
      status: "warn",
      text: expect.stringMatching(/(599|600|601) s behind/),
    });
  });
});

describe("the environment", () => {
  it.each([
    [{}, "settings", "fail", "no credentials"],
    [{ ...BASE, ALEPHANT_VIRTUAL_KEY: "${ALEPHANT_VIRTUAL_KEY}" }, "settings", "fail", "placeholder"],
    [{ ALEPHANT_VIRTUALKEY: KEY }, "environment", "warn", "ALEPHANT_VIRTUALKEY is not read"],
    [{ HTTPS_PROXY: "socks5://127.0.0.1:1" }, "proxy", "fail", "HTTPS_PROXY is not the address"],
    [{ HTTPS_PROXY: "http://me:hunter2@proxy.example:8080" }, "proxy", "ok", "through proxy.example:8080"],
    [{ ALL_PROXY: "http://p:1" }, "proxy", "warn", "ALL_PROXY"],
    [{ NODE_EXTRA_CA_CERTS: "/nowhere.pem" }, "certificates", "fail", "not there"],
    [{ NODE_TLS_REJECT_UNAUTHORIZED: "0" }, "certificates", "warn", "checks certificates all the same"],
  ])("%j", async (env: Environment, check, status, part) => {
    const { findings, text } = await doctor(env);
    expect(findings).toContainEqual(expect.objectContaining({ check, status, text: expect.stringContaining(part) }));
    for (const secret of [KEY, "hunter2"]) expect(text).not.toContain(secret);
  });

  it("suggests the name that was meant", async () => {
    const { findings } = await doctor({ ALEPHANT_WORKSPACEID: "x" });
    expect(findings.map(({ fix }) => fix)).toContain("Did you mean ALEPHANT_WORKSPACE_ID?");
  });

  it.each([
    ["20.18.1", "ok"],
    ["20.18.0", "fail"],
    ["18.20.8", "fail"],
    ["26.1.0", "ok"],
  ])("Node.js %s", (version, status) => expect(checkNode(version).status).toBe(status));
});

describe("files of hosts", () => {
  // Without an address the service is not asked, so nothing but the files counts.
  const env = { ALEPHANT_VIRTUAL_KEY: KEY };

  it.each([
    ["a secret in clear", ".cursor/mcp.json", entry({ ALEPHANT_VIRTUAL_KEY: KEY }), 0o600, "warn", "stands in clear."],
    [
      "a secret that others may read",
      ".cursor/mcp.json",
      entry({ ALEPHANT_VIRTUAL_KEY: KEY }),
      0o644,
      "fail",
      "other users may read",
    ],
    [
      "a placeholder of another host",
      ".cursor/mcp.json",
      entry({ ALEPHANT_VIRTUAL_KEY: "{env:ALEPHANT_VIRTUAL_KEY}" }),
      0o600,
      "fail",
      "does not fill in",
    ],
    [
      "a placeholder that is not set",
      ".cursor/mcp.json",
      entry({ ALEPHANT_VIRTUAL_KEY: "${env:MY_KEY}" }),
      0o600,
      "warn",
      "MY_KEY, which is not set",
    ],
    [
      "both credentials",
      ".cursor/mcp.json",
      entry({ ALEPHANT_VIRTUAL_KEY: "${env:ALEPHANT_VIRTUAL_KEY}", ALEPHANT_PAT: "${env:ALEPHANT_PAT}" }),
      0o600,
      "fail",
      "Both kinds",
    ],
    [
      "a PAT without its workspace",
      ".cursor/mcp.json",
      entry({ ALEPHANT_PAT: "${env:ALEPHANT_VIRTUAL_KEY}" }),
      0o600,
      "fail",
      "without ALEPHANT_WORKSPACE_ID",
    ],
    [
      "a credential as an argument",
      ".cursor/mcp.json",
      entry({}, { args: ["-y", "alephant-mcp", `--key=${KEY}`] }),
      0o600,
      "fail",
      "among the arguments",
    ],
    ["npx that asks", ".cursor/mcp.json", entry({}, { args: ["alephant-mcp"] }), 0o600, "warn", "wait for an answer"],
    [
      "a program that is gone",
      ".cursor/mcp.json",
      entry({}, { command: "/nowhere/node" }),
      0o600,
      "fail",
      "/nowhere/node, which is not there",
    ],
    [
      "a wrong address",
      ".cursor/mcp.json",
      entry({ ALEPHANT_API_BASE_URL: "ftp://x" }),
      0o600,
      "fail",
      "must start with https://",
    ],
    ["a misspelt name", ".cursor/mcp.json", entry({ ALEPHANT_KEY: "x" }), 0o600, "warn", "ALEPHANT_KEY is not read"],
    [
      "a file for the key that is not there",
      ".cursor/mcp.json",
      entry({ ALEPHANT_VIRTUAL_KEY_FILE: "/nowhere" }),
      0o600,
      "fail",
      "cannot be opened",
    ],
    ["broken JSON", ".cursor/mcp.json", "{", 0o600, "fail", "not valid JSON"],
    ["VS Code with mcpServers", "project/.vscode/mcp.json", entry({}), 0o600, "fail", 'stands under "mcpServers"'],
    [
      "VS Code without the input",
      "project/.vscode/mcp.json",
      { servers: entry({ ALEPHANT_VIRTUAL_KEY: "${input:vk}" }).mcpServers },
      0o600,
      "fail",
      '"inputs" does not describe',
    ],
    [
      "OpenCode switched off",
      ".config/opencode/opencode.json",
      { mcp: { alephant: { type: "local", command: ["npx", "-y", "alephant-mcp"], enabled: false } } },
      0o600,
      "warn",
      "switched off",
    ],
    [
      "Codex with a placeholder",
      ".codex/config.toml",
      '[mcp_servers.alephant]\ncommand = "npx"\nargs = ["-y", "alephant-mcp"]\n[mcp_servers.alephant.env]\nALEPHANT_VIRTUAL_KEY = "${ALEPHANT_VIRTUAL_KEY}"\n',
      0o600,
      "fail",
      "does not fill in",
    ],
    [
      "Codex that passes nothing on",
      ".codex/config.toml",
      '[mcp_servers.x]\ncommand = "npx"\nargs = ["-y", "alephant-mcp"]\n',
      0o600,
      "fail",
      "No credential is listed",
    ],
    [
      "a secret in Continue's YAML",
      ".continue/config.yaml",
      `mcpServers:\n  - args: [alephant-mcp]\n    env: { ALEPHANT_VIRTUAL_KEY: ${KEY} }\n`,
      0o600,
      "warn",
      "in clear",
    ],
    ["a host without this server", ".gemini/settings.json", "{}", 0o600, "warn", "not set up in it"],
  ])("%s", async (_what, path, content: unknown, mode, status, part) => {
    put(path, content, mode);
    const { findings, text } = await doctor(env);
    expect(findings).toContainEqual(expect.objectContaining({ status, text: expect.stringContaining(part) }));
    expect(text).not.toContain(KEY);
  });

  it.each(HOSTS.map((spec) => [spec.id, spec.title] as const))(
    "%s: what init writes is in order",
    async (id, title) => {
      const platform = "linux";
      const env = sandboxEnvironment(sandbox, "vk");
      const credentialFile = join(home, "key");
      writeFileSync(credentialFile, KEY, { mode: 0o600 });
      const needsFile = HOSTS.find((spec) => spec.id === id)?.secret.by === "file";
      const place = { home, platform, env, folder: join(home, "project"), exists: existsSync };
      const { host, output } = fakeHost(env);
      const invocation = {
        ...({
          command: "init",
          host: id,
          mode: null,
          sandbox: null,
          action: "write",
          yes: true,
          project: false,
          local: false,
        } as const),
        credentialFile: needsFile ? credentialFile : null,
      };
      expect(await runInit(invocation, host, { place, output, ask: null })).toBe(0);
      const { findings } = await doctor(env);
      const own = findings.filter(({ check }) => check === title);
      const isWritten = id !== "continue" && id !== "claude-desktop";
      expect(own.map(({ status, text }) => [status, text])).toEqual(
        isWritten ? [["ok", expect.stringContaining("is in order")]] : [],
      );
    },
  );
});
