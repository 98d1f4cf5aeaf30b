import { REDACTED } from "../secret.ts";
import { clean } from "../text.ts";
import type { PolicyQuestion } from "../tool/policy.ts";
import type { Rule } from "./rules.ts";

/** True when every condition of the rule holds for the change. */
export function isMatch(rule: Rule, { tool, mode, label, amountUsd }: PolicyQuestion): boolean {
  return (
    (rule.tool === "*" || rule.tool === tool) &&
    (rule.mode === undefined || rule.mode === mode) &&
    (rule.label === undefined || isLabelMatch(rule.label, label, tool, rule.decision)) &&
    (rule.amount === undefined || isAmountMatch(rule.amount, amountUsd))
  );
}

/** A key whose label is not known may be the very one a rule protects, so what restricts applies to it. */
function isLabelMatch(pattern: string, label: string | null, tool: string, decision: Rule["decision"]): boolean {
  if (tool === "set_budget_policy") return false;
  const own = label === null ? REDACTED : clean(label);
  return own.includes(REDACTED) ? decision !== "allow" : isGlobMatch(comparable(pattern), comparable(own));
}

function isAmountMatch({ over_usd: over, up_to_usd: upTo }: NonNullable<Rule["amount"]>, usd: number | null): boolean {
  return usd !== null && (over === undefined || usd > over) && (upTo === undefined || usd <= upTo);
}

/** Without what does not show, wide and narrow letters alike, and in one case, so that no look-alike of a protected label slips through. */
function comparable(text: string): string {
  return clean(text).normalize("NFKC").trim().toLowerCase();
}

/** `*` is any run of characters; each part is searched once from left to right, so the time is linear. */
export function isGlobMatch(pattern: string, text: string): boolean {
  const [first = "", ...rest] = pattern.split("*");
  const last = rest.pop();
  if (last === undefined) return text === first;
  if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last)) return false;
  const end = text.length - last.length;
  let at = first.length;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found === -1 || found + part.length > end) return false;
    at = found + part.length;
  }
  return true;
}
