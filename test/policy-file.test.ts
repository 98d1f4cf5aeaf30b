import { execFileSync } from "node:child_process";
import { chmodSync, chownSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ConfigError } from "../src/mode.ts";
import { isGlobMatch } from "../src/policy-file/match.ts";
import { RULED_TOOLS, rulesJsonSchema } from "../src/policy-file/rules.ts";
import { parsePolicy, readPolicyFile } from "../src/policy-file.ts";
import type { PolicyQuestion } from "../src/tool/policy.ts";

const NOBODY = new AbortController().signal;

const question = (more: Partial<PolicyQuestion> = {}): PolicyQuestion => ({
  tool: "revoke_virtual_key",
  mode: "manager",
  effect: "change",
  label: "prod-checkout",
  amountUsd: null,
  targetId: "3f9c0000-0000-4000-8000-000000000001",
  ...more,
});

const policy = (...rules: object[]) => parsePolicy(JSON.stringify({ version: 1, rules }));
const decide = (rules: object[], more: Partial<PolicyQuestion> = {}) => policy(...rules).decide(question(more), NOBODY);

/** The refusal's text, once it is certain that it is one. */
function refusal(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.message;
  }
  throw new Error("accepted");
}

describe("rules on changes", () => {
  it("allow what no rule matches", async () => {
    expect(await decide([])).toEqual({ decision: "allow", reason: null });
    expect(await decide([{ tool: "create_virtual_key", decision: "deny" }])).toMatchObject({ decision: "allow" });
  });

  it.each([
    [{ decision: "allow" }, { decision: "allow", reason: null }],
    [
      { decision: "deny", reason: "Ask finance." },
      { decision: "deny", reason: "Ask finance." },
    ],
    [
      { decision: "confirm", hint: "Is it paid for?" },
      { decision: "confirm", reason: null, hint: "Is it paid for?" },
    ],
    [{ decision: "confirm" }, { decision: "confirm", reason: null, hint: null }],
    [
      { decision: "escalate", approver: "cfo@example.com", reason: "Large." },
      { decision: "escalate", reason: "Large.", approver: "cfo@example.com", id: null, expiresAt: null },
    ],
  ])("give %j as a decision", async (rule, decision) => {
    expect(await decide([{ tool: "*", ...rule }])).toEqual(decision);
  });

  it("decide in order: the first that matches", async () => {
    const rules = [
      { tool: "revoke_virtual_key", label: "prod-test-*", decision: "allow" },
      { tool: "revoke_virtual_key", label: "prod-*", decision: "deny" },
      { tool: "*", decision: "confirm" },
    ];
    const words = ["prod-test-1", "prod-1", "dev-1"].map(async (label) => (await decide(rules, { label })).decision);
    expect(await Promise.all(words)).toEqual(["allow", "deny", "confirm"]);
  });

  it.each([
    ["*", "vk", "manager", "allow"],
    ["*", "manager", "manager", "deny"],
    ["*", undefined, "manager", "deny"],
    ["revoke_virtual_key", "manager", "manager", "deny"],
    ["update_key_budget", "manager", "manager", "allow"],
  ] as const)("tool %s, mode %s, asked in %s mode: %s", async (tool, mode, asked, decision) => {
    expect(await decide([{ tool, mode, decision: "deny" }], { mode: asked })).toMatchObject({ decision });
  });

  it.each([
    ["deny", "deny"],
    ["confirm", "confirm"],
    ["escalate", "escalate"],
    ["allow", "deny"],
  ])("a key whose label is not known: %s for prod-* gives %s", async (decision, expected) => {
    const rule = { tool: "*", label: "prod-*", decision, ...(decision === "escalate" && { approver: "ann" }) };
    for (const label of [null, "vk-0123456789abcdef0123"]) {
      expect(await decide([rule, { tool: "*", decision: "deny" }], { label })).toMatchObject({ decision: expected });
    }
  });

  it("a rule on labels is not about the workspace's budget", async () => {
    const rules = [{ tool: "*", label: "*", decision: "deny" }];
    expect(await decide(rules, { tool: "set_budget_policy", label: null })).toMatchObject({ decision: "allow" });
  });

  it.each([
    [{ over_usd: 500 }, 500, false],
    [{ over_usd: 500 }, 500.01, true],
    [{ up_to_usd: 500 }, 500, true],
    [{ up_to_usd: 500 }, 500.01, false],
    [{ over_usd: 500, up_to_usd: 5_000 }, 500, false],
    [{ over_usd: 500, up_to_usd: 5_000 }, 5_000, true],
    [{ over_usd: 0 }, 0.01, true],
    [{ over_usd: 0 }, null, false],
    [{ up_to_usd: 1_000_000 }, null, false],
  ])("amount %j matches %s: %s", async (amount, amountUsd, isMatch) => {
    const found = await decide([{ tool: "*", amount, decision: "deny" }], { tool: "update_key_budget", amountUsd });
    expect(found.decision === "deny").toBe(isMatch);
  });
});

