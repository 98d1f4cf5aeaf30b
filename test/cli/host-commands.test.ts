import { resolve } from "node:path";
import { expect, it } from "vitest";
import { findCredentialArgument, type Invocation } from "../../src/cli/arguments.ts";
import { parseCommandLine } from "../../src/cli/program.ts";

async function parse(...args: string[]): Promise<Invocation | number> {
  let seen: Invocation | undefined;
  const code = await parseCommandLine(args, "1.2.3", async (invocation) => {
    seen = invocation;
    return 0;
  });
  return seen ?? code;
}

const INIT = {
  command: "init",
  host: null,
  mode: null,
  sandbox: null,
  action: "write",
  yes: false,
  project: false,
  local: false,
  credentialFile: null,
};

it.each([
  [["init"], INIT],
  [
    ["init", "codex", "--mode", "manager", "--yes", "--project", "--local"],
    { ...INIT, host: "codex", mode: "manager", yes: true, project: true, local: true },
  ],
  [["init", "codex", "--sandbox=vk", "--print"], { ...INIT, host: "codex", sandbox: "vk", action: "print" }],
  [["--sandbox=vk", "init", "codex", "--dry-run"], { ...INIT, host: "codex", sandbox: "vk", action: "dry-run" }],
  [["init", "codex", "--undo"], { ...INIT, host: "codex", action: "undo" }],
  [["init", "zed", "--credential-file", "key"], { ...INIT, host: "zed", credentialFile: resolve("key") }],
  [["doctor", "--json"], { command: "doctor", json: true }],
  [["tools", "--mode", "vk"], { command: "tools", mode: "vk", json: false }],
  [["tools", "--sandbox"], { command: "tools", mode: "manager", json: false }],
  [["call", "get_my_scope"], { command: "call", tool: "get_my_scope", json: "{}", sandbox: null }],
  [
    ["call", "x", "--json", '{"a":1}', "--sandbox"],
    { command: "call", tool: "x", json: '{"a":1}', sandbox: "manager" },
  ],
])("%j", async (args, expected) => {
  expect(findCredentialArgument(args)).toBeNull();
  expect(await parse(...args)).toEqual(expected);
});

it.each([
  [["init", "codex", "--print", "--undo"]],
  [["init", "codex", "--mode", "both"]],
  [["call"]],
  [["doctor", "now"]],
])("%j is wrong usage", async (args) => expect(await parse(...args)).toBe(2));
