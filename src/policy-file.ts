import { closeSync, constants, fstatSync, openSync, readFileSync } from "node:fs";
import type * as z from "zod";
import { ConfigError } from "./mode.ts";
import { isMatch } from "./policy-file/match.ts";
import { LARGEST_FILE_BYTES, type Rule, rulesSchema } from "./policy-file/rules.ts";
import { clean } from "./text.ts";
import type { Policy, PolicyDecision } from "./tool/policy.ts";

const VARIABLE = "ALEPHANT_POLICY_FILE";

/** The rules of a file, and how many they are. */
export interface FilePolicy extends Policy {
  readonly ruleCount: number;
}

/**
 * Reads the rules, once, at start: a file that is wrong stops the program instead of ruling on nothing.
 * @param userId effective user id; null where the system has none (Windows: no owner and mode checks)
 * @throws ConfigError that names the place in the document, never a value
 */
export function readPolicyFile(path: string, userId: number | null): FilePolicy {
  return parsePolicy(readText(path, userId));
}

/** @throws ConfigError */
export function parsePolicy(text: string): FilePolicy {
  const parsed = rulesSchema.safeParse(parseJson(text));
  if (!parsed.success) return refuse(`does not hold valid rules. ${describe(parsed.error)}`);
  const { rules } = parsed.data;
  return {
    ruleCount: rules.length,
    decide: async (question) => {
      const rule = rules.find((candidate) => isMatch(candidate, question));
      return rule === undefined ? { decision: "allow", reason: null } : toDecision(rule);
    },
  };
}

function toDecision(rule: Rule): PolicyDecision {
  const reason = rule.reason ?? null;
  switch (rule.decision) {
    case "confirm":
      return { decision: "confirm", reason, hint: rule.hint ?? null };
    case "escalate":
      return { decision: "escalate", reason, approver: rule.approver, id: null, expiresAt: null };
    default:
      return { decision: rule.decision, reason };
  }
}

function refuse(problem: string): never {
  throw new ConfigError(VARIABLE, problem, "The form of the file is described in policy.schema.json.");
}

/** Judged by its descriptor. A link is followed: rules are no secret, and are often mounted as one. */
function readText(path: string, userId: number | null): string {
  let descriptor: number;
  try {
    descriptor = openSync(path, constants.O_RDONLY | (userId === null ? 0 : constants.O_NONBLOCK));
  } catch {
    return refuse("names a file that cannot be opened.");
  }
  try {
    const facts = fstatSync(descriptor);
    if (!facts.isFile()) return refuse("does not name a regular file.");
    if (facts.size > LARGEST_FILE_BYTES) return refuse(`names a file of more than ${LARGEST_FILE_BYTES} bytes.`);
    if (userId !== null && ![userId, 0].includes(facts.uid))
      return refuse("names a file that belongs to another user.");
    if (userId !== null && (facts.mode & 0o002) !== 0) return refuse("names a file that every user may write to.");
    return decode(readFileSync(descriptor));
  } finally {
    closeSync(descriptor);
  }
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return refuse("names a file that is not UTF-8 text.");
  }
}

/** The parser's own message would quote the file. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return refuse("names a file that is not valid JSON.");
  }
}

/** The first thing that is wrong, and where: `rules[2].amount: …`. */
function describe(error: z.ZodError): string {
  const [issue] = error.issues;
  if (issue === undefined) return "";
  const place = issue.path.map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`)).join("");
  return `${place.replace(/^\./, "") || "The document"}: ${problemOf(issue)}.`;
}

function problemOf(issue: z.core.$ZodIssue): string {
  if (issue.code === "unrecognized_keys") {
    return `unknown field ${issue.keys.map((key) => JSON.stringify(clean(key, { limit: 40 }))).join(", ")}`;
  }
  if (issue.code === "invalid_union") return "must be allow, deny, confirm or escalate";
  return issue.message.replace(/^Invalid input: /, "");
}
