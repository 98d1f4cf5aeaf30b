import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import {
  CallToolRequestSchema,
  CompleteRequestSchema,
  ErrorCode,
  GetPromptRequestSchema,
  ListPromptsRequestSchema,
  ListToolsRequestSchema,
  McpError,
} from "@modelcontextprotocol/sdk/types.js";
import type { Greeting } from "./greeting.ts";
import type { Mode } from "./mode.ts";
import type { Prompt } from "./prompts.ts";
import type { Person } from "./tool/confirm.ts";
import type { Tool, ToolContext } from "./tool/define.ts";
import { createGuard, type GuardClock } from "./tool/guard.ts";
import { invoke, type Session } from "./tool/invoke.ts";
import { toErrorResult } from "./tool/result.ts";
import type { Lists } from "./tool/surface.ts";

export interface ServerParts {
  readonly session: Session;
  readonly mode: Mode;
  readonly greeting: Greeting;
  /** What is listed; loaded, as all that follows, on the first request that needs it. */
  readonly loadLists: () => Promise<Lists>;
  /** All tools and prompts there are; only those that are listed can be used. */
  readonly loadTools: () => Promise<readonly Tool[]>;
  readonly loadPrompts: () => Promise<readonly Prompt[]>;
  /** For the life of approvals and the waits between looks. @default the real one */
  readonly clock?: GuardClock;
}

/** Long enough to read and to ask somebody; the SDK's own limit is one minute. */
const ANSWER_TIMEOUT_MS = 300_000;

/**
 * The SDK would load a whole JSON Schema validator for one thing: the form a person fills in. Our forms hold one field,
 * whose answer is compared exactly where it is used, so nothing is left for it to check.
 */
const TAKES_ANY_FORM = {
  getValidator: () => (input: unknown) => ({
    valid: true as const,
    data: JSON.parse(JSON.stringify(input)),
    errorMessage: undefined,
  }),
};

/**
 * The MCP server, not yet connected to anything.
 *
 * It stands on the SDK's plain request handlers, not on its tool registry: every call then runs through one pipeline of
 * ours (strict arguments, our error texts, checked results), and the tool list can be loaded lazily.
 */
export function createServer(parts: ServerParts): Server {
  const { session, mode, greeting, loadLists, loadTools, loadPrompts, clock } = parts;
  const { serverInfo, capabilities, instructions } = greeting;
  const server = new Server(serverInfo, { capabilities, jsonSchemaValidator: TAKES_ANY_FORM, instructions });
  // What is not listed does not exist.
  const tools = once(async () => {
    const listed = (await loadLists()).tools.map(({ name }) => name);
    return (await loadTools()).filter(({ name }) => listed.includes(name));
  });
  const prompts = once(async () => {
    const listed = (await loadLists()).prompts.map(({ name }) => name);
    return (await loadPrompts()).filter(({ name }) => listed.includes(name));
  });
  const guard = createGuard(clock);
  server.onerror = () => session.log.warn("a message from the client could not be handled");

  server.setRequestHandler(ListToolsRequestSchema, async () => ({ tools: [...(await loadLists()).tools] }));

  server.setRequestHandler(CallToolRequestSchema, async ({ params }, extra) => {
    const tool = (await tools()).find(({ name }) => name === params.name);
    if (tool === undefined) {
      return toErrorResult("[INVALID_ARGUMENT] There is no tool of that name here. List the tools to see their names.");
    }
    const token = extra._meta?.progressToken;
    const progress = createProgress(
      token === undefined
        ? null
        : (step) =>
            void extra
              .sendNotification({ method: "notifications/progress", params: { progressToken: token, ...step } })
              .catch(() => session.log.debug("a progress message could not be sent")),
    );
    return invoke(tool, params.arguments, session, guard, {
      signal: extra.signal,
      progress,
      person: personBehind(server),
    });
  });

  server.setRequestHandler(ListPromptsRequestSchema, async () => ({
    prompts: (await loadLists()).prompts.map((prompt) => ({ ...prompt, arguments: [...prompt.arguments] })),
  }));

  server.setRequestHandler(GetPromptRequestSchema, async ({ params }) => {
    const prompt = await findPrompt(params.name);
    const { PromptArgumentError, renderPrompt } = await import("./prompts.ts");
    try {
      const text = renderPrompt(prompt, params.arguments ?? {}, mode);
      return { description: prompt.description, messages: [{ role: "user", content: { type: "text", text } }] };
    } catch (error) {
      if (error instanceof PromptArgumentError) throw new McpError(ErrorCode.InvalidParams, error.message);
      throw error;
    }
  });

  server.setRequestHandler(CompleteRequestSchema, async ({ params: { ref, argument } }) => {
    if (ref.type !== "ref/prompt") return { completion: { values: [] } };
    const prompt = await findPrompt(ref.name);
    const { completeArgument } = await import("./prompts.ts");
    const values = completeArgument(prompt, argument.name, argument.value);
    return { completion: { values, total: values.length, hasMore: false } };
  });

  async function findPrompt(name: string): Promise<Prompt> {
    const prompt = (await prompts()).find((candidate) => candidate.name === name);
    if (prompt === undefined) throw new McpError(ErrorCode.InvalidParams, "There is no prompt of that name here.");
    return prompt;
  }

  return server;
}

/** The person behind the client. What the client can do is looked up for every call: it is known only once it has said so. */
function personBehind(server: Server): Person {
  return {
    clientName: server.getClientVersion()?.name ?? null,
    canBeAsked: server.getClientCapabilities()?.elicitation?.form !== undefined,
    async ask(message, field, signal) {
      const requestedSchema = { type: "object" as const, properties: { confirm: field }, required: ["confirm"] };
      try {
        const options = { signal, timeout: ANSWER_TIMEOUT_MS };
        const { action, content } = await server.elicitInput({ message, requestedSchema }, options);
        return { action, confirm: content?.confirm };
      } catch (error) {
        // A cancelled question may still be answered; nobody listens then.
        signal.throwIfAborted();
        const isTimeout = error instanceof McpError && error.code === ErrorCode.RequestTimeout;
        return { action: isTimeout ? "timeout" : "failed", confirm: undefined };
      }
    },
  };
}

/** Progress must grow with every message, whatever the parts of a call report. */
function createProgress(
  send: ((step: { progress: number; total?: number; message: string }) => void) | null,
): ToolContext["progress"] {
  if (send === null) return () => {};
  let last = 0;
  return (message, done, total) => {
    last = Math.max(last + 1, done ?? 0);
    send(total === undefined || total < last ? { progress: last, message } : { progress: last, total, message });
  };
}

function once<T>(load: () => Promise<T>): () => Promise<T> {
  let loaded: Promise<T> | undefined;
  return () => {
    // What fails once may be there the next time.
    loaded ??= load().catch((error: unknown) => {
      loaded = undefined;
      throw error;
    });
    return loaded;
  };
}
