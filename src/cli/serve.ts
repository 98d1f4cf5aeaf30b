import { stdin, stdout } from "node:process";
import { setFlagsFromString } from "node:v8";
import type { JSONRPCMessage } from "@modelcontextprotocol/sdk/types.js";
import { greet } from "../greeting.ts";
import { unknownWritesText } from "../tool/audit.ts";
import type { Session } from "../tool/invoke.ts";
import { listsFor } from "../tool/surface.ts";
import { EXIT, type Invocation } from "./arguments.ts";
import { FrontDesk, type Line } from "./front-desk.ts";
import type { Host } from "./host.ts";
import { watchChanges } from "./pending-changes.ts";
import { openSession } from "./session.ts";
import { sparingly } from "./sparingly.ts";
import { guardStdio } from "./stdio-guard.ts";
import { isMessage } from "./stdio-message.ts";
import { StdioTransport } from "./stdio-transport.ts";

/** For a change that is under way when the host lets go; what is left of two seconds is for closing. */
const LONGEST_WAIT_MS = 1_700;

/** A long record of changes takes its time to read; what a host asks first is answered before that. */
const FIRST_ANSWERS_MS = 1_000;

/** Serves MCP on stdin and stdout until the host lets go. */
export async function runServe({ sandbox }: Invocation & { command: "serve" }, host: Host): Promise<number> {
  // Objects are collected sooner instead of in ever larger heaps: a process that mostly waits should stay small, and a long
  // list that is read page by page should not leave hundreds of dead pages behind.
  setFlagsFromString("--semi-space-growth-factor=1");
  setFlagsFromString("--heap-growing-percent=40");
  const { mode, session, summary, close } = await openSession(host, sandbox);
  const changes = watchChanges(session.audit);
  const { isSandbox, readOnly, toolsets } = session;
  const access = { mode, readOnly, toolsets };
  const greeting = greet({ ...access, isSandbox, version: host.version });
  const lists = async () => listsFor((await import("../surface.ts")).SURFACE, access);
  const transport = new StdioTransport<JSONRPCMessage>({
    ...{ stdin, stdout },
    parse: (value) => (isProtocolMessage(value) ? value : null),
    report: (event, facts) => session.log.warn(event, facts),
  });
  const desk = new FrontDesk({
    transport,
    greeting,
    lists,
    openServer: async (line) => {
      // Read before this process makes changes of its own, which would look unanswered while they are under way.
      await session.unknownWrites();
      await connectServer(line, { mode, session: { ...session, audit: changes.audit }, greeting, loadLists: lists });
    },
    answer: (id, result) => ({ jsonrpc: "2.0" as const, id, result }),
    // The transport closes after a line it cannot take; without an end of ours the process would idle for ever.
    onclose: () => stop(EXIT.runtime),
    onfailure: (error) => {
      const kind = error instanceof Error ? error.name : typeof error;
      session.log.error("the server could not be opened; stopping", { kind });
      stop(EXIT.runtime);
    },
  });
  const stop = guardStdio(
    host.target,
    async () => {
      await changes.settled(LONGEST_WAIT_MS);
      await desk.close();
      await close();
    },
    host.say,
  );
  await desk.start();
  session.log.info(summary);
  setTimeout(() => void tellUnknownWrites(session), FIRST_ANSWERS_MS).unref();
  return EXIT.ok;
}

async function tellUnknownWrites({ unknownWrites, log }: Session): Promise<void> {
  const unknown = unknownWritesText(await unknownWrites());
  if (unknown !== null) log.warn(`${unknown}; see alephant-mcp log`);
}

type ServerParts = Omit<import("../server.ts").ServerParts, "loadTools" | "loadPrompts">;

async function connectServer(line: Line<JSONRPCMessage>, parts: ServerParts): Promise<void> {
  const { createServer } = await import("../server.ts");
  const { log } = parts.session;
  const server = createServer({
    ...parts,
    loadTools: async () => (await import("../tools/index.ts")).TOOLS,
    loadPrompts: async () => (await import("../prompt-files.ts")).PROMPTS,
  });
  // Texts of the SDK quote what the client sent, so only their number is told.
  server.onerror = sparingly((messages) => log.warn("messages of the client ignored", { messages }));
  await server.connect(line);
}

function isProtocolMessage(value: object): value is JSONRPCMessage {
  return isMessage(value);
}
