import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { createServer } from "../server.ts";
import { EXIT, type Invocation } from "./arguments.ts";
import type { Host } from "./host.ts";
import { openSession } from "./session.ts";
import { guardStdio } from "./stdio-guard.ts";

/** Serves MCP on stdin and stdout until the host lets go. */
export async function runServe({ sandbox }: Invocation & { command: "serve" }, host: Host): Promise<number> {
  const { mode, session, summary, close } = openSession(host, sandbox);
  const server = createServer({
    mode,
    session,
    version: host.version,
    loadTools: async () => (await import("../tools/index.ts")).TOOLS,
    loadPrompts: async () => (await import("../prompts.ts")).loadPrompts(mode),
  });
  const stop = guardStdio(
    host.target,
    async () => {
      await server.close();
      await close();
    },
    host.say,
  );
  // The SDK closes its side after a line it cannot take; without an end of ours the process would idle for ever.
  server.onclose = () => stop(EXIT.runtime);
  await server.connect(new StdioServerTransport());
  session.log.info(summary);
  return EXIT.ok;
}
