import type * as z from "zod";
import type { ManagerApi, ManagerWrites } from "../api/manager.ts";
import type { VkApi } from "../api/vk.ts";
import type { Mode } from "../mode.ts";

/** The API a tool may call: the one of its mode, or only what both modes have when it serves both. */
export type ApiFor<M extends Mode> = M extends "vk" ? VkApi : ManagerApi;

/** Where the figures come from, for the answer of a connection check. */
export interface Service {
  /** Host and port of the configured service. */
  readonly host: string;
  /** The workspace that the credential was configured for; null with a virtual key, which decides it itself. */
  readonly workspaceId: string | null;
}

/** What a running call may use besides its arguments. */
export interface ToolContext<M extends Mode = Mode> {
  /** Bound to this call: its requests end when the call is cancelled or its deadline passes. */
  readonly api: ApiFor<M>;
  readonly service: Service;
  readonly now: Date;
  readonly signal: AbortSignal;
  /** Tells the caller how far a long call is; a no-op when the client did not ask. */
  readonly progress: (message: string, done?: number, total?: number) => void;
}

/** The same for the step of a write tool that changes something. */
export interface ApplyContext extends ToolContext<"manager"> {
  readonly writes: ManagerWrites;
}

/** `read` changes nothing, `create` adds, `change` alters or ends what exists. The four MCP hints derive from it. */
export type Effect = "read" | "create" | "change";

/** What a NOT_FOUND answer of the service is about, and which tool lists such things. */
export interface Subject {
  readonly kind: string;
  readonly listedBy: string;
}

interface Definition<M extends Mode, I extends z.ZodObject, O extends z.ZodObject> {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly modes: readonly M[];
  readonly input: I;
  readonly output: O;
  readonly subject?: Subject;
  /** The one top-level result field that may carry a credential: the plaintext of a key just made. */
  readonly revealedField?: string;
}

/** A tool as the server sees it: parsed arguments in, a value of the output schema out. */
export interface Tool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly modes: readonly Mode[];
  readonly effect: Effect;
  readonly input: z.ZodObject;
  readonly output: z.ZodObject;
  readonly subject: Subject | null;
  readonly revealedField: string | null;
  readonly call: (args: unknown, context: CallContext) => Promise<unknown>;
}

export interface CallContext {
  readonly api: VkApi | ManagerApi;
  readonly service: Service;
  /** Null whenever writing is not allowed. */
  readonly writes: ManagerWrites | null;
  readonly now: Date;
  readonly signal: AbortSignal;
  readonly progress: ToolContext["progress"];
}

/** Narrows the context to the tool's own modes; the server registers a tool only in those, so this never fails there. */
function serves<M extends Mode>(modes: readonly M[], context: CallContext): context is CallContext & ToolContext<M> {
  return modes.some((mode) => mode === context.api.mode);
}

function narrow<M extends Mode>(name: string, modes: readonly M[], context: CallContext): CallContext & ToolContext<M> {
  if (!serves(modes, context)) throw new Error(`${name} does not serve ${context.api.mode} mode`);
  return context;
}

/** A tool that only reads. */
export function defineTool<const M extends Mode, I extends z.ZodObject, O extends z.ZodObject>(
  definition: Definition<M, I, O> & {
    readonly effect: "read";
    run(args: z.output<I>, context: ToolContext<M>): Promise<z.input<O>>;
  },
): Tool {
  return {
    ...shown(definition),
    effect: "read",
    call: async (args, context) =>
      definition.run(definition.input.parse(args), narrow(definition.name, definition.modes, context)),
  };
}

/**
 * What a write tool has found out before anything is changed.
 * `target` is what `apply` needs; `version` holds the fields whose change in between would make the plan void.
 */
export interface Plan<T> {
  readonly target: T;
  readonly version: Readonly<Record<string, unknown>>;
  /** True when the wanted state is already there: nothing will be sent. */
  readonly isNoChange: boolean;
}

/** A tool that changes something: `plan` reads and decides, `apply` sends once. No other road leads to `apply`. */
export function defineWriteTool<I extends z.ZodObject, O extends z.ZodObject, T>(
  definition: Definition<"manager", I, O> & {
    readonly effect: "create" | "change";
    plan(args: z.output<I>, context: ToolContext<"manager">): Promise<Plan<T>>;
    apply(args: z.output<I>, plan: Plan<T>, context: ApplyContext): Promise<z.input<O>>;
    /** The answer when the plan finds nothing to change. */
    unchanged(args: z.output<I>, plan: Plan<T>, context: ToolContext<"manager">): z.input<O>;
  },
): Tool {
  return {
    ...shown(definition),
    effect: definition.effect,
    call: async (rawArgs, anyContext) => {
      const args = definition.input.parse(rawArgs);
      const context = narrow(definition.name, definition.modes, anyContext);
      const { writes } = anyContext;
      if (writes === null) throw new Error(`${definition.name} was called where writing is not allowed`);
      const plan = await definition.plan(args, context);
      if (plan.isNoChange) return definition.unchanged(args, plan, context);
      context.signal.throwIfAborted();
      return definition.apply(args, plan, { ...context, writes });
    },
  };
}

function shown<M extends Mode, I extends z.ZodObject, O extends z.ZodObject>(definition: Definition<M, I, O>) {
  const { name, title, description, modes, input, output, subject = null, revealedField = null } = definition;
  return { name, title, description, modes, input, output, subject, revealedField };
}
