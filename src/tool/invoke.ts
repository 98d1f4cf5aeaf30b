import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import type * as z from "zod";
import type { ManagerApi, ManagerWrites } from "../api/manager.ts";
import type { VkApi } from "../api/vk.ts";
import type { Log } from "../log.ts";
import type { Toolset } from "../toolset.ts";
import type { UnknownWrite } from "./audit.ts";
import type { Person } from "./confirm.ts";
import { Deadline } from "./deadline.ts";
import type { Service, Tool, ToolContext } from "./define.ts";
import { invalidArgument, toToolError } from "./errors.ts";
import type { ChangeRules, Guard } from "./guard.ts";
import { redacted } from "./redacted.ts";
import { toErrorResult, toResult } from "./result.ts";
import { byTheRightClock, type ServiceClock, withClockNote } from "./service-clock.ts";

/** The API for one call: its requests end with the signal. */
export type OpenApi = (call: {
  readonly signal: AbortSignal;
  /** Told when a request has to wait, for the rate limit or before another attempt. */
  readonly onWait: (message: string) => void;
}) => { readonly api: VkApi | ManagerApi; readonly writes: ManagerWrites };

/** What all calls of one process share. */
export interface Session extends ChangeRules {
  /** Loads the HTTP client on first use, so that start-up does not pay for it. */
  readonly openApi: () => Promise<OpenApi>;
  readonly service: Service;
  readonly readOnly: boolean;
  /** The sets whose tools are listed. */
  readonly toolsets: readonly Toolset[];
  readonly isSandbox: boolean;
  /** Deadline of one call, milliseconds; the time a person takes to answer is not part of it. */
  readonly timeoutMs: number;
  readonly clock: ServiceClock;
  readonly log: Log;
  /** Changes of earlier processes that were sent and never answered for. */
  readonly unknownWrites: () => Promise<readonly UnknownWrite[]>;
}

export interface Call {
  readonly signal: AbortSignal;
  readonly progress: ToolContext["progress"];
  readonly person: Person;
}

/** More values than any real call has; far below what could make validation slow. */
const MAX_ARGUMENT_VALUES = 1_000;

/** One host offers the model this argument on every tool and passes it on; it is not meant for us. */
const HOST_ARGUMENT = "wait_for_previous";

/** The one pipeline of every tool call: arguments → run → checked value → result, and every failure → one clear text. */
export async function invoke(
  tool: Tool,
  rawArgs: unknown,
  session: Session,
  guard: Guard,
  call: Call,
): Promise<CallToolResult> {
  const started = performance.now();
  const deadline = new Deadline(session.timeoutMs);
  const over = new AbortController();
  const signal = AbortSignal.any([call.signal, deadline.signal, over.signal]);
  let outcome = "ok";
  let hasSent = false;
  try {
    const args = checkArguments(tool, rawArgs);
    const open = async (ownSignal = signal) => {
      const { api, writes } = (await session.openApi())({
        signal: ownSignal,
        onWait: (message) => call.progress(message),
      });
      return { api, writes: session.readOnly ? null : writes };
    };
    const { service, clock, unknownWrites } = session;
    const { progress, person } = call;
    const change = { guard, rules: session, person, deadline, onSend: () => (hasSent = true) };
    const run = () => tool.call(args, { open, service, clock, signal, progress, unknownWrites, change });
    const isRead = tool.effect === "read";
    const value = await untilAborted(isRead ? byTheRightClock(clock, signal, run) : run(), signal, isRead);
    const result = finish(tool, value, session);
    return toResult(result, tool.revealedField !== null && typeof result[tool.revealedField] === "string");
  } catch (error) {
    const failure = toToolError(error, {
      effect: tool.effect,
      subject: tool.subject,
      checkWith: tool.checkWith,
      ending: call.signal.aborted ? "cancelled" : deadline.hasPassed ? "deadline" : null,
      timeoutMs: session.timeoutMs,
      hasSent,
    });
    outcome = failure.code;
    if (failure.code === "INTERNAL") session.log.error("unexpected failure", { tool: tool.name, kind: kindOf(error) });
    return toErrorResult(session.redact(failure.text));
  } finally {
    deadline.end();
    // A call that failed early must not leave requests behind that nobody waits for.
    over.abort();
    const ms = Math.round(performance.now() - started);
    session.log.debug("tool call", { tool: tool.name, outcome, ms });
  }
}

function checkArguments(tool: Tool, rawArgs: unknown): unknown {
  const args = withoutHostArgument(rawArgs ?? {});
  if (countValues(args, MAX_ARGUMENT_VALUES) > MAX_ARGUMENT_VALUES) {
    throw invalidArgument(`More than ${MAX_ARGUMENT_VALUES} argument values.`);
  }
  const parsed = tool.input.safeParse(args);
  if (!parsed.success) throw invalidArgument(describeIssues(parsed.error, Object.keys(tool.input.shape)));
  return args;
}

function withoutHostArgument(args: unknown): unknown {
  if (typeof args !== "object" || args === null || Array.isArray(args) || !(HOST_ARGUMENT in args)) return args;
  const { [HOST_ARGUMENT]: _dropped, ...rest } = args;
  return rest;
}

function countValues(value: unknown, stopAfter: number): number {
  const open = [value];
  let count = 0;
  while (open.length > 0 && count <= stopAfter) {
    const next = open.pop();
    count += 1;
    if (typeof next === "object" && next !== null) open.push(...Object.values(next).slice(0, stopAfter + 1));
  }
  return count;
}

/** Names each argument and what was wrong with it; never its value, which may be a credential pasted in the wrong place. */
function describeIssues(error: z.ZodError, known: readonly string[]): string {
  const sentences = error.issues.slice(0, 5).map((issue) => {
    if (issue.code === "unrecognized_keys") {
      const names = issue.keys.map((key) => JSON.stringify(key.slice(0, 60))).join(", ");
      return `Unknown argument ${names}; this tool takes: ${known.length > 0 ? known.join(", ") : "none"}.`;
    }
    const path = issue.path.join(".") || "arguments";
    return `${path}: ${issue.message.replace(/^Invalid input: /, "")}.`.replace(/\.\.$/, ".");
  });
  return sentences.join(" ");
}

function finish(tool: Tool, value: unknown, { isSandbox, redact, clock }: Session): Record<string, unknown> {
  const parsed = tool.output.parse(withClockNote(value, clock));
  const flagged = isSandbox ? withSandboxFlag(parsed) : parsed;
  return redactStrings(flagged, redact, tool.revealedField);
}

/** Simulated figures say so right behind the sentence that a person reads first. */
function withSandboxFlag(value: Record<string, unknown>): Record<string, unknown> {
  const { headline, ...rest } = value;
  return { headline, sandbox: true, ...rest };
}

/** The second look at what leaves: a credential that reached a result by any road is blanked, but for a new key's own. */
function redactStrings(
  value: Record<string, unknown>,
  redact: (text: string) => string,
  revealedField: string | null,
): Record<string, unknown> {
  const copy = redacted(value, redact);
  return revealedField !== null && revealedField in value ? { ...copy, [revealedField]: value[revealedField] } : copy;
}

/** A read that does not notice its end is left behind; a write is always waited for, because its outcome matters. */
function untilAborted<T>(work: Promise<T>, signal: AbortSignal, mayLeave: boolean): Promise<T> {
  if (!mayLeave) return work;
  return new Promise((resolve, reject) => {
    const leave = () => reject(signal.reason);
    if (signal.aborted) leave();
    else signal.addEventListener("abort", leave, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", leave));
  });
}

function kindOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}
