import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { type Environment, OPTIONS, readConfig, sandboxConfig } from "../src/config.ts";
import { ConfigError } from "../src/mode.ts";
import { TOOLSETS } from "../src/toolset.ts";

const WORKSPACE = "550e8400-e29b-41d4-a716-446655440000";
const KEY = "vk-agent-0123456789abcdef";
const PAT = `pat_wsabc123_${"0123456789abcdef".repeat(4)}`;
const VK_ENV: Environment = { ALEPHANT_API_BASE_URL: "https://api.example.com", ALEPHANT_VIRTUAL_KEY: KEY };
const MANAGER_ENV: Environment = {
  ALEPHANT_API_BASE_URL: "https://api.example.com",
  ALEPHANT_PAT: PAT,
  ALEPHANT_WORKSPACE_ID: WORKSPACE,
};

const SANDBOX_ACCESS = {
  url: "http://127.0.0.1:4000",
  virtualKey: "vk-sandbox-key-1",
  pat: "pat_sandbox",
  workspaceId: WORKSPACE,
};

function noFile(): string {
  throw new Error("no file should be read");
}

const read = (env: Environment) => readConfig(env, noFile);

/** The refusal's text, once it is certain that it quotes no value of the environment it was made from. */
function refusal(env: Environment, secrets: readonly string[] = []): string {
  try {
    readConfig(env, noFile);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    for (const secret of secrets) expect(error.message).not.toContain(secret);
    const lines = error.message.split("\n");
    expect(lines).toHaveLength(2);
    return error.message;
  }
  throw new Error("accepted");
}

describe("a complete configuration", () => {
  it("reads VK mode with every default", () => {
    const { credential, baseUrl, ...rest } = read(VK_ENV);
    expect(rest).toEqual({
      mode: "vk",
      ignored: [],
      rateLimitRpm: 60,
      timeoutMs: 25_000,
      logLevel: "info",
      readOnly: false,
      toolsets: ["core", "keys", "analytics", "finops", "policy"],
      confirmWith: "auto",
      policyFile: null,
      auditFile: null,
      keyDelivery: "result",
      workspaceId: null,
    });
    expect(credential.reveal()).toBe(KEY);
    expect(baseUrl.href).toBe("https://api.example.com/");
  });

  it("reads Manager mode with every setting", () => {
    const { credential, baseUrl, ...rest } = read({
      ...MANAGER_ENV,
      ALEPHANT_WORKSPACE_ID: ` ${WORKSPACE.toUpperCase()} `,
      ALEPHANT_RATE_LIMIT_RPM: "0",
      ALEPHANT_TIMEOUT_MS: "600000",
      ALEPHANT_LOG_LEVEL: "debug",
      ALEPHANT_READ_ONLY: "true",
      ALEPHANT_TOOLSETS: "finops, core",
      ALEPHANT_CONFIRM: "elicit",
      ALEPHANT_POLICY_FILE: "/etc/alephant/policy.json",
      ALEPHANT_AUDIT_FILE: "/var/log/alephant/audit.jsonl",
      ALEPHANT_KEY_DELIVERY: "file",
    });
    expect(rest).toEqual({
      mode: "manager",
      ignored: [],
      rateLimitRpm: 0,
      timeoutMs: 600_000,
      logLevel: "debug",
      readOnly: true,
      toolsets: ["core", "finops"],
      confirmWith: "elicit",
      policyFile: "/etc/alephant/policy.json",
      auditFile: "/var/log/alephant/audit.jsonl",
      keyDelivery: "file",
      workspaceId: WORKSPACE,
    });
    expect(credential.reveal()).toBe(PAT);
    expect(baseUrl.origin).toBe("https://api.example.com");
  });

  it("prefers the PAT and names the virtual key as ignored", () => {
    const config = read({ ...MANAGER_ENV, ALEPHANT_VIRTUAL_KEY: KEY });
    expect([config.mode, config.ignored]).toEqual(["manager", ["ALEPHANT_VIRTUAL_KEY"]]);
  });

  it("does not print the credential", () => {
    const config = read(VK_ENV);
    expect(inspect(config, { depth: 5 }) + JSON.stringify(config)).not.toContain(KEY);
  });
});

