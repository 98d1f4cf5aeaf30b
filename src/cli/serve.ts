import { stdin, stdout } from "node:process";
import { setFlagsFromString } from "node:v8";
import { type JSONRPCMessage, JSONRPCMessageSchema } from "@modelcontextprotocol/sdk/types.js";
import { createServer } from "../server.ts";
import { unknownWritesText } from "../tool/audit.ts";
import { EXIT, type Invocation } from "./arguments.ts";
import type { Host } from "./host.ts";
import { watchChanges } from "./pending-changes.ts";
import { openSession } from "./session.ts";
import { sparingly } from "./sparingly.ts";
import { guardStdio } from "./stdio-guard.ts";
import { StdioTransport } from "./stdio-transport.ts";

/** For a change that is under way when the host lets go; what is left of two seconds is for closing. */
const LONGEST_WAIT_MS = 1_700;

/** Serves MCP on stdin and stdout until the host lets go. */
export async function runServe({ sandbox }: Invocation & { command: "serve" }, host: Host): Promise<number> {
  // Young objects are collected sooner instead of in ever larger heaps: a process that mostly waits should stay small.
  setFlagsFromString("--semi-space-growth-factor=1");
  const { mode, session, summary, close } = openSession(host, sandbox);
  const changes = watchChanges(session.audit);
  const server = createServer({
    mode,
    session: { ...session, audit: changes.audit },
    version: host.version,
    loadTools: async () => (await import("../tools/index.ts")).TOOLS,
    loadPrompts: async () => (await import("../prompts.ts")).loadPrompts(mode),
  });
  const stop = guardStdio(
    host.target,
    async () => {
      await changes.settled(LONGEST_WAIT_MS);
      await server.close();
      await close();
    },
    host.say,
  );
  // The transport closes after a line it cannot take; without an end of ours the process would idle for ever.
  server.onclose = () => stop(EXIT.runtime);
  // Texts of the SDK quote what the client sent, so only their number is told.
  server.onerror = sparingly((messages) => session.log.warn("messages of the client ignored", { messages }));
  const transport = new StdioTransport<JSONRPCMessage>({
    ...{ stdin, stdout },
    parse: (value) => JSONRPCMessageSchema.safeParse(value).data ?? null,
    report: (event, facts) => session.log.warn(event, facts),
  });
  await server.connect(transport);
  session.log.info(summary);
  const unknown = unknownWritesText(await session.unknownWrites());
  if (unknown !== null) session.log.warn(`${unknown}; see alephant-mcp log`);
  return EXIT.ok;
}
