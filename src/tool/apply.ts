import type * as z from "zod";
import { ApiError, ConflictError } from "../api/errors.ts";
import { digest } from "./canonical.ts";
import type { Outcome, Plan, PlanContext, Sent } from "./change.ts";
import { type ChangeJob, openWrites, planContext, requireConsent } from "./change-job.ts";
import { deliver, discard, reserveFor } from "./delivery.ts";
import { ChangeFailure, explain, ToolError } from "./errors.ts";
import { Sending } from "./sending.ts";
import { type Looking, reconcile, settle } from "./settle.ts";

/** A person's yes, as far as it binds: to this state of the target. */
export interface Approval {
  readonly via: "elicit" | "token";
  /** Digest of the version that was planned on. */
  readonly version: string;
}

/** An approved change on its way. */
interface Attempt<I extends z.ZodObject, O extends z.ZodObject, T, S, E extends Sent<S>> {
  readonly job: ChangeJob<I, O, T, S, E>;
  readonly approval: Approval;
  readonly reading: PlanContext;
  readonly plan: Plan<T, S>;
  readonly sending: Sending;
  readonly elapsed: () => number;
}

/**
 * An approved change: read again, rule again, record, send once, look. Nothing is sent unless the target still is what the
 * person said yes to.
 * @throws ToolError when nothing was sent; ChangeFailure when something was, and no change is proven
 */
export async function apply<I extends z.ZodObject, O extends z.ZodObject, T, S, E extends Sent<S>>(
  job: ChangeJob<I, O, T, S, E>,
  approval: Approval,
): Promise<z.input<O>> {
  const { definition, args, context, record } = job;
  const { signal, change } = context;
  const reading = await planContext(job);
  const plan = await definition.plan(args, reading);
  record.about(plan.about.targetId);
  if (digest(plan.version) !== approval.version) throw targetChanged(plan);
  await requireConsent(job, plan);
  const writes = await openWrites(context);
  signal.throwIfAborted();
  const file = await reserveFor(definition.revealedField !== undefined, change.rules);
  const sending = new Sending(writes, async () => {
    signal.throwIfAborted();
    await record.require("intent", { approval: approval.via, before: plan.before, after: plan.after });
    change.onSend();
  });
  const { clock } = change.guard;
  const startedAt = clock.monotonic();
  const elapsed = () => Math.round(clock.monotonic() - startedAt);
  const attempt = { job, approval, reading, plan, sending, elapsed };
  let outcome: Outcome<S, E>;
  try {
    const sent = await sendOnce(attempt);
    const delivered = await deliver("found" in sent ? null : (sent.answer.secret ?? null), file);
    outcome =
      "found" in sent ? await madeByOthers(attempt, sent.found) : await accepted(attempt, sent.answer, delivered);
  } catch (error) {
    await discard(file);
    outcome = await failed(attempt, error);
  }
  return definition.report(args, plan, outcome, context.clock.now());
}

/** The service's answer; or the state in which the thing was found, when somebody else had made the change by then. */
type SentOnce<S, E> = { readonly answer: E } | { readonly found: S | null };

/** Sends the change; once more only after a conflict, which refuses it, and only if the target still is the approved one. */
async function sendOnce<I extends z.ZodObject, O extends z.ZodObject, T, S, E extends Sent<S>>({
  job: { definition, args },
  approval,
  reading,
  plan,
  sending,
}: Attempt<I, O, T, S, E>): Promise<SentOnce<S, E>> {
  for (;;) {
    try {
      return { answer: await definition.send(args, plan, sending.writes) };
    } catch (error) {
      if (!(error instanceof ConflictError) || sending.progress !== "rejected") throw error;
      const fresh = await definition.plan(args, reading).catch(() => null);
      if (fresh?.isNoChange) return { found: fresh.before };
      const isSame = fresh !== null && digest(fresh.version) === approval.version;
      if (!definition.resendsAfterConflict || !isSame || sending.count > 1) throw conflict(error, fresh);
      sending.allowAgain();
    }
  }
}

async function madeByOthers<I extends z.ZodObject, O extends z.ZodObject, T, S, E extends Sent<S>>(
  { job, elapsed }: Attempt<I, O, T, S, E>,
  found: S | null,
): Promise<Outcome<S, E>> {
  await job.record.note("result", { outcome: "rejected", code: "CONFLICT", after: found, ms: elapsed() });
  return { status: "no_change", state: found, isByOthers: true };
}

