import { clean } from "../text.ts";
import { type Channel, cannotAsk, type Person } from "./confirm.ts";
import { ToolError } from "./errors.ts";
import type { Policy, PolicyDecision, PolicyQuestion } from "./policy.ts";
import { quoted } from "./quote.ts";

const LONGEST_REASON = 200;

/** Who is asked, about what, and on which road the yes comes. */
export interface Ruling {
  readonly policy: Policy;
  readonly question: PolicyQuestion;
  readonly channel: Channel;
  readonly person: Person;
  readonly signal: AbortSignal;
}

/**
 * Asks the policy whether a change may go on. Whatever is not a clear yes is a no, a failing policy included.
 * @returns what a person should be told beside the plan; null when there is nothing
 * @throws ToolError POLICY_DENIED, ESCALATED, or CONFIRMATION_UNAVAILABLE when a person must be asked and cannot be
 */
export async function requireConsentOfPolicy(ruling: Ruling): Promise<string | null> {
  const { channel, person } = ruling;
  const decision = await decide(ruling);
  switch (decision?.decision) {
    case "allow":
      return null;
    case "confirm":
      if (channel === "elicit") return decision.hint ?? decision.reason;
      throw cannotAsk(person, `A rule wants the host itself to ask a person about this${because(decision.reason)}`);
    case "escalate":
      throw escalated(decision);
    case "deny":
      throw new ToolError("POLICY_DENIED", `A rule forbids this change${because(decision.reason)}.`);
    default:
      throw new ToolError("POLICY_DENIED", "The rules for changes could not be read, so the change is refused.");
  }
}

async function decide({ policy, question, signal }: Ruling): Promise<PolicyDecision | null> {
  try {
    return await policy.decide(question, signal);
  } catch {
    signal.throwIfAborted();
    return null;
  }
}

function escalated(decision: PolicyDecision & { decision: "escalate" }): ToolError {
  const { approver, id, expiresAt, reason } = decision;
  const request = id === null ? "" : ` The request is ${quoted(id)}.`;
  const end = expiresAt === null ? "" : ` It ends at ${clean(expiresAt, { limit: 40 })}.`;
  return new ToolError(
    "ESCALATED",
    `This change needs the yes of ${quoted(approver)}${because(reason)}.${request}${end}`,
    "Ask them; calling again asks the rules again.",
  );
}

/** A rule's reason is somebody's text, so it is quoted. */
function because(reason: string | null): string {
  return reason === null || reason.trim() === "" ? "" : `: ${quoted(reason, LONGEST_REASON)}`;
}
