import * as z from "zod";
import { ConfigError, isSet, type Mode, resolveMode } from "./mode.ts";
import { Secret } from "./secret.ts";

export const LOG_LEVELS = ["error", "warn", "info", "debug"] as const;
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
  readonly ignored: readonly string[];
}

export interface Option<T> {
  readonly name: string;
  readonly schema: z.ZodType<T, string>;
  readonly description: string;
  /** Which mode needs or reads it. */
  readonly usedBy: "both modes" | "VK mode" | "Manager mode";
  readonly required: boolean;
  /** Written as a person would type it; absent when there is none. */
  readonly default?: string;
  readonly example: string;
  /** Secrets may also come from a file named by `<NAME>_FILE`, and are never echoed. */
  readonly secret: boolean;
}

const PLACEHOLDER = /\$\{|\{env:|\{file:|^\$[A-Za-z_]|<[^>]*>/;

/** Ports that fetch refuses to contact, whatever runs there (the "bad ports" of the fetch standard). */
const BLOCKED_PORTS = new Set(
  (
    "1 7 9 11 13 15 17 19 20 21 22 23 25 37 42 43 53 69 77 79 87 95 101 102 103 104 109 110 111 113 115 117 119 123 135 " +
    "137 139 143 161 179 389 427 465 512 513 514 515 526 530 531 532 540 548 554 556 563 587 601 636 989 990 993 995 " +
    "1719 1720 1723 2049 3659 4045 4190 5060 5061 6000 6566 6665 6666 6667 6668 6669 6679 6697 10080"
  )
    .split(" ")
    .map(Number),
);

function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(hostname);
}

/** What is wrong with a base URL, or null. The decision is made on the parsed host, never on the text. */
function baseUrlProblem(text: string): string | null {
  if (text.length > 2048) return "is longer than 2048 characters.";
  if (/[\s\\]/.test(text) || /\p{Cc}/u.test(text)) return "contains white space, a backslash or a control character.";
  if (!URL.canParse(text)) return "is not a URL.";
  const url = new URL(text);
  if (url.protocol !== "https:" && url.protocol !== "http:") return "must start with https://.";
  if (url.username !== "" || url.password !== "") return "must not contain a user name or password.";
  if (text.includes("?")) return "must not contain a query (?).";
  if (text.includes("#")) return "must not contain a fragment (#).";
  if (url.hostname === "0.0.0.0" || url.hostname === "[::]") return "names no reachable host.";
  if (url.protocol === "http:" && !isLoopback(url.hostname)) {
    return "uses http:// on a host that is not this machine; the credential would travel unencrypted.";
  }
  if (url.port !== "" && BLOCKED_PORTS.has(Number(url.port)))
    return "names a port that HTTP clients refuse to contact.";
  return null;
}

const baseUrl = z.string().transform((text, context): URL => {
  const problem = baseUrlProblem(text);
  if (problem !== null) {
    context.addIssue({ code: "custom", message: problem });
    return z.NEVER;
  }
  const url = new URL(text);
  url.pathname = url.pathname
    .replace(/\/+$/, "")
    .replace(/\/api\/v1$/, "")
    .replace(/\/+$/, "");
  return url;
});

/** A credential's text, checked before any HTTP library can trim, reshape or quote it. */
function credential(prefix: "vk-" | "pat_", other: "vk-" | "pat_", otherVariable: string) {
  return z.string().transform((raw, context): Secret => {
    const text = raw.replace(/\r?\n$/, "");
    const problem = text.startsWith(other)
      ? `holds a value that starts with ${other}; that belongs into ${otherVariable}.`
      : /\s|\p{Cc}/u.test(text)
        ? "contains white space or a control character."
        : text.length < 12 || text.length > 512
          ? `is ${text.length} characters long; a credential has 12 to 512.`
          : !/^[\x21-\x7e]+$/.test(text) || /["'`,${}<>]/.test(text)
            ? "contains a character that no credential has."
            : text.startsWith(prefix)
              ? null
              : `does not start with ${prefix}.`;
    if (problem !== null) {
      context.addIssue({ code: "custom", message: problem });
      return z.NEVER;
    }
    return new Secret(text);
  });
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function integer(min: number, max: number) {
  const problem = `is not a whole number from ${min} to ${max}.`;
  return z
    .string()
    .regex(/^\d{1,7}$/, problem)
    .transform(Number)
    .refine((value) => value >= min && value <= max, problem);
}

/** The single list of settings: `--help`, the README and the tests are made from it. */
export const OPTIONS = {
  ALEPHANT_API_BASE_URL: {
    name: "ALEPHANT_API_BASE_URL",
    schema: baseUrl,
    description:
      "Address of the Alephant service. https only (http on this machine's loopback); a path prefix is kept, trailing slashes and a trailing /api/v1 are dropped.",
    usedBy: "both modes",
    required: true,
    example: "https://alephant.io",
    secret: false,
  },
  ALEPHANT_VIRTUAL_KEY: {
    name: "ALEPHANT_VIRTUAL_KEY",
    schema: credential("vk-", "pat_", "ALEPHANT_PAT"),
    description: "A virtual key. Selects VK mode: read-only, the scope of that one key.",
    usedBy: "VK mode",
    required: true,
    example: "vk-agent-…",
    secret: true,
  },
  ALEPHANT_PAT: {
    name: "ALEPHANT_PAT",
    schema: credential("pat_", "vk-", "ALEPHANT_VIRTUAL_KEY"),
    description: "A personal access token. Selects Manager mode, and wins when a virtual key is set too.",
    usedBy: "Manager mode",
    required: true,
    example: "pat_ws…",
    secret: true,
  },
  ALEPHANT_WORKSPACE_ID: {
    name: "ALEPHANT_WORKSPACE_ID",
    schema: z
      .string()
      .trim()
      .regex(UUID, "is not a UUID.")
      .transform((id) => id.toLowerCase()),
    description: "The workspace that the PAT belongs to (UUID).",
    usedBy: "Manager mode",
    required: true,
    example: "550e8400-e29b-41d4-a716-446655440000",
    secret: false,
  },
  ALEPHANT_RATE_LIMIT_RPM: {
    name: "ALEPHANT_RATE_LIMIT_RPM",
    schema: integer(0, 100_000),
    description: "Calls per minute this program allows itself, 0 to 100000; 0 = no limit.",
    usedBy: "both modes",
    required: false,
    default: "60",
    example: "60",
    secret: false,
  },
  ALEPHANT_TIMEOUT_MS: {
    name: "ALEPHANT_TIMEOUT_MS",
    schema: integer(1_000, 600_000),
    description: "Deadline of one tool call in milliseconds, 1000 to 600000.",
    usedBy: "both modes",
    required: false,
    default: "25000",
    example: "25000",
    secret: false,
  },
  ALEPHANT_LOG_LEVEL: {
    name: "ALEPHANT_LOG_LEVEL",
    schema: z.enum(LOG_LEVELS, { error: `is not one of ${LOG_LEVELS.join(", ")}.` }),
    description: "How much is written to stderr: error, warn, info or debug.",
    usedBy: "both modes",
    required: false,
    default: "info",
    example: "warn",
    secret: false,
  },
  ALEPHANT_READ_ONLY: {
    name: "ALEPHANT_READ_ONLY",
    schema: z
      .enum(["0", "1", "false", "true"], { error: "is not 1, true, 0 or false." })
      .transform((text) => text === "1" || text === "true"),
    description: "1 hides the four tools that change something.",
    usedBy: "Manager mode",
    required: false,
    default: "0",
    example: "1",
    secret: false,
  },
} as const satisfies Record<string, Option<unknown>>;

export type OptionName = keyof typeof OPTIONS;
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
  const parsed = option.schema.safeParse(option.secret ? text : text.trim());
  if (!parsed.success) throw new ConfigError(option.name, parsed.error.issues[0]?.message ?? "is not valid.", example);
  return parsed.data;
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

/** The settings that do not depend on a credential. */
function readShared(env: Environment) {
  return {
    rateLimitRpm: read(OPTIONS.ALEPHANT_RATE_LIMIT_RPM, env),
    timeoutMs: read(OPTIONS.ALEPHANT_TIMEOUT_MS, env),
    logLevel: read(OPTIONS.ALEPHANT_LOG_LEVEL, env),
    readOnly: read(OPTIONS.ALEPHANT_READ_ONLY, env),
  };
}

/**
 * Environment → Config. Pure but for `readFile`, which is asked only for variables ending in `_FILE`.
 * @throws ConfigError on the first setting that is missing or wrong.
 */
export function readConfig(rawEnv: Environment, readFile: (variable: string, path: string) => string): Config {
  const env = withCredentialFiles(rawEnv, readFile);
  const { mode, ignored } = resolveMode(env);
  const shared = readShared(env);
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
  const shared = readShared({ ...env, ALEPHANT_RATE_LIMIT_RPM: env.ALEPHANT_RATE_LIMIT_RPM ?? "0" });
  return {
    mode,
    ignored: [],
    ...shared,
    baseUrl: new URL(access.url),
    credential: new Secret(mode === "vk" ? access.virtualKey : access.pat),
    workspaceId: mode === "vk" ? null : access.workspaceId,
  };
}
