import { clean } from "../text.ts";
import { quoted } from "./quote.ts";

/** What a person must answer to approve: certain words, or yes. */
export type ExpectedAnswer = { readonly kind: "words"; readonly words: string } | { readonly kind: "yes" };

interface FieldText {
  readonly title: string;
  readonly description: string;
}

/** The one field of a form. */
export type Field = (FieldText & { readonly type: "string" }) | (FieldText & { readonly type: "boolean" });

const TITLE = "Confirm";

/** What a client shows beside the message. Constants: nothing from outside can shape them. */
export const FIELDS: Readonly<Record<ExpectedAnswer["kind"], Field>> = {
  words: {
    type: "string",
    title: TITLE,
    description: "The words shown in the message, exactly. Anything else changes nothing.",
  },
  yes: { type: "boolean", title: TITLE, description: "Yes makes the change. Anything else changes nothing." },
};

/** What came back from the client. */
export interface Reply {
  readonly action: "accept" | "decline" | "cancel" | "timeout" | "failed";
  /** The value of the field, whatever the client put there. */
  readonly confirm: unknown;
}

/** Only an acceptance that carries the exact value approves: clients pass on empty forms and half-filled ones, too. */
export function isApproval({ action, confirm }: Reply, expected: ExpectedAnswer): boolean {
  if (action !== "accept") return false;
  return expected.kind === "yes" ? confirm === true : typeof confirm === "string" && confirm.trim() === expected.words;
}

export interface QuestionText {
  /** What is to be done, as one sentence. */
  readonly action: string;
  /** Facts about what the change touches; the last ones are left out when there is no room. */
  readonly affected: readonly string[];
  readonly consequence: string;
  /** What a rule wants the person to know; not our text. */
  readonly hint: string | null;
  readonly answer: ExpectedAnswer;
}

/** Longest message, in code points; some hosts cut longer ones. */
export const LONGEST_QUESTION = 800;
const LONGEST_HINT = 200;

/** The message that a person decides on. What is to be done, what follows from it and what to answer are never cut. */
export function questionText({ action, affected, consequence, hint, answer }: QuestionText): string {
  const how =
    answer.kind === "yes"
      ? "To approve, answer yes. Anything else changes nothing."
      : `To approve, type ${answer.words} exactly. Anything else changes nothing.`;
  let left = LONGEST_QUESTION - points([action, consequence, how].join("\n"));
  const facts: string[] = [];
  for (const fact of affected) {
    if (points(fact) + 1 > left) break;
    facts.push(fact);
    left -= points(fact) + 1;
  }
  const rule = hint === null ? [] : [ruleText(hint)].filter((text) => points(text) + 1 <= left);
  return [action, ...facts, consequence, ...rule, how].join("\n");
}

function ruleText(hint: string): string {
  return `A rule of your organisation asks for this: ${quoted(clean(hint, { limit: LONGEST_HINT }), LONGEST_HINT)}.`;
}

function points(text: string): number {
  return [...text].length;
}