describe("C4 base URL", () => {
  it.each([
    ["https://alephant.io", "https://alephant.io/"],
    ["https://alephant.io///", "https://alephant.io/"],
    ["https://alephant.io/api/v1", "https://alephant.io/"],
    ["https://alephant.io/api/v1/", "https://alephant.io/"],
    ["https://host:8443/prefix/api/v1//", "https://host:8443/prefix"],
    ["https://host/api/v1/inner", "https://host/api/v1/inner"],
    [" https://host ", "https://host/"],
    ["http://localhost:8080", "http://localhost:8080/"],
    ["http://127.1.2.3", "http://127.1.2.3/"],
    ["http://[::1]:9000/x/", "http://[::1]:9000/x"],
    ["http://2130706433", "http://127.0.0.1/"],
    ["http://0x7f.1", "http://127.0.0.1/"],
    ["http://①②⑦.0.0.1", "http://127.0.0.1/"],
  ])("%s → %s", (given, expected) => {
    expect(read({ ...VK_ENV, ALEPHANT_API_BASE_URL: given }).baseUrl.href).toBe(expected);
  });

  it.each([
    ["alephant.example", "is not a URL"],
    ["ftp://alephant.io", "must start with https://"],
    ["javascript:alert(1)", "must start with https://"],
    ["http://alephant.io", "unencrypted"],
    ["http://localhost.evil.com", "unencrypted"],
    ["http://127.0.0.1.nip.io", "unencrypted"],
    ["http://[::ffff:127.0.0.1]", "unencrypted"],
    ["http://0.0.0.0", "names no reachable host"],
    ["https://api.ok@evil.com", "user name or password"],
    ["https://u:p@alephant.io", "user name or password"],
    ["https://alephant.io/?x=1", "query"],
    ["https://alephant.io?", "query"],
    ["https://alephant.io/#", "fragment"],
    ["https://alephant.io/a b", "white space"],
    ["https:\\\\alephant.io", "backslash"],
    ["https://alephant.io/\u0007", "control character"],
    ["https://alephant.io:22", "port"],
    ["https://alephant.io:10080", "port"],
    [`https://alephant.io/${"a".repeat(2048)}`, "longer than 2048"],
  ])("%s is refused: %s", (given, reason) => {
    const text = refusal({ ...VK_ENV, ALEPHANT_API_BASE_URL: given }, [given]);
    expect(text).toContain("ALEPHANT_API_BASE_URL ");
    expect(text).toContain(reason);
    expect(text).toContain("Example: ALEPHANT_API_BASE_URL=https://");
  });

  it.each([undefined, "", "  "])("%j is refused as not set", (given) => {
    expect(refusal({ ...VK_ENV, ALEPHANT_API_BASE_URL: given })).toContain("ALEPHANT_API_BASE_URL is not set.");
  });
});

describe("credentials", () => {
  it.each(["\n", "\r\n"])("lose one trailing line break (%j), as files have it", (ending) => {
    expect(read({ ...VK_ENV, ALEPHANT_VIRTUAL_KEY: KEY + ending }).credential.reveal()).toBe(KEY);
  });

  it.each([
    [`${KEY}\n\n`, "white space"],
    [` ${KEY}`, "white space"],
    ["vk-agent 0123456789", "white space"],
    ["vk-agent\u00000123456789", "control character"],
    ["vk-short", "is 8 characters long"],
    [`vk-${"a".repeat(600)}`, "is 603 characters long"],
    ["vk-agent-schlüssel-0123", "a character that no credential has"],
    ['"vk-agent-0123456789"', "a character that no credential has"],
    ["vk-agent,0123456789", "a character that no credential has"],
    ["sk-0123456789abcdef", "does not start with vk-"],
    [PAT, "starts with pat_; that belongs into ALEPHANT_PAT"],
  ])("virtual key %j is refused: %s", (given, reason) => {
    const text = refusal({ ...VK_ENV, ALEPHANT_VIRTUAL_KEY: given }, [given.trim()]);
    expect(text).toContain("ALEPHANT_VIRTUAL_KEY ");
    expect(text).toContain(reason);
  });

  it("refuses a virtual key given as PAT", () => {
    const text = refusal({ ...MANAGER_ENV, ALEPHANT_PAT: KEY }, [KEY]);
    expect(text).toContain("ALEPHANT_PAT holds a value that starts with vk-; that belongs into ALEPHANT_VIRTUAL_KEY.");
  });

  it.each([
    [{}, "ALEPHANT_VIRTUAL_KEY and ALEPHANT_PAT are both unset"],
    [{ ALEPHANT_VIRTUAL_KEY: "" }, "ALEPHANT_VIRTUAL_KEY"],
    [{ ALEPHANT_VIRTUAL_KEY: "", ALEPHANT_PAT: " " }, "ALEPHANT_VIRTUAL_KEY"],
  ])("none at all (%j) names both ways and the sandbox", (env, start) => {
    const text = refusal(env);
    expect(text).toMatch(/no credentials/);
    expect(text).toContain(start);
    for (const way of ["ALEPHANT_VIRTUAL_KEY=vk-", "ALEPHANT_PAT=pat_", "ALEPHANT_WORKSPACE_ID", "--sandbox"]) {
      expect(text).toContain(way);
    }
  });

  it.each([
    [undefined, "ALEPHANT_WORKSPACE_ID is missing"],
    ["", "ALEPHANT_WORKSPACE_ID is missing"],
    ["my-workspace", "ALEPHANT_WORKSPACE_ID is not a UUID"],
    [`${WORKSPACE}x`, "ALEPHANT_WORKSPACE_ID is not a UUID"],
  ])("a PAT with workspace %j is refused", (given, reason) => {
    expect(refusal({ ...MANAGER_ENV, ALEPHANT_WORKSPACE_ID: given }, [PAT])).toContain(reason);
  });
});

