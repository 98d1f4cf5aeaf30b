import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

export const BINARY = fileURLToPath(new URL("../dist/launcher.cjs", import.meta.url));

/** What to start: arguments of this very Node.js, or a line for the shell. */
export type Command = ({ readonly args: readonly string[] } | { readonly line: string }) & {
  readonly env?: Readonly<Record<string, string>>;
};

/** A child with a clean environment, spoken to in lines of JSON. */
export interface Child {
  readonly process: ChildProcessWithoutNullStreams;
  send(message: object): void;
  /** The line that answers this id. @throws Error when the child ends without it */
  answer(id: number): Promise<string>;
  stop(): Promise<void>;
}

export function startChild(command: Command): Child {
  const env = { PATH: process.env.PATH ?? "", ...command.env };
  const child =
    "line" in command ? spawn(command.line, { shell: true, env }) : spawn(process.execPath, command.args, { env });
  child.stderr.resume();
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    process: child,
    send: (message) => child.stdin.write(`${JSON.stringify(message)}\n`),
    answer: async (id) => {
      for (;;) {
        const { done = false, value } = await lines.next();
        // A start that failed would otherwise look like a fast one.
        if (done) throw new Error(`the program ended without an answer to message ${id}`);
        if (JSON.parse(value).id === id) return value;
      }
    },
    stop: () =>
      new Promise((resolve) => {
        child.once("exit", () => resolve());
        child.stdin.end();
      }),
  };
}

export const INITIALIZE = {
  jsonrpc: "2.0",
  id: 1,
  method: "initialize",
  params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "bench", version: "1" } },
} as const;

/** Answers its first line of stdin and nothing else: the floor below which no Node program can start. */
export const FLOOR: Command = {
  args: [
    "-e",
    'process.stdin.once("data",()=>process.stdout.write("{\\"id\\":1}\\n"));process.stdin.on("end",()=>process.exit())',
  ],
};

export const OURS = { args: [BINARY] } as const;

/** Milliseconds from the start of a process to its answer to `initialize`. */
export async function timeToInitialize(command: Command): Promise<number> {
  const started = performance.now();
  const child = startChild(command);
  child.send(INITIALIZE);
  await child.answer(INITIALIZE.id);
  const ms = performance.now() - started;
  await child.stop();
  return ms;
}

/** Resident memory of a process and all it started, in MB; Linux only, null elsewhere. */
export function residentMb(pid: number | undefined): number | null {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    const own = Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean);
    return children.reduce((sum, child) => sum + (residentMb(Number(child)) ?? 0), own);
  } catch {
    return null;
  }
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
