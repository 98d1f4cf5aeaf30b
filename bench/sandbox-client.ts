import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js";
import { connect } from "../src/cli/connection.ts";
import { sandboxConfig } from "../src/config.ts";
import { greet } from "../src/greeting.ts";
import { createLog } from "../src/log.ts";
import type { Mode } from "../src/mode.ts";
import { type Sandbox, type SandboxOptions, startSandbox } from "../src/sandbox/serve.ts";
import { createServer } from "../src/server.ts";
import { SURFACE } from "../src/surface.ts";
import { NO_RULES } from "../src/tool/policy.ts";
import { createServiceClock } from "../src/tool/service-clock.ts";
import { listsFor } from "../src/tool/surface.ts";
import { TOOLS } from "../src/tools/index.ts";
import { TOOLSETS } from "../src/toolset.ts";

/** A client of the real server in this process, the sandbox behind a real socket. */
export interface SandboxClient {
  readonly mode: Mode;
  readonly sandbox: Sandbox;
  // biome-ignore lint/suspicious/noExplicitAny: benches reach into answers of every tool
  call(name: string, args: Record<string, unknown>): Promise<{ isError: boolean; text: string; value: any }>;
  close(): Promise<void>;
}

export async function openSandboxClient(mode: Mode, options: SandboxOptions = {}): Promise<SandboxClient> {
  const sandbox = await startSandbox(options);
  const { credentials, url } = sandbox;
  const entry = {
    url,
    virtualKey: credentials.virtualKeys.agent,
    pat: credentials.pats.admin,
    workspaceId: credentials.workspaceId,
  };
  const config = sandboxConfig(mode, entry, {});
  const log = createLog({ level: "error", write: console.error, redact: (line) => line });
  const access = { mode, readOnly: false, toolsets: TOOLSETS };
  const clock = createServiceClock(options.now ?? (() => new Date()), () => {});
  const connection = connect({ config, env: {}, version: "bench", log, hear: clock.hear });
  const server = createServer({
    mode,
    greeting: greet({ ...access, isSandbox: true, version: "bench" }),
    loadLists: async () => listsFor(SURFACE, access),
    session: {
      openApi: async () => connection.open,
      readOnly: false,
      toolsets: TOOLSETS,
      isSandbox: true,
      timeoutMs: config.timeoutMs,
      clock,
      log,
      redact: (text) => text,
      service: { host: "sandbox", workspaceId: config.workspaceId },
      principal: "bench",
      policy: NO_RULES,
      audit: async () => ({ record: async () => {} }),
      confirmWith: "auto",
      keyDelivery: "result",
      reserveKeyFile: () => Promise.reject(new Error("no key file in a bench")),
      unknownWrites: async () => [],
    },
    loadTools: async () => TOOLS,
    loadPrompts: async () => [],
  });
  const client = new Client({ name: "bench", version: "1" });
  const [clientSide, serverSide] = InMemoryTransport.createLinkedPair();
  await Promise.all([server.connect(serverSide), client.connect(clientSide)]);
  return {
    mode,
    sandbox,
    async call(name, args) {
      const result = await client.callTool({ name, arguments: args });
      const [block] = Array.isArray(result.content) ? result.content : [];
      return { isError: result.isError === true, text: block?.text ?? "", value: result.structuredContent };
    },
    async close() {
      await client.close();
      await connection.close();
      await sandbox.close();
    },
  };
}
