import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js";
import { connect as connectApi } from "../../src/cli/connection.ts";
import type { Config } from "../../src/config.ts";
import { createLog } from "../../src/log.ts";
import type { Mode } from "../../src/mode.ts";
import { loadPrompts } from "../../src/prompts.ts";
import { redact, Secret } from "../../src/secret.ts";
import { createServer } from "../../src/server.ts";
import type { Tool } from "../../src/tool/define.ts";

export interface HarnessOptions {
  readonly mode: Mode;
  readonly baseUrl: string;
  readonly credential: string;
  readonly workspaceId?: string;
  readonly now?: () => Date;
  readonly readOnly?: boolean;
  readonly isSandbox?: boolean;
  readonly timeoutMs?: number;
  /** Default: all tools. */
  readonly tools?: readonly Tool[];
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
  call(name: string, args?: Record<string, unknown>): Promise<Answered>;
  close(): Promise<void>;
}

/** A real MCP client and the real server over an in-memory transport; only the network below `fetch` is the test's own. */
export async function connect(options: HarnessOptions): Promise<Harness> {
  const logLines: string[] = [];
  const credential = new Secret(options.credential);
  const config: Config = {
    mode: options.mode,
    baseUrl: new URL(options.baseUrl),
    credential,
    workspaceId: options.workspaceId ?? null,
    rateLimitRpm: 0,
    timeoutMs: options.timeoutMs ?? 25_000,
    logLevel: "debug",
    readOnly: options.readOnly ?? false,
    ignored: [],
  };
  const blank = (text: string) => redact(text, [credential]);
  const log = createLog({ level: "debug", write: (line) => logLines.push(line), redact: blank });
  // Looked up at call time, so that msw can stand in for the network.
  const connection = connectApi({
    config,
    env: {},
    version: "0.0.0-test",
    log,
    fetch: (url, init) => globalThis.fetch(url, init),
  });
  const server = createServer({
    mode: options.mode,
    version: "0.0.0-test",
    session: {
      openApi: async () => connection.open,
      readOnly: config.readOnly,
      isSandbox: options.isSandbox ?? false,
      timeoutMs: config.timeoutMs,
      now: options.now ?? (() => new Date()),
      log,
      redact: blank,
      service: { host: config.baseUrl.host, workspaceId: config.workspaceId },
    },
    loadTools: async () => options.tools ?? (await import("../../src/tools/index.ts")).TOOLS,
    loadPrompts: async () => loadPrompts(options.mode),
  });
  const client = new Client({ name: "test", version: "0.0.0" });
  const [clientSide, serverSide] = InMemoryTransport.createLinkedPair();
  await Promise.all([server.connect(serverSide), client.connect(clientSide)]);
  return {
    client,
    logLines,
    async call(name, args = {}) {
      const result = await client.callTool({ name, arguments: args });
      const [block] = Array.isArray(result.content) ? result.content : [];
      const text = block?.type === "text" ? block.text : "";
      return { isError: result.isError === true, text, value: result.structuredContent };
    },
    async close() {
      await client.close();
      await connection.close();
    },
  };
}
