import type { Mode } from "../mode.ts";
import { createGuard } from "../tool/guard.ts";
import { invoke } from "../tool/invoke.ts";
import { isVisible } from "../tool/policy.ts";
import { TOOLS } from "../tools/index.ts";
import { EXIT } from "./arguments.ts";
import type { Host } from "./host.ts";
import { untilInterrupted } from "./interruption.ts";
import { openSession } from "./session.ts";
import { type Output, standardOutput } from "./stdout.ts";
import { type AskLine, terminalLine } from "./terminal-line.ts";
import { personAt } from "./terminal-person.ts";

export interface CallInvocation {
  readonly command: "call";
  readonly tool: string;
  /** The arguments as a JSON text. */
  readonly json: string;
  readonly sandbox: Mode | null;
}

/**
 * Runs one tool once, through the same pipeline as a call of an assistant, and prints its result as one line of JSON.
 * A change is confirmed by the person at the terminal.
 * @returns 0; 1 when the tool answered with an error; 2 for an unknown tool, arguments that are no JSON object, or a change
 * that nobody can confirm
 * @throws ConfigError
 */
export async function runCall(
  { tool: name, json, sandbox }: CallInvocation,
  host: Host,
  { output, askLine }: { output: Output; askLine: AskLine | null } = {
    output: standardOutput(),
    askLine: terminalLine(),
  },
): Promise<number> {
  const args = parseArguments(json);
  if (args === null) {
    host.say(`alephant-mcp: --json takes one JSON object. Example: --json '{"period":"7d"}'`);
    return EXIT.usage;
  }
  const { signal, release } = untilInterrupted(host);
  const { mode, session, close } = await openSession(host, sandbox);
  try {
    const visible = TOOLS.filter((tool) => isVisible(tool, { mode, ...session }));
    const tool = visible.find((candidate) => candidate.name === name);
    if (tool === undefined) {
      host.say(`alephant-mcp: there is no tool of that name here. To see them all: alephant-mcp tools`);
      return EXIT.usage;
    }
    if (tool.effect !== "read" && askLine === null) {
      host.say("alephant-mcp: this tool changes something, and nobody sits at a terminal to confirm it.");
      return EXIT.usage;
    }
    const { isError, content, structuredContent } = await invoke(tool, args, session, createGuard(), {
      signal,
      progress: (message) => host.say(message),
      person: personAt(askLine),
    });
    if (isError === true) {
      host.say(content.map((part) => (part.type === "text" ? part.text : "")).join(" "));
      return EXIT.runtime;
    }
    await output.write(`${JSON.stringify(structuredContent)}\n`);
    return EXIT.ok;
  } finally {
    release();
    await close();
  }
}

function parseArguments(json: string): object | null {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}
