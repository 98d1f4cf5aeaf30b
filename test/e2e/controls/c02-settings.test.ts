import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BINARY, Binary } from "../binary.ts";

const VALUE = "c02SECRETc02SECRETc02SECRET";
const PAT = `pat_ws000000_${VALUE}`;
const KEY = `vk-agent-${VALUE}`;
const BASE = { ALEPHANT_API_BASE_URL: "http://127.0.0.1:4999" };
const WORKSPACE = { ALEPHANT_WORKSPACE_ID: "550e8400-e29b-41d4-a716-446655440000" };
const MANAGER = { ...BASE, ...WORKSPACE, ALEPHANT_PAT: PAT };

let folder: string;
beforeAll(() => {
  expect(existsSync(BINARY), "run npm run build first").toBe(true);
  folder = mkdtempSync(join(tmpdir(), "alephant-mcp-c02-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("C2 a setting that is wrong stops the start", () => {
  const ROWS: readonly (readonly [string, Record<string, string>, string])[] = [
    ["a credential in two lines", { ...MANAGER, ALEPHANT_PAT: `${PAT}\n${PAT}` }, "ALEPHANT_PAT contains white space"],
    ["a credential in quotes", { ...MANAGER, ALEPHANT_PAT: `"${PAT}"` }, "ALEPHANT_PAT contains a character"],
    ["a credential beyond ASCII", { ...MANAGER, ALEPHANT_PAT: `${PAT}ü` }, "ALEPHANT_PAT contains a character"],
    ["a short credential", { ...MANAGER, ALEPHANT_PAT: "pat_SECRET" }, "ALEPHANT_PAT is 10 characters long"],
    ["a virtual key as PAT", { ...MANAGER, ALEPHANT_PAT: KEY }, "ALEPHANT_PAT holds a value that starts with vk-"],
    ["a PAT as virtual key", { ...BASE, ALEPHANT_VIRTUAL_KEY: PAT }, "ALEPHANT_VIRTUAL_KEY holds a value that starts"],
    ["an empty credential", { ...BASE, ...WORKSPACE, ALEPHANT_PAT: "" }, "ALEPHANT_PAT is empty"],
    ["a placeholder", { ...MANAGER, ALEPHANT_PAT: `\${SECRET_PAT}` }, "ALEPHANT_PAT holds an unexpanded placeholder"],
    ["a workspace of no shape", { ...MANAGER, ALEPHANT_WORKSPACE_ID: VALUE }, "ALEPHANT_WORKSPACE_ID is not a UUID"],
    ["ALEPHANT_READ_ONLY=yes", { ...MANAGER, ALEPHANT_READ_ONLY: "yes" }, "ALEPHANT_READ_ONLY is not 1, true"],
    [
      "an unknown set of tools",
      { ...MANAGER, ALEPHANT_TOOLSETS: "core,SECRET" },
      "ALEPHANT_TOOLSETS is not a comma list of core, keys, analytics, finops, policy.",
    ],
    [
      "sets without a tool for a virtual key",
      { ...BASE, ALEPHANT_VIRTUAL_KEY: KEY, ALEPHANT_TOOLSETS: "keys" },
      "ALEPHANT_TOOLSETS leaves no tool: the sets with tools in VK mode are core, analytics, policy.",
    ],
    [
      "ALEPHANT_CONFIRM=never",
      { ...MANAGER, ALEPHANT_CONFIRM: "never" },
      "ALEPHANT_CONFIRM is not one of auto, elicit",
    ],
    [
      "ALEPHANT_KEY_DELIVERY=mail",
      { ...MANAGER, ALEPHANT_KEY_DELIVERY: "mail" },
      "ALEPHANT_KEY_DELIVERY is not one of",
    ],
    [
      "a relative record",
      { ...MANAGER, ALEPHANT_AUDIT_FILE: "SECRET.jsonl" },
      "ALEPHANT_AUDIT_FILE is not an absolute",
    ],
    [
      "relative rules",
      { ...MANAGER, ALEPHANT_POLICY_FILE: "./SECRET.json" },
      "ALEPHANT_POLICY_FILE is not an absolute",
    ],
    [
      "rules that are missing",
      { ...MANAGER, ALEPHANT_POLICY_FILE: "/SECRET.json" },
      "ALEPHANT_POLICY_FILE names a file",
    ],
  ];
  it.each(ROWS)("%s: exit 2, the variable is named, its value is not", async (_what, env, problem) => {
    const binary = new Binary([], env);
    expect(await binary.exited()).toBe(2);
    expect(binary.stdout).toEqual([]);
    const text = binary.stderr.join("\n");
    expect(text).toContain(problem);
    expect(text).not.toContain("SECRET");
    expect(binary.stderr.length).toBeLessThanOrEqual(2);
  });

  it.each([[[]], [["audit"]], [["--sandbox"]]])(
    "%j: rules that are wrong, with the place in the document",
    async (args) => {
      const path = join(folder, "rules.json");
      const wrong = { tool: "revoke_virtual_key", label: "prod-*", decision: "denySECRET" };
      writeFileSync(path, JSON.stringify({ version: 1, rules: [{ tool: "*", decision: "allow" }, wrong] }));
      const binary = new Binary(args, { ...MANAGER, ALEPHANT_POLICY_FILE: path });
      expect(await binary.exited()).toBe(2);
      const text = binary.stderr.join("\n");
      expect(text).toContain("ALEPHANT_POLICY_FILE does not hold valid rules. rules[1].decision: must be");
      expect(text).not.toContain("SECRET");
    },
  );
});

describe("C2 a setting that is right", () => {
  it("lets the server start, and says in one line that the PAT wins", async () => {
    const path = join(folder, "good.json");
    writeFileSync(path, JSON.stringify({ version: 1, rules: [{ tool: "*", decision: "confirm" }] }));
    const binary = new Binary([], {
      ...MANAGER,
      ALEPHANT_PAT: `${PAT}\n`,
      ALEPHANT_VIRTUAL_KEY: KEY,
      ALEPHANT_READ_ONLY: " ",
      ALEPHANT_CONFIRM: "elicit",
      ALEPHANT_KEY_DELIVERY: "file",
      ALEPHANT_POLICY_FILE: path,
      HOME: folder,
    });
    expect(await binary.endInput()).toBe(0);
    expect(binary.stderr).toEqual([
      "alephant-mcp warn: ALEPHANT_VIRTUAL_KEY is set too and is ignored",
      expect.stringMatching(/^alephant-mcp info: version .+, manager mode, 127\.0\.0\.1:4999, .+, 1 rule on changes$/),
    ]);
  });
});
