import type { Mode } from "../mode.ts";
import type { Toolset } from "../toolset.ts";
import type { Effect, Tool } from "./define.ts";

export interface Access {
  readonly mode: Mode;
  readonly readOnly: boolean;
  readonly toolsets: readonly Toolset[];
}

/**
 * What is listed and callable. A hidden tool is not registered at all: calling it reads like any unknown name. Both switches
 * only take away, so read-only wins over a set that holds changing tools.
 */
export function isVisible(
  tool: Pick<Tool, "modes" | "effect" | "toolset">,
  { mode, readOnly, toolsets }: Access,
): boolean {
  return tool.modes.includes(mode) && (tool.effect === "read" || !readOnly) && toolsets.includes(tool.toolset);
}

/** What a rule may look at: the change, never the credential. */
export interface PolicyQuestion {
  readonly tool: string;
  readonly mode: Mode;
  readonly effect: Effect;
  /** Label of the key that is to be made or changed. */
  readonly label: string | null;
  readonly amountUsd: number | null;
  readonly targetId: string | null;
}

/**
 * `allow` lets the change go on to its confirmation and never replaces it. `confirm` demands that the host itself asks a
 * person, so the token path is refused. `escalate` sends nothing and names who may decide.
 */
export type PolicyDecision =
  | { readonly decision: "allow"; readonly reason: string | null }
  | { readonly decision: "deny"; readonly reason: string | null }
  | { readonly decision: "confirm"; readonly reason: string | null; readonly hint: string | null }
  | {
      readonly decision: "escalate";
      readonly reason: string | null;
      readonly approver: string;
      readonly id: string | null;
      readonly expiresAt: string | null;
    };

/** The one place that decides on changes; asynchronous, so that a policy service can stand behind it. */
export interface Policy {
  decide(question: PolicyQuestion, signal: AbortSignal): Promise<PolicyDecision>;
}

/** No rules were given: every change goes on to its confirmation. */
export const NO_RULES: Policy = { decide: async () => ({ decision: "allow", reason: null }) };