async function accepted<I extends z.ZodObject, O extends z.ZodObject, T, S, E extends Sent<S>>(
  attempt: Attempt<I, O, T, S, E>,
  sent: E,
  delivered: Awaited<ReturnType<typeof deliver>>,
): Promise<Outcome<S, E>> {
  const { job, elapsed } = attempt;
  const settled = await settle(sent, lookingAt(attempt, sent), job.definition.checkWith);
  const outcome = settled.status === "applied" ? "applied" : "unknown";
  const isNoted = await job.record.note("result", { outcome, after: settled.after, ms: elapsed() });
  const remarks = [...settled.remarks, ...delivered.remarks, ...unnoted(isNoted)];
  return { ...settled, sent, secret: delivered.secret, secretFile: delivered.secretFile, remarks };
}

/** @throws what was thrown, with what became of the change, unless a look shows that it was made after all */
async function failed<I extends z.ZodObject, O extends z.ZodObject, T, S, E extends Sent<S>>(
  attempt: Attempt<I, O, T, S, E>,
  error: unknown,
): Promise<Outcome<S, E>> {
  const { job, sending, elapsed } = attempt;
  const { record, definition, context } = job;
  const { deadline, guard } = context.change;
  const { progress } = sending;
  if (progress === "waiting") throw error;
  const { code, message } = explain(error, {
    ending: deadline.hasPassed ? "deadline" : null,
    subject: definition.subject ?? null,
    timeoutMs: deadline.limitMs,
  });
  const status = error instanceof ApiError ? error.status : undefined;
  const note = (outcome: "applied" | "not_applied" | "unknown" | "rejected", after?: S) =>
    record.note("result", { outcome, code, ...(status !== undefined && { status }), after, ms: elapsed() });
  if (progress === "rejected" || progress === "not_sent") {
    await note(progress === "rejected" ? "rejected" : "not_applied");
    throw new ChangeFailure(error, "not_made");
  }
  const finding = await reconcile(lookingAt(attempt, null), guard.clock);
  if (typeof finding === "string") {
    await note(finding);
    throw new ChangeFailure(error, finding === "unknown" ? "unknown" : { notAppliedAsOf: context.clock.now() });
  }
  const isNoted = await note("applied", finding.state);
  return {
    status: "applied",
    after: finding.state,
    evidence: "read_back",
    sent: null,
    secret: null,
    secretFile: null,
    remarks: [`[${code}] ${message} The change was applied (checked by reading it back).`, ...unnoted(isNoted)],
    doubt: null,
  };
}

/** Looks at the target with a time of its own, whatever became of the call. */
function lookingAt<I extends z.ZodObject, O extends z.ZodObject, T, S, E extends Sent<S>>(
  { job, plan, approval }: Attempt<I, O, T, S, E>,
  sent: E | null,
): Looking<S> {
  return async (signal) => {
    const { api } = await planContext(job, signal);
    const { seen, version } = await job.definition.look(job.args, plan, api, sent);
    return { seen, isBefore: version !== null && digest(version) === approval.version };
  };
}

function unnoted(isNoted: boolean): string[] {
  return isNoted ? [] : ["The outcome could not be written to the record of changes."];
}

function targetChanged<T, S>(fresh: Plan<T, S>): ToolError {
  return new ToolError("TARGET_CHANGED", "It is no longer what the plan was made on.", freshPlan(fresh));
}

function conflict<T, S>({ message, serviceText }: ConflictError, fresh: Plan<T, S> | null): ToolError {
  const said = serviceText === undefined ? "" : ` The service says: ${JSON.stringify(serviceText)}.`;
  const next = fresh === null ? "Look at its present state, then decide again." : freshPlan(fresh);
  return new ToolError("CONFLICT", `${message} It changed meanwhile.${said}`, next);
}

function freshPlan<T, S>({ isNoChange, action }: Plan<T, S>): string {
  return isNoChange
    ? "It already is as asked for; nothing is left to do."
    : `The plan would now be: ${action} Show it to the person, and call again for a new confirmation.`;
}
