import type * as z from "zod";
import type { ManagerApi, ManagerWrites } from "../api/manager.ts";
import type { VkApi } from "../api/vk.ts";
import type { Mode } from "../mode.ts";
import type { Toolset } from "../toolset.ts";
import type { UnknownWrite } from "./audit.ts";
import type { ChangeSupport } from "./guard.ts";
import type { ServiceClock } from "./service-clock.ts";

/** The API a tool may call: the one of its mode, or only what both modes have when it serves both. */
export type ApiFor<M extends Mode> = M extends "vk" ? VkApi : ManagerApi;

/** Where the figures come from, for the answer of a connection check. */
export interface Service {
  /** Host and port of the configured service. */
  readonly host: string;
  /** The workspace that the credential was configured for; null with a virtual key, which decides it itself. */
  readonly workspaceId: string | null;
}

/** What a running call may use besides its arguments. Nothing in it can change anything. */
export interface ToolContext<M extends Mode = Mode> {
  /** Bound to this call: its requests end when the call is cancelled or its deadline passes. */
  readonly api: ApiFor<M>;
  readonly service: Service;
  readonly now: Date;
  readonly signal: AbortSignal;
  /** Tells the caller how far a long call is; a no-op when the client did not ask. */
  readonly progress: (message: string, done?: number, total?: number) => void;
  /** Changes of earlier processes that were sent and never answered for. */
  readonly unknownWrites: () => Promise<readonly UnknownWrite[]>;
}

/** `read` changes nothing, `create` adds, `change` alters or ends what exists. The four MCP hints derive from it. */
export type Effect = "read" | "create" | "change";

/** What a NOT_FOUND answer of the service is about, and which tool lists such things. */
export interface Subject {
  readonly kind: string;
  readonly listedBy: string;
}

export interface Definition<M extends Mode, I extends z.ZodObject, O extends z.ZodObject> {
  readonly name: string;
  readonly title: string;
  /**
   * Made of clauses that can stand alone, ended by a full stop or a semicolon: one that names a tool is left out where that
   * tool is not listed.
   */
  readonly description: string;
  readonly modes: readonly M[];
  readonly toolset: Toolset;
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
  readonly toolset: Toolset;
  readonly effect: Effect;
  readonly input: z.ZodObject;
  readonly output: z.ZodObject;
  readonly subject: Subject | null;
  readonly revealedField: string | null;
  /** The tool that shows what a change is about; null for a tool that only reads. */
  readonly checkWith: string | null;
  readonly call: (args: unknown, context: CallContext) => Promise<unknown>;
}

/** A way to the service whose requests end with one signal. */
export interface OpenedApi {
  readonly api: VkApi | ManagerApi;
  /** Null whenever writing is not allowed. */
  readonly writes: ManagerWrites | null;
}

/** What the kernel holds for one call; a tool's author gets a ToolContext made from it. */
export interface CallContext extends Pick<ToolContext, "service" | "signal" | "progress" | "unknownWrites"> {
  /** @param signal in place of the call's own */
  readonly open: (signal?: AbortSignal) => Promise<OpenedApi>;
  readonly clock: ServiceClock;
  readonly change: ChangeSupport;
}

/** Narrows the context to the tool's own modes; the server registers a tool only in those, so this never fails there. */
function serves<M extends Mode>(modes: readonly M[], context: ToolContext): context is ToolContext<M> {
  return modes.some((mode) => mode === context.api.mode);
}

/** The context of a tool's own modes. Opens the way to the service, which loads the HTTP client on first use. */
export async function toolContext<M extends Mode>(
  { name, modes }: { readonly name: string; readonly modes: readonly M[] },
  { open, service, clock, signal, progress, unknownWrites }: CallContext,
): Promise<ToolContext<M>> {
  const { api } = await open();
  const context: ToolContext = { api, service, now: clock.now(), signal, progress, unknownWrites };
  if (!serves(modes, context)) throw new Error(`${name} does not serve ${api.mode} mode`);
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
    checkWith: null,
    call: async (args, context) => definition.run(definition.input.parse(args), await toolContext(definition, context)),
  };
}

/** The parts of a definition that the server shows. */
export function shown<M extends Mode, I extends z.ZodObject, O extends z.ZodObject>(definition: Definition<M, I, O>) {
  const { name, title, description, modes, toolset, input, output, subject = null, revealedField = null } = definition;
  return { name, title, description, modes, toolset, input, output, subject, revealedField };
}
