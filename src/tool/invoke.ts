import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import type * as z from "zod";
import type { ManagerApi, ManagerWrites, WriteOptions } from "../api/manager.ts";
import type { VkApi } from "../api/vk.ts";
import type { Log } from "../log.ts";
import type { Service, Tool, ToolContext } from "./define.ts";
import { invalidArgument, toToolError } from "./errors.ts";
import { toErrorResult, toResult } from "./result.ts";

/** The API for one call: its requests end with the signal. */
export type OpenApi = (call: {
  readonly signal: AbortSignal;
  /** Told when a request has to wait, for the rate limit or before another attempt. */
  readonly onWait: (message: string) => void;
}) => { readonly api: VkApi | ManagerApi; readonly writes: ManagerWrites };

/** What all calls of one process share. */
export interface Session {
  /** Loads the HTTP client on first use, so that start-up does not pay for it. */
  readonly openApi: () => Promise<OpenApi>;
  readonly service: Service;
  readonly readOnly: boolean;
  readonly isSandbox: boolean;
  readonly timeoutMs: number;
  readonly now: () => Date;
  readonly log: Log;
  /** Applied to every text that leaves in a result. */
  readonly redact: (text: string) => string;
}

export interface Call {
  readonly signal: AbortSignal;
  readonly progress: ToolContext["progress"];
}

/** More values than any real call has; far below what could make validation slow. */
const MAX_ARGUMENT_VALUES = 1_000;

/** One host offers the model this argument on every tool and passes it on; it is not meant for us. */
const HOST_ARGUMENT = "wait_for_previous";

/** The one pipeline of every tool call: arguments → run → checked value → result, and every failure → one clear text. */
export async function invoke(tool: Tool, rawArgs: unknown, session: Session, call: Call): Promise<CallToolResult> {
  const started = performance.now();
  const deadline = AbortSignal.timeout(session.timeoutMs);
  const signal = AbortSignal.any([call.signal, deadline]);
  let outcome = "ok";
  let hasSent = false;
  try {
    const args = checkArguments(tool, rawArgs);
    const open = await session.openApi();
    const { api, writes } = open({ signal, onWait: (message) => call.progress(message) });
    const value = await untilAborted(
      tool.call(args, {
        api,
        service: session.service,
        writes: session.readOnly ? null : noticing(writes, () => (hasSent = true)),
        now: session.now(),
        signal,
        progress: call.progress,
      }),
      signal,
      tool.effect === "read",
    );
    return toResult(finish(tool, value, session));
  } catch (error) {
    const failure = toToolError(error, {
      effect: tool.effect,
      subject: tool.subject,
      ending: call.signal.aborted ? "cancelled" : deadline.aborted ? "deadline" : null,
      timeoutMs: session.timeoutMs,
      hasSent,
    });
    outcome = failure.code;
    if (failure.code === "INTERNAL") session.log.error("unexpected failure", { tool: tool.name, kind: kindOf(error) });
    return toErrorResult(session.redact(failure.text));
  } finally {
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

function finish(tool: Tool, value: unknown, { isSandbox, redact }: Session): Record<string, unknown> {
  const parsed = tool.output.parse(value);
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
  const redacted = JSON.parse(JSON.stringify(value), (_key, item: unknown) =>
    typeof item === "string" ? redact(item) : item,
  );
  return revealedField !== null && revealedField in value
    ? { ...redacted, [revealedField]: value[revealedField] }
    : redacted;
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

/** Notices the moment a changing request leaves, because from then on a failure may no longer say "nothing was changed". */
function noticing(writes: ManagerWrites, onSend: () => void): ManagerWrites {
  const watched = (options: WriteOptions = {}): WriteOptions => ({
    beforeSend: async (send) => {
      await options.beforeSend?.(send);
      onSend();
    },
  });
  return {
    createKey: (key, options) => writes.createKey(key, watched(options)),
    updateKeyBudget: (id, change, options) => writes.updateKeyBudget(id, change, watched(options)),
    revokeKey: (id, options) => writes.revokeKey(id, watched(options)),
    putBudgetPolicy: (config, options) => writes.putBudgetPolicy(config, watched(options)),
  };
}

function kindOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}
