import * as z from "zod";
import type { Note } from "../finops/basis.ts";
import type { EndedOutcome, Outcome, Plan } from "../tool/change.ts";
import { jsonBytes } from "../tool/fit.ts";
import { facts, plainBasis } from "./answer.ts";

/** The answer of a tool that changes something: the plan and how to confirm it, or what was there, what is there now, and why that is sure. */
export function changeAnswer<S extends z.ZodObject, F extends z.ZodRawShape>(state: S, fields: F) {
  return facts({
    status: z.enum(["confirmation_required", "applied", "accepted_not_confirmed", "no_change"]),
    changed: z.boolean().nullable(),
    plan: z.string().optional(),
    before: state.nullable(),
    after: state.nullable(),
    affected: z.array(z.string()).optional(),
    confirmation: z.strictObject({ token: z.string(), expires_at: z.string(), note: z.string() }).optional(),
    evidence: z.enum(["read_back", "service_answer"]).optional(),
    undo: z
      .strictObject({ tool: z.string(), arguments: z.record(z.string(), z.union([z.string(), z.number()])) })
      .optional(),
    remarks: z.array(z.string()),
    ...fields,
  });
}

/** The call that would set things back. */
export interface Undo {
  readonly tool: string;
  readonly arguments: Readonly<Record<string, string | number>>;
}

interface Words<S, E> {
  readonly tool: string;
  /** Of every outcome but a plan, whose headline is the same for all tools. */
  readonly headline: (outcome: EndedOutcome<S, E>) => string;
  readonly source: string;
  readonly remarks?: readonly string[];
  /** The part of a state that a plan needs; a plan must stay short. */
  readonly brief?: (state: S) => S;
  /** For a change that was made; null when nothing sets it back. */
  readonly undo?: Undo | null;
}

const TOKEN_NOTE =
  "The token binds, limits and records the change; it does not prove that a person agreed. " +
  "That is your host's own approval, so do not let it approve this tool unasked.";

/** Puts one outcome of a change into the fields of the answer. */
export function changeResult<T, S, E>(now: Date, plan: Plan<T, S>, outcome: Outcome<S, E>, words: Words<S, E>) {
  const { source, remarks = [], brief = (state: S) => state } = words;
  const basis = (notes: Note[] = []) => plainBasis(now, [source], { notes });
  switch (outcome.status) {
    case "confirmation_required":
      return shortened({
        headline: planHeadline(words.tool),
        basis: basis(),
        status: outcome.status,
        changed: false,
        plan: plan.action,
        before: plan.before && brief(plan.before),
        after: brief(plan.after),
        affected: [outcome.details.consequence, ...outcome.details.affected],
        confirmation: { token: outcome.token, expires_at: outcome.expiresAt.toISOString(), note: TOKEN_NOTE },
        remarks: [...remarks],
      });
    case "no_change":
      return {
        headline: words.headline(outcome),
        basis: basis(),
        status: outcome.status,
        changed: false,
        before: plan.before,
        after: outcome.state,
        remarks: [...remarks],
      };
    default: {
      const { status, after, evidence, doubt } = outcome;
      return {
        headline: words.headline(outcome),
        basis: basis(doubt === null ? [] : [{ code: "sub_call_failed", text: doubt }]),
        status,
        changed: status === "applied" ? true : null,
        before: plan.before,
        after,
        ...(evidence !== null && { evidence }),
        ...(words.undo && { undo: { tool: words.undo.tool, arguments: { ...words.undo.arguments } } }),
        remarks: [...outcome.remarks, ...remarks],
      };
    }
  }
}

/** No foreign text stands in this sentence: it tells the assistant what to do. */
function planHeadline(tool: string): string {
  return (
    "Nothing is changed yet: show this plan to the person first. Only after their yes call " +
    `${tool} again with the same arguments, and the token as confirmation_token.`
  );
}

/** Hosts cut long results; facts go first, the plan and what follows from it never. */
const LONGEST_PLAN_BYTES = 1_900;

function shortened<P extends { affected: string[] }>(plan: P): P {
  const { affected } = plan;
  if (affected.length <= 1 || jsonBytes(plan) <= LONGEST_PLAN_BYTES) return plan;
  return shortened({ ...plan, affected: affected.slice(0, -1) });
}
