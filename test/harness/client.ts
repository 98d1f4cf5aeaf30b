import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js";
import {
  type ClientCapabilities,
  type ElicitRequest,
  ElicitRequestSchema,
  type ElicitResult,
} from "@modelcontextprotocol/sdk/types.js";
import { connect as connectApi } from "../../src/cli/connection.ts";
import type { Config } from "../../src/config.ts";
import { greet } from "../../src/greeting.ts";
import { createLog } from "../../src/log.ts";
import type { Mode } from "../../src/mode.ts";
import { PROMPTS } from "../../src/prompt-files.ts";
import { redact, Secret } from "../../src/secret.ts";
import { createServer } from "../../src/server.ts";
import { SURFACE } from "../../src/surface.ts";
import type { Tool } from "../../src/tool/define.ts";
import type { GuardClock } from "../../src/tool/guard.ts";
import type { Session } from "../../src/tool/invoke.ts";
import { NO_RULES } from "../../src/tool/policy.ts";
import { createServiceClock } from "../../src/tool/service-clock.ts";
import { listsFor, type Surface } from "../../src/tool/surface.ts";
import { wireTool } from "../../src/tool/wire.ts";
import { TOOLSETS, type Toolset } from "../../src/toolset.ts";
import { type MemoryAudit, memoryAudit } from "./audit.ts";

/** What a person's client answers to a question. */
export type Answering = (params: ElicitRequest["params"], signal: AbortSignal) => ElicitResult | Promise<ElicitResult>;

type Settings = Partial<
  Pick<Session, "policy" | "confirmWith" | "keyDelivery" | "reserveKeyFile" | "principal" | "unknownWrites">
>;

export interface HarnessOptions extends Settings {
  readonly mode: Mode;
  readonly baseUrl: string;
  readonly credential: string;
  readonly workspaceId?: string;
  readonly now?: () => Date;
  readonly readOnly?: boolean;
  /** @default all */
  readonly toolsets?: readonly Toolset[];
  readonly isSandbox?: boolean;
  readonly timeoutMs?: number;
  /** @default 0, no limit */
  readonly rateLimitRpm?: number;
  /** Default: all tools. */
  readonly tools?: readonly Tool[];
  /** Makes the client one that can show a form. */
  readonly answer?: Answering;
  /** @default what `answer` needs */
  readonly capabilities?: ClientCapabilities;
  /** @default a real clock that does not wait between two looks */
  readonly clock?: GuardClock;
  readonly audit?: MemoryAudit;
}

/** What a tool answered: the parsed structure of a success, or the text of an error. */
export interface Answered {
  readonly isError: boolean;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests reach into answers of every tool
  readonly value: any;
}

export interface Harness {
  readonly client: Client;
  readonly logLines: string[];
  /** The record of changes of this connection. */
  readonly audit: MemoryAudit;
  /** The questions that the person was asked. */
  readonly questions: string[];
  call(name: string, args?: Record<string, unknown>, options?: { signal?: AbortSignal }): Promise<Answered>;
  /** A change with its plan, and the second call that a client makes which cannot ask. */
  change(name: string, args?: Record<string, unknown>): Promise<Answered>;
  close(): Promise<void>;
}

const NO_WAIT: GuardClock = { monotonic: () => performance.now(), sleep: async () => {} };