describe("placeholders that a host did not fill in", () => {
  const shapes = [
    `\${ALEPHANT}`,
    `\${env:X}`,
    "{env:ALEPHANT}",
    "{file:/x}",
    "$ALEPHANT_SOMETHING",
    "<your-key-goes-here>",
  ];

  it.each(
    ["ALEPHANT_API_BASE_URL", "ALEPHANT_PAT", "ALEPHANT_WORKSPACE_ID", "ALEPHANT_RATE_LIMIT_RPM"].flatMap((name) =>
      shapes.map((value) => ({ name, value })),
    ),
  )("$name=$value is refused by name", ({ name, value }) => {
    expect(refusal({ ...MANAGER_ENV, [name]: value }, [value])).toContain(`${name} holds an unexpanded placeholder`);
  });
});

describe("plain settings", () => {
  it.each([
    ["ALEPHANT_RATE_LIMIT_RPM", ["-1", "1.5", "1e3", "0x10", "100001", "sixty", "60 rpm"]],
    ["ALEPHANT_TIMEOUT_MS", ["0", "999", "600001", "25s", "Infinity"]],
    ["ALEPHANT_LOG_LEVEL", ["verbose", "INFO", "2"]],
    ["ALEPHANT_READ_ONLY", ["yes", "on", "TRUE", "2"]],
    ["ALEPHANT_TOOLSETS", ["all", "Core", "core,", ",", "core;keys", "core keys", "core,,keys", "core,budgets", "*"]],
    ["ALEPHANT_CONFIRM", ["always", "ELICIT", "1", "off"]],
    ["ALEPHANT_KEY_DELIVERY", ["screen", "File"]],
    ["ALEPHANT_POLICY_FILE", ["policy.json", "./policy.json"]],
    ["ALEPHANT_AUDIT_FILE", ["audit.jsonl", "~/audit.jsonl"]],
  ])("%s refuses %j", (name, values) => {
    for (const value of values) {
      const text = refusal({ ...VK_ENV, [name]: value });
      expect(text).toMatch(new RegExp(`^${name} is not `));
      expect(text).toContain(`Example: ${name}=`);
    }
  });

  it.each([
    ["ALEPHANT_RATE_LIMIT_RPM", ["", "  "], "rateLimitRpm", 60],
    ["ALEPHANT_RATE_LIMIT_RPM", ["100000"], "rateLimitRpm", 100_000],
    ["ALEPHANT_TIMEOUT_MS", ["1000", " 1000 "], "timeoutMs", 1_000],
    ["ALEPHANT_READ_ONLY", ["0", "false", ""], "readOnly", false],
    ["ALEPHANT_READ_ONLY", ["1", "true"], "readOnly", true],
    ["ALEPHANT_LOG_LEVEL", ["error"], "logLevel", "error"],
    ["ALEPHANT_TOOLSETS", ["", "  ", "policy,finops,analytics,keys,core"], "toolsets", TOOLSETS],
    ["ALEPHANT_TOOLSETS", ["policy,core", " core , policy ", "core,core,policy"], "toolsets", ["core", "policy"]],
    ["ALEPHANT_TOOLSETS", ["keys,analytics"], "toolsets", ["keys", "analytics"]],
  ])("%s takes %j", (name, values, field, expected) => {
    for (const value of values) expect(read({ ...VK_ENV, [name]: value })).toMatchObject({ [field]: expected });
  });
});

