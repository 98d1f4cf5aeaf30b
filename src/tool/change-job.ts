import type * as z from "zod";
import type { ManagerWrites } from "../api/manager.ts";
import type { Plan, PlanContext, Sent, WriteDefinition } from "./change.ts";
import type { ChangeRecord } from "./change-record.ts";
import type { Channel } from "./confirm.ts";
import { requireConsentOfPolicy } from "./decide.ts";
import { type CallContext, toolContext } from "./define.ts";

/** One call of a write tool under way. */
export interface ChangeJob<I extends z.ZodObject, O extends z.ZodObject, T, S, E extends Sent<S>> {
  readonly definition: WriteDefinition<I, O, T, S, E>;
  readonly args: z.output<I>;
  /** Digest of the tool and its arguments. */
  readonly argsDigest: string;
  readonly channel: Channel;
  readonly record: ChangeRecord;
  readonly context: CallContext;
}

/** What the author's reading steps get. @param signal in place of the call's own */
export async function planContext<I extends z.ZodObject, O extends z.ZodObject, T, S, E extends Sent<S>>(
  { definition, context }: ChangeJob<I, O, T, S, E>,
  signal = context.signal,
): Promise<PlanContext> {
  const bound = { ...context, signal, open: () => context.open(signal) };
  return { ...(await toolContext(definition, bound)), keyDelivery: context.change.rules.keyDelivery };
}

/** The writes themselves. Only the step that applies an approval asks for them. */
export async function openWrites({ open }: CallContext): Promise<ManagerWrites> {
  const { writes } = await open();
  if (writes === null) throw new Error("a change was about to be made where writing is not allowed");
  return writes;
}

/** Asks the rules about a planned change. @returns what a person should be told of them, or null */
export function requireConsent<I extends z.ZodObject, O extends z.ZodObject, T, S, E extends Sent<S>>(
  { definition, context, channel }: ChangeJob<I, O, T, S, E>,
  { about }: Plan<T, S>,
): Promise<string | null> {
  const { rules, person } = context.change;
  const { name, effect } = definition;
  return requireConsentOfPolicy({
    policy: rules.policy,
    question: { tool: name, mode: "manager", effect, ...about },
    channel,
    person,
    signal: context.signal,
  });
}