/** A real MCP client and the real server over an in-memory transport; only the network below `fetch` is the test's own. */
export async function connect(options: HarnessOptions): Promise<Harness> {
  const logLines: string[] = [];
  const credential = new Secret(options.credential);
  const config: Config = {
    mode: options.mode,
    baseUrl: new URL(options.baseUrl),
    credential,
    workspaceId: options.workspaceId ?? null,
    rateLimitRpm: options.rateLimitRpm ?? 0,
    timeoutMs: options.timeoutMs ?? 25_000,
    logLevel: "debug",
    readOnly: options.readOnly ?? false,
    toolsets: options.toolsets ?? TOOLSETS,
    confirmWith: options.confirmWith ?? "auto",
    policyFile: null,
    auditFile: null,
    keyDelivery: options.keyDelivery ?? "result",
    ignored: [],
  };
  const blank = (text: string) => redact(text, [credential]);
  const log = createLog({ level: "debug", write: (line) => logLines.push(line), redact: blank });
  const clock = createServiceClock(options.now ?? (() => new Date()), (text) => log.warn(text));
  // Looked up at call time, so that msw can stand in for the network.
  const connection = connectApi({
    config,
    env: {},
    version: "0.0.0-test",
    log,
    hear: clock.hear,
    fetch: (url, init) => globalThis.fetch(url, init),
  });
  const { audit = memoryAudit() } = options;
  const server = createServer({
    mode: options.mode,
    greeting: greet({ ...config, isSandbox: options.isSandbox ?? false, version: "0.0.0-test" }),
    loadLists: async () => listsFor(surfaceOf(options.tools), config),
    session: {
      openApi: async () => connection.open,
      readOnly: config.readOnly,
      toolsets: config.toolsets,
      isSandbox: options.isSandbox ?? false,
      timeoutMs: config.timeoutMs,
      clock,
      log,
      redact: blank,
      service: { host: config.baseUrl.host, workspaceId: config.workspaceId },
      principal: options.principal ?? credential.fingerprint(),
      policy: options.policy ?? NO_RULES,
      audit: async () => audit,
      confirmWith: config.confirmWith,
      keyDelivery: config.keyDelivery,
      reserveKeyFile: options.reserveKeyFile ?? (() => Promise.reject(new Error("no file in this test"))),
      unknownWrites: options.unknownWrites ?? (async () => []),
    },
    loadTools: async () => options.tools ?? (await import("../../src/tools/index.ts")).TOOLS,
    loadPrompts: async () => PROMPTS,
    clock: options.clock ?? NO_WAIT,
  });
  const { answer } = options;
  const capabilities = options.capabilities ?? (answer === undefined ? {} : { elicitation: {} });
  const client = new Client({ name: "test", version: "0.0.0" }, { capabilities });
  const questions: string[] = [];
  if (answer !== undefined) {
    client.setRequestHandler(ElicitRequestSchema, ({ params }, { signal }) => {
      questions.push(params.message);
      return answer(params, signal);
    });
  }
  const [clientSide, serverSide] = InMemoryTransport.createLinkedPair();
  await Promise.all([server.connect(serverSide), client.connect(clientSide)]);
  const call: Harness["call"] = async (name, args = {}, { signal } = {}) => {
    const result = await client.callTool({ name, arguments: args }, undefined, { ...(signal && { signal }) });
    const [block] = Array.isArray(result.content) ? result.content : [];
    const text = block?.type === "text" ? block.text : "";
    return { isError: result.isError === true, text, value: result.structuredContent };
  };
  return {
    client,
    logLines,
    audit,
    questions,
    call,
    async change(name, args) {
      const plan = await call(name, args);
      if (plan.value?.status !== "confirmation_required") return plan;
      return call(name, { ...args, confirmation_token: plan.value.confirmation.token });
    },
    async close() {
      await client.close();
      await connection.close();
    },
  };
}

function surfaceOf(tools: readonly Tool[] | undefined): Surface {
  if (tools === undefined) return SURFACE;
  return {
    tools: tools.map((tool) => ({
      ...{ modes: tool.modes, effect: tool.effect, toolset: tool.toolset },
      wire: wireTool(tool),
    })),
    prompts: [],
  };
}

/** The person says yes in the way the message asks for. */
export function approving(params: ElicitRequest["params"]): ElicitResult {
  const words = /type (.+) exactly\./.exec(params.message)?.[1];
  return { action: "accept", content: { confirm: words ?? true } };
}
