import { EventEmitter } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js";
import { openSession } from "../../src/cli/session.ts";
import { greet } from "../../src/greeting.ts";
import type { SandboxCredentials } from "../../src/sandbox/serve.ts";
import { createServer } from "../../src/server.ts";
import { SURFACE } from "../../src/surface.ts";
import { listsFor } from "../../src/tool/surface.ts";
import { TOOLS } from "../../src/tools/index.ts";
import { BINARY } from "../stdio.ts";

export interface Answered {
  readonly isError: boolean;
  readonly text: string;
  readonly value: Record<string, unknown>;
}

/** A client of the whole product, without the question to a person: changes take the token path. */
export interface Caller {
  call(name: string, args?: Record<string, unknown>, signal?: AbortSignal): Promise<Answered>;
  /** Every line of stderr so far. */
  readonly stderr: string[];
  close(): Promise<void>;
}

export interface CallerOptions {
  readonly baseUrl: string;
  readonly credentials: SandboxCredentials;
  readonly env?: Readonly<Record<string, string>>;
}

const IDENTITY = { name: "bench", version: "1" };

function environment({ baseUrl, credentials, env = {} }: CallerOptions, folder: string): Record<string, string> {
  return {
    ALEPHANT_API_BASE_URL: baseUrl,
    ALEPHANT_PAT: credentials.pats.admin,
    ALEPHANT_WORKSPACE_ID: credentials.workspaceId,
    ALEPHANT_RATE_LIMIT_RPM: "0",
    ALEPHANT_LOG_LEVEL: "warn",
    XDG_STATE_HOME: folder,
    ...env,
  };
}

/** The product in this process: real settings, real pipeline, real sockets. */
export async function openCaller(options: CallerOptions): Promise<Caller> {
  const folder = mkdtempSync(join(tmpdir(), "alephant-bench-"));
  const stderr: string[] = [];
  const streams = { stdin: new EventEmitter(), stdout: new EventEmitter(), stderr: new EventEmitter(), exit: () => {} };
  const host = {
    env: environment(options, folder),
    target: Object.assign(new EventEmitter(), streams),
    say: (line: string) => void stderr.push(line),
    forget: () => {},
    version: "0.0.0",
    userId: process.geteuid?.() ?? null,
  };
  const { mode, session, close } = await openSession(host, null);
  const server = createServer({
    mode,
    session,
    greeting: greet({ mode, ...session, version: "0.0.0" }),
    loadLists: async () => listsFor(SURFACE, { mode, ...session }),
    loadTools: async () => TOOLS,
    loadPrompts: async () => [],
  });
  const client = new Client(IDENTITY);
  const [ours, theirs] = InMemoryTransport.createLinkedPair();
  await Promise.all([server.connect(theirs), client.connect(ours)]);
  return {
    ...callsOf(client),
    stderr,
    async close() {
      await client.close();
      await close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The built program as a child: for what can only be set when a process starts. */
export async function openBinary(options: CallerOptions): Promise<Caller> {
  const folder = mkdtempSync(join(tmpdir(), "alephant-bench-"));
  const env = { PATH: process.env.PATH ?? "", ...environment(options, folder) };
  const transport = new StdioClientTransport({ command: process.execPath, args: [BINARY], env, stderr: "pipe" });
  const stderr: string[] = [];
  transport.stderr?.on("data", (chunk: Buffer) => stderr.push(chunk.toString()));
  const client = new Client(IDENTITY);
  await client.connect(transport);
  return {
    ...callsOf(client),
    stderr,
    async close() {
      await client.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function callsOf(client: Client): Pick<Caller, "call"> {
  return {
    async call(name, args = {}, signal) {
      const result = await client.callTool({ name, arguments: args }, undefined, {
        timeout: 120_000,
        ...(signal && { signal }),
      });
      const [block] = Array.isArray(result.content) ? result.content : [];
      const structured = result.structuredContent;
      return {
        isError: result.isError === true,
        text: typeof block?.text === "string" ? block.text : "",
        value: typeof structured === "object" && structured !== null ? { ...structured } : {},
      };
    },
  };
}
