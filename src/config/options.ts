import { isAbsolute } from "node:path";
import { Secret } from "../secret.ts";
import { TOOLSETS, type Toolset } from "../toolset.ts";
import { BadValue } from "./bad-value.ts";
import { parseBaseUrl } from "./base-url.ts";

export interface Option<T> {
  readonly name: string;
  /** @throws BadValue */
  readonly parse: (text: string) => T;
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

export const LOG_LEVELS = ["error", "warn", "info", "debug"] as const;
export const CONFIRM_WAYS = ["auto", "elicit"] as const;
export const KEY_DELIVERIES = ["result", "file"] as const;

// Settings are read on every start, before anything else: plain functions, because a schema library would take longer to
// load than all of them take to run.

/** A credential's text, checked before any HTTP library can trim, reshape or quote it. */
function credential(prefix: "vk-" | "pat_", other: "vk-" | "pat_", otherVariable: string) {
  return (raw: string): Secret => {
    const text = raw.replace(/\r?\n$/, "");
    if (text.startsWith(other)) {
      throw new BadValue(`holds a value that starts with ${other}; that belongs into ${otherVariable}.`);
    }
    if (/\s|\p{Cc}/u.test(text)) throw new BadValue("contains white space or a control character.");
    if (text.length < 12 || text.length > 512) {
      throw new BadValue(`is ${text.length} characters long; a credential has 12 to 512.`);
    }
    if (!/^[\x21-\x7e]+$/.test(text) || /["'`,${}<>]/.test(text)) {
      throw new BadValue("contains a character that no credential has.");
    }
    if (!text.startsWith(prefix)) throw new BadValue(`does not start with ${prefix}.`);
    return new Secret(text);
  };
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function uuid(text: string): string {
  if (!UUID.test(text)) throw new BadValue("is not a UUID.");
  return text.toLowerCase();
}

function integer(min: number, max: number) {
  return (text: string): number => {
    const value = /^\d{1,7}$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= min && value <= max)) throw new BadValue(`is not a whole number from ${min} to ${max}.`);
    return value;
  };
}

function oneOf<const T extends string>(words: readonly T[]) {
  return (text: string): T => {
    const word = words.find((candidate) => candidate === text);
    if (word === undefined) throw new BadValue(`is not one of ${words.join(", ")}.`);
    return word;
  };
}

function flag(text: string): boolean {
  if (!["0", "1", "false", "true"].includes(text)) throw new BadValue("is not 1, true, 0 or false.");
  return text === "1" || text === "true";
}

/** A list with commas; an empty place or a name that is not known is refused, because it would silently hide tools. */
function toolsets(text: string): readonly Toolset[] {
  const named = new Set(text.split(",").map((name) => name.trim()));
  const known = TOOLSETS.filter((name) => named.has(name));
  if (known.length < named.size) throw new BadValue(`is not a comma list of ${TOOLSETS.join(", ")}.`);
  return known;
}

/** A relative path would depend on the folder in which a host happens to start the server. */
function absolutePath(text: string): string {
  if (text.length > 4_096) throw new BadValue("is too long for a path.");
  if (!isAbsolute(text)) throw new BadValue("is not an absolute path.");
  return text;
}

/** The single list of settings: `--help`, the README and the tests are made from it. */
export const OPTIONS = {
  ALEPHANT_API_BASE_URL: {
    name: "ALEPHANT_API_BASE_URL",
    parse: parseBaseUrl,
    description:
      "Address of the Alephant service. https only (http on this machine's loopback); a path prefix is kept, trailing slashes and a trailing /api/v1 are dropped.",
    usedBy: "both modes",
    required: true,
    example: "https://alephant.io",
    secret: false,
  },
  ALEPHANT_VIRTUAL_KEY: {
    name: "ALEPHANT_VIRTUAL_KEY",
    parse: credential("vk-", "pat_", "ALEPHANT_PAT"),
    description: "A virtual key. Selects VK mode: read-only, the scope of that one key.",
    usedBy: "VK mode",
    required: true,
    example: "vk-agent-…",
    secret: true,
  },
  ALEPHANT_PAT: {
    name: "ALEPHANT_PAT",
    parse: credential("pat_", "vk-", "ALEPHANT_VIRTUAL_KEY"),
    description: "A personal access token. Selects Manager mode, and wins when a virtual key is set too.",
    usedBy: "Manager mode",
    required: true,
    example: "pat_ws…",
    secret: true,
  },
  ALEPHANT_WORKSPACE_ID: {
    name: "ALEPHANT_WORKSPACE_ID",
    parse: uuid,
    description: "The workspace that the PAT belongs to (UUID).",
    usedBy: "Manager mode",
    required: true,
    example: "550e8400-e29b-41d4-a716-446655440000",
    secret: false,
  },
  ALEPHANT_RATE_LIMIT_RPM: {
    name: "ALEPHANT_RATE_LIMIT_RPM",
    parse: integer(0, 100_000),
    description: "Calls per minute this program allows itself, 0 to 100000; 0 = no limit.",
    usedBy: "both modes",
    required: false,
    default: "60",
    example: "60",
    secret: false,
  },
  ALEPHANT_TIMEOUT_MS: {
    name: "ALEPHANT_TIMEOUT_MS",
    parse: integer(1_000, 600_000),
    description: "Deadline of one tool call in milliseconds, 1000 to 600000.",
    usedBy: "both modes",
    required: false,
    default: "25000",
    example: "25000",
    secret: false,
  },
  ALEPHANT_LOG_LEVEL: {
    name: "ALEPHANT_LOG_LEVEL",
    parse: oneOf(LOG_LEVELS),
    description: "How much is written to stderr: error, warn, info or debug.",
    usedBy: "both modes",
    required: false,
    default: "info",
    example: "warn",
    secret: false,
  },
  ALEPHANT_READ_ONLY: {
    name: "ALEPHANT_READ_ONLY",
    parse: flag,
    description: "1 hides the four tools that change something.",
    usedBy: "Manager mode",
    required: false,
    default: "0",
    example: "1",
    secret: false,
  },
  ALEPHANT_TOOLSETS: {
    name: "ALEPHANT_TOOLSETS",
    parse: toolsets,
    description:
      "Comma list of the sets of tools to list; all others do not exist then. core: connection, totals, days, models. keys: virtual keys. analytics: overview, curves, agents, members, departments, single requests. finops: causes, dashboard, drill-down, idle, comparison. policy: budgets and plan.",
    usedBy: "both modes",
    required: false,
    default: TOOLSETS.join(","),
    example: "core,finops",
    secret: false,
  },
  ALEPHANT_CONFIRM: {
    name: "ALEPHANT_CONFIRM",
    parse: oneOf(CONFIRM_WAYS),
    description:
      "How a change is confirmed. auto: the host asks you where it can, else a single-use token does on a second call. elicit: only a question asked by the host counts, and changes are refused where it cannot ask.",
    usedBy: "Manager mode",
    required: false,
    default: "auto",
    example: "elicit",
    secret: false,
  },
  ALEPHANT_POLICY_FILE: {
    name: "ALEPHANT_POLICY_FILE",
    parse: absolutePath,
    description:
      "Absolute path of a JSON file with rules on changes (policy.schema.json): allow, deny, confirm or escalate by tool, label and amount.",
    usedBy: "Manager mode",
    required: false,
    example: "/etc/alephant/policy.json",
    secret: false,
  },
  ALEPHANT_AUDIT_FILE: {
    name: "ALEPHANT_AUDIT_FILE",
    parse: absolutePath,
    description:
      "Absolute path of the file that records every change; without it alephant-mcp/audit.jsonl in $XDG_STATE_HOME, ~/.local/state or %LOCALAPPDATA%.",
    usedBy: "Manager mode",
    required: false,
    example: "/var/log/alephant/audit.jsonl",
    secret: false,
  },
  ALEPHANT_KEY_DELIVERY: {
    name: "ALEPHANT_KEY_DELIVERY",
    parse: oneOf(KEY_DELIVERIES),
    description:
      "Where the secret of a new key goes. result: into the answer, once. file: into a new private file, and the answer names its path only.",
    usedBy: "Manager mode",
    required: false,
    default: "result",
    example: "file",
    secret: false,
  },
} as const satisfies Record<string, Option<unknown>>;