describe("label patterns", () => {
  it.each([
    ["prod-*", ["prod-", "prod-api", "PROD-API", " prod-api", "p\u200brod-api", "ｐrod-api"], ["prod", "my-prod-api"]],
    ["*-prod", ["-prod", "api-prod"], ["api-prod2", "prod"]],
    ["*prod*", ["prod", "my-prod-api"], ["pro d"]],
    ["a*b*c", ["abc", "a--b--c", "abbc"], ["acb", "ab", "ac"]],
    ["ab*ba", ["abba", "ab-ba"], ["aba"]],
    ["*", ["", "anything"], []],
    ["exact", ["exact", "Exact"], ["exact1", "1exact"]],
    [".+[a-z](x)?", [".+[a-z](x)?"], ["abc", ".+a"]],
  ])("%s", async (label, matching, others) => {
    const rules = [{ tool: "*", label, decision: "deny" }];
    for (const own of matching) expect([own, (await decide(rules, { label: own })).decision]).toEqual([own, "deny"]);
    for (const own of others) expect([own, (await decide(rules, { label: own })).decision]).toEqual([own, "allow"]);
  });

  it("agree with a slow and simple matcher", () => {
    const slow = (pattern: string, text: string): boolean => {
      if (pattern === "") return text === "";
      if (pattern[0] !== "*") return pattern[0] === text[0] && text !== "" && slow(pattern.slice(1), text.slice(1));
      return slow(pattern.slice(1), text) || (text !== "" && slow(pattern, text.slice(1)));
    };
    const letters = (units: string[]) =>
      fc.array(fc.constantFrom(...units), { maxLength: 8 }).map((all) => all.join(""));
    fc.assert(
      fc.property(letters(["a", "b", "*"]), letters(["a", "b"]), (pattern, text) => {
        expect(isGlobMatch(pattern, text)).toBe(slow(pattern, text));
      }),
      { numRuns: 2_000 },
    );
  });

  it("cost no time, whatever they are", () => {
    const started = performance.now();
    expect(isGlobMatch(`${"a*".repeat(50_000)}b`, "a".repeat(100_000))).toBe(false);
    expect(performance.now() - started).toBeLessThan(3_000);
  });
});

describe("a file that is wrong", () => {
  const rule = (more: object) => JSON.stringify({ version: 1, rules: [{ tool: "*", decision: "deny" }, more] });
  it.each([
    ["", "is not valid JSON."],
    ['{"version":1,"rules":[],}', "is not valid JSON."],
    ["[]", "The document: expected object"],
    ["{}", "version: expected 1"],
    ['{"version":2,"rules":[]}', "version: expected 1"],
    ['{"version":1}', "rules: expected array"],
    ['{"version":1,"rules":[],"default":"deny"}', 'The document: unknown field "default"'],
    [rule({ decision: "deny" }), "rules[1].tool: is not one of *, create_virtual_key"],
    [rule({ tool: "revoke_virtual_keys", decision: "deny" }), "rules[1].tool: is not one of"],
    [rule({ tool: "list_virtual_keys", decision: "deny" }), "rules[1].tool: is not one of"],
    [rule({ tool: "*" }), "rules[1].decision: must be allow, deny, confirm or escalate"],
    [rule({ tool: "*", decision: "Deny" }), "rules[1].decision: must be"],
    [rule({ tool: "*", decision: "escalate" }), "rules[1].approver: expected string"],
    [rule({ tool: "*", decision: "deny", approver: "ann" }), 'rules[1]: unknown field "approver"'],
    [rule({ tool: "*", decision: "deny", lable: "prod-*" }), 'rules[1]: unknown field "lable"'],
    [rule({ tool: "*", decision: "deny", mode: "admin" }), "rules[1].mode: "],
    [rule({ tool: "*", decision: "deny", label: "" }), "rules[1].label: "],
    [rule({ tool: "*", decision: "deny", label: ["a"] }), "rules[1].label: expected string"],
    [rule({ tool: "*", decision: "deny", amount: {} }), "rules[1].amount: needs over_usd, up_to_usd or both"],
    [rule({ tool: "*", decision: "deny", amount: { over_usd: "5" } }), "rules[1].amount.over_usd: expected number"],
    [rule({ tool: "*", decision: "deny", amount: { over_usd: -5 } }), "rules[1].amount.over_usd: "],
    [rule({ tool: "*", decision: "deny", amount: { over_usd: 9, up_to_usd: 9 } }), "over_usd must be less than"],
    [rule({ tool: "*", decision: "deny", reason: " " }), "rules[1].reason: "],
    [rule({ tool: "*", decision: "deny", reason: "x".repeat(201) }), "rules[1].reason: "],
  ])("%s", (text, problem) => {
    const message = refusal(() => parsePolicy(text));
    expect(message).toMatch(/^ALEPHANT_POLICY_FILE /);
    expect(message).toContain(problem);
    expect(message.split("\n")).toHaveLength(2);
  });

  it("is never quoted, whichever value is wrong", () => {
    const value = "SECRETVALUE-0123456789";
    const fields = ["tool", "decision", "mode", "label", "amount", "reason", "approver", "hint", "name"];
    for (const wrong of [value, { [value]: value }, [value]]) {
      for (const field of fields) {
        const text = JSON.stringify({ version: 1, rules: [{ tool: "x", decision: "y", [field]: wrong }] });
        expect(refusal(() => parsePolicy(text))).not.toContain("SECRET");
      }
    }
    expect(refusal(() => parsePolicy(`{"a": ${value}`))).not.toContain("SECRET");
  });
});

