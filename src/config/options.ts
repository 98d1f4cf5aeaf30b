import { isAbsolute } from "node:path";
import * as z from "zod";
import { Secret } from "../secret.ts";
import { baseUrl } from "./base-url.ts";

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

export const LOG_LEVELS = ["error", "warn", "info", "debug"] as const;
export const CONFIRM_WAYS = ["auto", "elicit"] as const;
export const KEY_DELIVERIES = ["result", "file"] as const;

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

/** A relative path would depend on the folder in which a host happens to start the server. */
const absolutePath = z.string().max(4_096, "is too long for a path.").refine(isAbsolute, "is not an absolute path.");

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
  ALEPHANT_CONFIRM: {
    name: "ALEPHANT_CONFIRM",
    schema: z.enum(CONFIRM_WAYS, { error: `is not one of ${CONFIRM_WAYS.join(", ")}.` }),
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
    schema: absolutePath,
    description:
      "Absolute path of a JSON file with rules on changes (policy.schema.json): allow, deny, confirm or escalate by tool, label and amount.",
    usedBy: "Manager mode",
    required: false,
    example: "/etc/alephant/policy.json",
    secret: false,
  },
  ALEPHANT_AUDIT_FILE: {
    name: "ALEPHANT_AUDIT_FILE",
    schema: absolutePath,
    description:
      "Absolute path of the file that records every change; without it alephant-mcp/audit.jsonl in $XDG_STATE_HOME, ~/.local/state or %LOCALAPPDATA%.",
    usedBy: "Manager mode",
    required: false,
    example: "/var/log/alephant/audit.jsonl",
    secret: false,
  },
  ALEPHANT_KEY_DELIVERY: {
    name: "ALEPHANT_KEY_DELIVERY",
    schema: z.enum(KEY_DELIVERIES, { error: `is not one of ${KEY_DELIVERIES.join(", ")}.` }),
    description:
      "Where the secret of a new key goes. result: into the answer, once. file: into a new private file, and the answer names its path only.",
    usedBy: "Manager mode",
    required: false,
    default: "result",
    example: "file",
    secret: false,
  },
} as const satisfies Record<string, Option<unknown>>;