describe("a list of sets without a tool in the mode", () => {
  it.each(["keys", "finops", "finops,keys"])("VK mode refuses %s and names those it has", (list) => {
    expect(refusal({ ...VK_ENV, ALEPHANT_TOOLSETS: list })).toBe(
      "ALEPHANT_TOOLSETS leaves no tool: the sets with tools in VK mode are core, analytics, policy.\n" +
        "Example: ALEPHANT_TOOLSETS=core,analytics,policy",
    );
    expect(() => sandboxConfig("vk", SANDBOX_ACCESS, { ALEPHANT_TOOLSETS: list })).toThrow(ConfigError);
    expect(read({ ...MANAGER_ENV, ALEPHANT_TOOLSETS: list }).toolsets).toEqual(list.split(",").reverse());
  });
});

describe("<NAME>_FILE", () => {
  it("is read in place of the variable", () => {
    const asked: string[] = [];
    const config = readConfig(
      { ALEPHANT_API_BASE_URL: "https://host", ALEPHANT_VIRTUAL_KEY_FILE: "/run/secrets/key" },
      (variable, path) => {
        asked.push(`${variable}=${path}`);
        return `${KEY}\n`;
      },
    );
    expect(asked).toEqual(["ALEPHANT_VIRTUAL_KEY_FILE=/run/secrets/key"]);
    expect(config.credential.reveal()).toBe(KEY);
  });

  it("selects Manager mode as the variable would", () => {
    const { ALEPHANT_PAT: _, ...env } = MANAGER_ENV;
    expect(readConfig({ ...env, ALEPHANT_PAT_FILE: "/pat" }, () => PAT).mode).toBe("manager");
  });

  it("is refused beside the variable itself", () => {
    const text = refusal({ ...VK_ENV, ALEPHANT_VIRTUAL_KEY_FILE: "/key" });
    expect(text).toContain("ALEPHANT_VIRTUAL_KEY_FILE and ALEPHANT_VIRTUAL_KEY are both set.");
  });

  it("is refused as a placeholder", () => {
    const env = { ALEPHANT_API_BASE_URL: "https://host", ALEPHANT_PAT_FILE: `\${SECRET_PATH}` };
    expect(refusal(env)).toContain("ALEPHANT_PAT_FILE holds an unexpanded placeholder");
  });

  it("is not read for settings that are no secret", () => {
    expect(read({ ...VK_ENV, ALEPHANT_TIMEOUT_MS_FILE: "/timeout" }).timeoutMs).toBe(25_000);
  });
});

describe("the embedded sandbox", () => {
  const access = SANDBOX_ACCESS;

  it("uses its own credentials, not the person's, and no rate limit", () => {
    const config = sandboxConfig("manager", access, { ...MANAGER_ENV, ALEPHANT_TIMEOUT_MS: "5000" });
    expect(config).toMatchObject({ mode: "manager", workspaceId: WORKSPACE, rateLimitRpm: 0, timeoutMs: 5_000 });
    expect(config.credential.reveal()).toBe("pat_sandbox");
    expect(config.baseUrl.origin).toBe(access.url);
  });

  it("has no workspace in VK mode and keeps a rate limit that was asked for", () => {
    const config = sandboxConfig("vk", access, { ALEPHANT_RATE_LIMIT_RPM: "10" });
    expect(config).toMatchObject({ mode: "vk", workspaceId: null, rateLimitRpm: 10 });
    expect(config.credential.reveal()).toBe("vk-sandbox-key-1");
  });

  it("still refuses a setting that is wrong", () => {
    expect(() => sandboxConfig("vk", access, { ALEPHANT_READ_ONLY: "yes" })).toThrow(ConfigError);
  });
});

describe("the option table", () => {
  it.each(Object.entries(OPTIONS))("%s describes itself", (key, option) => {
    expect(option.name).toBe(key);
    expect(option.description).toMatch(/^[A-Z0-9].{20,}\.$/);
    expect(option.example).not.toBe("");
    if ("default" in option) {
      expect(option.required).toBe(false);
      expect(() => option.parse(option.default)).not.toThrow();
    }
    if (!option.secret) expect(() => option.parse(option.example)).not.toThrow();
  });
});
