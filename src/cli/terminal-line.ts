import { stderr, stdin } from "node:process";

/** Asks for one line; null when the input ended or the signal came first. */
export type AskLine = (question: string, signal?: AbortSignal) => Promise<string | null>;

/** The person at the terminal, or null when nobody sits there. Questions go to stderr, because stdout is for results. */
export function terminalLine(): AskLine | null {
  return stdin.isTTY ? askLine : null;
}

async function askLine(question: string, signal?: AbortSignal): Promise<string | null> {
  const { createInterface } = await import("node:readline/promises");
  const terminal = createInterface({ input: stdin, output: stderr });
  const ended = new AbortController();
  terminal.once("close", () => ended.abort());
  // Reading a line takes Ctrl-C away from the process.
  terminal.once("SIGINT", () => ended.abort());
  try {
    const until = signal === undefined ? ended.signal : AbortSignal.any([ended.signal, signal]);
    return await terminal.question(question, { signal: until });
  } catch {
    return null;
  } finally {
    terminal.close();
  }
}