describe("the file itself", () => {
  const hasOwners = process.geteuid !== undefined;
  const userId = process.geteuid?.() ?? null;
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "alephant-mcp-policy-"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const good = JSON.stringify({ version: 1, rules: [{ tool: "*", decision: "deny" }] });
  function file(name: string, content: string | Uint8Array = good, mode = 0o644): string {
    const path = join(folder, name);
    writeFileSync(path, content);
    chmodSync(path, mode);
    return path;
  }

  function pipe(name: string): string {
    const path = join(folder, name);
    execFileSync("mkfifo", [path]);
    return path;
  }

  it("may be readable by all, and be a link: rules are no secret", () => {
    expect(readPolicyFile(file("good"), userId).ruleCount).toBe(1);
    symlinkSync(file("target"), join(folder, "link"));
    expect(readPolicyFile(join(folder, "link"), userId).ruleCount).toBe(1);
  });

  it("may start with a byte order mark", () => {
    expect(readPolicyFile(file("bom", `\ufeff${good}`), userId).ruleCount).toBe(1);
  });

  const rows: ReadonlyArray<[what: string, make: () => string, problem: string]> = [
    ["is missing", () => join(folder, "none"), "cannot be opened"],
    ["is a folder", () => mkdtempSync(join(folder, "dir-")), "does not name a regular file"],
    ["is too large", () => file("large", `${good}${" ".repeat(65_536)}`), "more than 65536 bytes"],
    ["is no text", () => file("binary", Uint8Array.from([0xc3, 0x28])), "not UTF-8"],
  ];
  const rowsWithOwners: typeof rows = [
    ["may be changed by everybody", () => file("open", good, 0o666), "every user may write"],
    ["is a pipe", () => pipe("pipe"), "not name a regular file"],
  ];
  it.each([...rows, ...(hasOwners ? rowsWithOwners : [])])("is refused when it %s", (_what, make, problem) => {
    expect(refusal(() => readPolicyFile(make(), userId))).toContain(problem);
  });

  it.runIf(userId === 0)("is refused when it belongs to somebody else, but not to the administrator", () => {
    const path = file("foreign");
    chownSync(path, 12_345, 12_345);
    expect(refusal(() => readPolicyFile(path, 0))).toContain("belongs to another user");
    expect(readPolicyFile(file("administrator"), 4_711).ruleCount).toBe(1);
  });
});

describe("policy.schema.json", () => {
  it("is the schema that files are checked with", () => {
    const published = JSON.parse(readFileSync(new URL("../policy.schema.json", import.meta.url), "utf8"));
    expect(published).toEqual(rulesJsonSchema());
  });

  it("rules on exactly the tools that change something", async () => {
    const { TOOLS } = await import("../src/tools/index.ts");
    const changing = TOOLS.filter(({ effect }) => effect !== "read").map(({ name }) => name);
    expect(changing.toSorted()).toEqual([...RULED_TOOLS].toSorted());
  });
});
