import * as z from "zod";
import { type Approval, apply } from "./apply.ts";
import { digest } from "./canonical.ts";
import type { Sent, WriteDefinition } from "./change.ts";
import { type ChangeJob, planContext, requireConsent } from "./change-job.ts";
import { ChangeRecord } from "./change-record.ts";
import { askPerson, channelFor } from "./confirm.ts";
import { type CallContext, shown, type Tool } from "./define.ts";
import { ToolError, type ToolErrorCode } from "./errors.ts";
import { confirmationToken } from "./params.ts";
import { redacted } from "./redacted.ts";
import { byTheRightClock } from "./service-clock.ts";
import { TOKEN_TTL_MS, tokenHashPrefix } from "./tokens.ts";

/**
 * A tool that changes something. Every call runs plan → confirm → apply; no other road leads to the author's `send`.
 * The argument `confirmation_token` is added here, so that no write tool can be without it.
 */
export function defineWriteTool<I extends z.ZodObject, O extends z.ZodObject, T, S, E extends Sent<S>>(
  definition: WriteDefinition<I, O, T, S, E>,
): Tool {
  return {
    ...shown(definition),
    effect: definition.effect,
    checkWith: definition.checkWith,
    input: z.strictObject({ ...definition.input.shape, confirmation_token: confirmationToken() }),
    call: (rawArgs, context) => change(definition, rawArgs, context),
  };
}

const given = z.looseObject({ confirmation_token: confirmationToken() });

/** Up to the taking of the token nothing is awaited, so that of two equal calls only one gets through. */
async function change<I extends z.ZodObject, O extends z.ZodObject, T, S, E extends Sent<S>>(
  definition: WriteDefinition<I, O, T, S, E>,
  rawArgs: unknown,
  context: CallContext,
): Promise<z.input<O>> {
  const { confirmation_token: token = null, ...rest } = given.parse(rawArgs);
  const args = definition.input.parse(rest);
  const { person, rules } = context.change;
  const record = new ChangeRecord({ audit: rules.audit, tool: definition.name, args: redacted(args, rules.redact) });
  try {
    const channel = channelFor(person, rules.confirmWith, token);
    const argsDigest = digest({ tool: definition.name, args });
    const job = { definition, args, argsDigest, channel, record, context };
    return await (token === null ? planned(job) : redeemed(job, token));
  } catch (error) {
    if (error instanceof ToolError && DENIALS.includes(error.code)) await record.note("denied", { code: error.code });
    throw error;
  }
}

/** Refusals of the guard itself, which the record of changes should show. */
const DENIALS: readonly ToolErrorCode[] = [
  "NOT_CONFIRMED",
  "CONFIRMATION_UNAVAILABLE",
  "CONFIRMATION_INVALID",
  "CONFIRMATION_USED",
  "CONFIRMATION_EXPIRED",
  "CONFIRMATION_MISMATCH",
  "TARGET_CHANGED",
  "POLICY_DENIED",
  "ESCALATED",
];

/** The first call: plan, then ask the person, or hand out a token. */
async function planned<I extends z.ZodObject, O extends z.ZodObject, T, S, E extends Sent<S>>(
  job: ChangeJob<I, O, T, S, E>,
): Promise<z.input<O>> {
  const { definition, args, argsDigest, channel, record, context } = job;
  const { guard, person, deadline, rules } = context.change;
  if (channel === "elicit") guard.desk.refuseIfDeclined(argsDigest);
  const { reading, plan } = await byTheRightClock(context.clock, context.signal, async () => {
    const reading = await planContext(job);
    return { reading, plan: await definition.plan(args, reading) };
  });
  record.about(plan.about.targetId);
  if (plan.isNoChange) {
    const outcome = { status: "no_change", state: plan.before, isByOthers: false } as const;
    return definition.report(args, plan, outcome, context.clock.now());
  }
  const hint = await requireConsent(job, plan);
  await record.require("plan", { before: plan.before, after: plan.after });
  const details = await definition.describe(args, plan, reading);
  const version = digest(plan.version);
  if (channel === "token") {
    const { principal } = rules;
    const planId = record.planId;
    const token = guard.tokens.issue({
      planId,
      targetId: plan.about.targetId,
      principal,
      tool: definition.name,
      argsDigest,
      version,
    });
    const expiresAt = new Date(context.clock.now().getTime() + TOKEN_TTL_MS);
    const outcome = { status: "confirmation_required", details, token, expiresAt } as const;
    return definition.report(args, plan, outcome, context.clock.now());
  }
  const { signal, progress } = context;
  const { action, answer } = plan;
  await askPerson({ person, desk: guard.desk, deadline, signal, progress }, argsDigest, {
    action,
    ...details,
    hint,
    answer,
  });
  await record.require("confirm", { approval: "elicit" });
  return inTurn(job, { via: "elicit", version });
}

/** The second call of a client that cannot ask: the token is taken before anything else happens, and never given back. */
async function redeemed<I extends z.ZodObject, O extends z.ZodObject, T, S, E extends Sent<S>>(
  job: ChangeJob<I, O, T, S, E>,
  token: string,
): Promise<z.input<O>> {
  const { definition, argsDigest, record, context } = job;
  const { guard, rules } = context.change;
  const { planId, targetId, version } = guard.tokens.take(token, {
    principal: rules.principal,
    tool: definition.name,
    argsDigest,
  });
  record.continues(planId);
  record.about(targetId);
  await record.require("confirm", { approval: "token", tokenHash: tokenHashPrefix(token) });
  return inTurn(job, { via: "token", version });
}

function inTurn<I extends z.ZodObject, O extends z.ZodObject, T, S, E extends Sent<S>>(
  job: ChangeJob<I, O, T, S, E>,
  approval: Approval,
): Promise<z.input<O>> {
  return job.context.change.guard.lane(() => apply(job, approval), job.context.signal);
}
