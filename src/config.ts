import { tryParse } from "./config/bad-value.ts";
import { type CONFIRM_WAYS, type KEY_DELIVERIES, type LOG_LEVELS, OPTIONS, type Option } from "./config/options.ts";
import { ConfigError, isSet, type Mode, resolveMode } from "./mode.ts";
import { Secret } from "./secret.ts";
import { TOOLSETS_OF, type Toolset } from "./toolset.ts";

export { OPTIONS };
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Everything the program may be told from outside, checked. `ignored` names variables that were set but lost. */
export interface Config {
  readonly mode: Mode;
  readonly baseUrl: URL;
  readonly credential: Secret;
  /** Manager mode only. */
  readonly workspaceId: string | null;
  /** Upstream calls per minute; 0 = no limit. */
  readonly rateLimitRpm: number;
  /** Deadline of one tool call, milliseconds. */
  readonly timeoutMs: number;
  readonly logLevel: LogLevel;
  readonly readOnly: boolean;
  /** The sets whose tools are listed, at least one of which has tools in this mode. */
  readonly toolsets: readonly Toolset[];
  /** `elicit`: only a question of the host to a person confirms a change. */
  readonly confirmWith: (typeof CONFIRM_WAYS)[number];
  /** Absolute path; null = no rules. */
  readonly policyFile: string | null;
  /** Absolute path; null = the usual place. */
  readonly auditFile: string | null;
  readonly keyDelivery: (typeof KEY_DELIVERIES)[number];
  readonly ignored: readonly string[];
}

const PLACEHOLDER = /\$\{|\{env:|\{file:|^\$[A-Za-z_]|<[^>]*>/;

export type Environment = Readonly<Record<string, string | undefined>>;

/** Reads one setting. A value is never echoed: a mistyped credential in the wrong variable must not reach a log. */
function read<T>(option: Option<T>, env: Environment): T {
  const raw = env[option.name];
  const text = isSet(raw) ? raw : option.default;
  const example = `Example: ${option.name}=${option.example}`;
  if (text === undefined) throw new ConfigError(option.name, "is not set.", example);
  if (PLACEHOLDER.test(text)) {
    throw new ConfigError(
      option.name,
      "holds an unexpanded placeholder; the program that starts this server did not substitute it.",
      example,
    );
  }
  const parsed = tryParse(option.parse, option.secret ? text : text.trim());
  if ("problem" in parsed) throw new ConfigError(option.name, parsed.problem, example);
  return parsed.value;
}

/** As `read`, for a setting that may be left out and has no default. */
function readIfSet<T>(option: Option<T>, env: Environment): T | null {
  return isSet(env[option.name]) ? read(option, env) : null;
}

/** The one setting that reading the record of changes needs. @throws ConfigError */
export function auditFileSetting(env: Environment): string | null {
  return readIfSet(OPTIONS.ALEPHANT_AUDIT_FILE, env);
}

/** Replaces `<NAME>_FILE` by the file's content, so that the rest sees one way only. */
function withCredentialFiles(env: Environment, readFile: (variable: string, path: string) => string): Environment {
  const resolved: Record<string, string | undefined> = { ...env };
  for (const option of Object.values(OPTIONS)) {
    const variable = `${option.name}_FILE`;
    const path = env[variable];
    if (!option.secret || !isSet(path)) continue;
    if (isSet(env[option.name])) {
      throw new ConfigError(variable, `and ${option.name} are both set.`, "Set only one of them.");
    }
    if (PLACEHOLDER.test(path)) {
      throw new ConfigError(variable, "holds an unexpanded placeholder.", `Example: ${variable}=/path/to/secret`);
    }
    resolved[option.name] = readFile(variable, path);
  }
  return resolved;
}

/** A list that leaves a mode without any tool is a mistake that nobody would find later. @throws ConfigError */
function readToolsets(mode: Mode, env: Environment): readonly Toolset[] {
  const toolsets = read(OPTIONS.ALEPHANT_TOOLSETS, env);
  const offered = TOOLSETS_OF[mode];
  if (toolsets.some((name) => offered.includes(name))) return toolsets;
  const name = mode === "vk" ? "VK" : "Manager";
  throw new ConfigError(
    OPTIONS.ALEPHANT_TOOLSETS.name,
    `leaves no tool: the sets with tools in ${name} mode are ${offered.join(", ")}.`,
    `Example: ${OPTIONS.ALEPHANT_TOOLSETS.name}=${offered.join(",")}`,
  );
}

/** The settings that do not depend on a credential. */
function readShared(mode: Mode, env: Environment) {
  return {
    rateLimitRpm: read(OPTIONS.ALEPHANT_RATE_LIMIT_RPM, env),
    timeoutMs: read(OPTIONS.ALEPHANT_TIMEOUT_MS, env),
    logLevel: read(OPTIONS.ALEPHANT_LOG_LEVEL, env),
    readOnly: read(OPTIONS.ALEPHANT_READ_ONLY, env),
    toolsets: readToolsets(mode, env),
    confirmWith: read(OPTIONS.ALEPHANT_CONFIRM, env),
    policyFile: readIfSet(OPTIONS.ALEPHANT_POLICY_FILE, env),
    auditFile: auditFileSetting(env),
    keyDelivery: read(OPTIONS.ALEPHANT_KEY_DELIVERY, env),
  };
}

/**
 * Environment → Config. Pure but for `readFile`, which is asked only for variables ending in `_FILE`.
 * @throws ConfigError on the first setting that is missing or wrong.
 */
export function readConfig(rawEnv: Environment, readFile: (variable: string, path: string) => string): Config {
  const env = withCredentialFiles(rawEnv, readFile);
  const { mode, ignored } = resolveMode(env);
  const shared = readShared(mode, env);
  const url = read(OPTIONS.ALEPHANT_API_BASE_URL, env);
  if (mode === "vk") {
    const credentialSecret = read(OPTIONS.ALEPHANT_VIRTUAL_KEY, env);
    return { mode, ignored, ...shared, baseUrl: url, credential: credentialSecret, workspaceId: null };
  }
  const credentialSecret = read(OPTIONS.ALEPHANT_PAT, env);
  const workspaceId = read(OPTIONS.ALEPHANT_WORKSPACE_ID, env);
  return { mode, ignored, ...shared, baseUrl: url, credential: credentialSecret, workspaceId };
}

/** What the embedded sandbox hands out in place of a person's own credentials. */
export interface SandboxAccess {
  readonly url: string;
  readonly virtualKey: string;
  readonly pat: string;
  readonly workspaceId: string;
}

/** Config for the embedded sandbox: real credentials in the environment are neither read nor needed, other settings count. */
export function sandboxConfig(mode: Mode, access: SandboxAccess, env: Environment): Config {
  const shared = readShared(mode, { ...env, ALEPHANT_RATE_LIMIT_RPM: env.ALEPHANT_RATE_LIMIT_RPM ?? "0" });
  return {
    mode,
    ignored: [],
    ...shared,
    baseUrl: new URL(access.url),
    credential: new Secret(mode === "vk" ? access.virtualKey : access.pat),
    workspaceId: mode === "vk" ? null : access.workspaceId,
  };
}
