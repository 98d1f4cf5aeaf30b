import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Environment, OPTIONS, readConfig } from "../../src/config.ts";
import { ConfigError } from "../../src/mode.ts";

const BODY = "0123456789abcdef".repeat(4);
const MANAGER: Environment = {
  ALEPHANT_API_BASE_URL: "https://api.example.com",
  ALEPHANT_PAT: `pat_wsabc123_${BODY}`,
  ALEPHANT_WORKSPACE_ID: "550e8400-e29b-41d4-a716-446655440000",
};
const VK: Environment = { ALEPHANT_API_BASE_URL: "https://api.example.com", ALEPHANT_VIRTUAL_KEY: `vk-agent-${BODY}` };

const read = (env: Environment) =>
  readConfig(env, () => {
    throw new Error("no file should be read");
  });

/** @returns null when the settings are accepted */
function refusal(env: Environment): ConfigError | null {
  try {
    read(env);
    return null;
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
}

/** Each setting, in an environment that is complete and reads it. */
const READ_BY = Object.values(OPTIONS).map(({ name }) => ({
  name,
  env: name === "ALEPHANT_VIRTUAL_KEY" ? VK : MANAGER,
}));

describe("C2 credentials", () => {
  const credential = (value: string) => refusal({ ...MANAGER, ALEPHANT_PAT: value });

  it.each([
    [11, false],
    [12, true],
    [512, true],
    [513, false],
  ])("of %i characters: accepted = %s", (length, isAccepted) => {
    expect(credential(`pat_${"x".repeat(length - 4)}`) === null).toBe(isAccepted);
  });

  it.each(["\n", "\r\n"])("lose one line break at the end (%j) and no more", (ending) => {
    expect(read({ ...MANAGER, ALEPHANT_PAT: `${MANAGER.ALEPHANT_PAT}${ending}` }).credential.reveal()).toBe(
      MANAGER.ALEPHANT_PAT,
    );
    expect(credential(`${MANAGER.ALEPHANT_PAT}${ending}${ending}`)).not.toBeNull();
  });

  const INSIDE = [" ", "\t", "\n", "\0", "\u007f", "é", "\u200b", '"', "'", "`", ",", "$", "{", "}", "<", ">"];
  it.each(INSIDE)("with %j inside are refused", (character) => {
    const error = credential(`pat_${BODY}${character}${BODY}`);
    expect(error?.variable).toBe("ALEPHANT_PAT");
    expect(error?.message).not.toContain(BODY.slice(0, 16));
  });
});

describe("C2 what a host did not fill in", () => {
  const SHAPES = [`\${X}`, `\${env:X}`, `\${X:-}`, "$ALEPHANT_X", "{env:X}", "{file:/x}", "<your value>"];
  it.each(READ_BY)("$name: a placeholder is refused by name", ({ name, env }) => {
    for (const shape of SHAPES) {
      const error = refusal({ ...env, [name]: shape });
      expect(error?.message).toContain(`${name} holds an unexpanded placeholder`);
      expect(error?.message).not.toContain(shape);
    }
  });

  it.each(READ_BY)("$name: empty or blank is the same as not set", ({ name, env }) => {
    const { [name]: _, ...unset } = env;
    const outcome = (given: Environment) => refusal(given)?.variable ?? read(given);
    for (const blank of ["", " ", "\t"]) {
      const expected = ["ALEPHANT_PAT", "ALEPHANT_VIRTUAL_KEY"].includes(name) ? name : outcome(unset);
      expect(outcome({ ...env, [name]: blank })).toEqual(expected);
    }
  });
});

describe("C2 words", () => {
  it.each([
    ["ALEPHANT_READ_ONLY", ["yes", "no", "on", "off", "TRUE", "True", "01", "2", "-1", "1;"]],
    ["ALEPHANT_TOOLSETS", ["none", "CORE", "core|keys", "core,", "core,SECRET", "[core]", "core\nkeys"]],
    ["ALEPHANT_CONFIRM", ["Auto", "ELICIT", "none", "never", "token", "off", "0", "auto,elicit"]],
    ["ALEPHANT_KEY_DELIVERY", ["File", "none", "both", "/tmp/key"]],
    [
      "ALEPHANT_AUDIT_FILE",
      ["audit.jsonl", "./audit.jsonl", "../audit.jsonl", "~/audit.jsonl", `/${"a".repeat(4_096)}`],
    ],
    [
      "ALEPHANT_POLICY_FILE",
      ["policy.json", "~/policy.json", "file:///policy.json", "https://example.com/policy.json"],
    ],
    [
      "ALEPHANT_WORKSPACE_ID",
      ["workspace", "550e8400e29b41d4a716446655440000", "{550e8400-e29b-41d4-a716-446655440000}"],
    ],
  ])("%s refuses %j", (name, values) => {
    for (const value of values) {
      const error = refusal({ ...MANAGER, [name]: value });
      expect([value, error?.variable]).toEqual([value, name]);
      expect(error?.message).toMatch(new RegExp(`^${name} .+\\nExample: ${name}=`));
    }
  });

  it.each([
    ["ALEPHANT_READ_ONLY", "1", { readOnly: true }],
    ["ALEPHANT_READ_ONLY", "0", { readOnly: false }],
    ["ALEPHANT_TOOLSETS", "keys,core", { toolsets: ["core", "keys"] }],
    ["ALEPHANT_CONFIRM", "elicit", { confirmWith: "elicit" }],
    ["ALEPHANT_CONFIRM", " auto ", { confirmWith: "auto" }],
    ["ALEPHANT_KEY_DELIVERY", "file", { keyDelivery: "file" }],
    ["ALEPHANT_AUDIT_FILE", "/var/log/a.jsonl", { auditFile: "/var/log/a.jsonl" }],
    ["ALEPHANT_POLICY_FILE", "/etc/p.json", { policyFile: "/etc/p.json" }],
  ])("%s=%s", (name, value, expected) => {
    expect(read({ ...MANAGER, [name]: value })).toMatchObject(expected);
  });

  it("are the careful ones when nothing is said, and no file is read or written by chance", () => {
    expect(read(MANAGER)).toMatchObject({
      confirmWith: "auto",
      policyFile: null,
      auditFile: null,
      keyDelivery: "result",
    });
  });
});

describe("C2 no value is ever said", () => {
  it.each(READ_BY)("$name", ({ name, env }) => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 60 }), (text) => {
        const value = `zq7${text}zq7`;
        expect(refusal({ ...env, [name]: value })?.message ?? "").not.toContain("zq7");
      }),
      { numRuns: 200 },
    );
  });
});
