import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

export const BINARY = fileURLToPath(new URL("../dist/launcher.cjs", import.meta.url));

/** A child with a clean environment, spoken to in lines of JSON. */
export interface Child {
  readonly process: ChildProcessWithoutNullStreams;
  send(message: object): void;
  /** The next line of stdout. */
  line(): Promise<string>;
  stop(): Promise<void>;
}

export function startChild(args: readonly string[], env: Readonly<Record<string, string>> = {}): Child {
  const child = spawn(process.execPath, args, { env: { PATH: process.env.PATH ?? "", ...env } });
  child.stderr.resume();
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    process: child,
    send: (message) => child.stdin.write(`${JSON.stringify(message)}\n`),
    line: async () => String((await lines.next()).value),
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
export const FLOOR = [
  "-e",
  'process.stdin.once("data",()=>process.stdout.write("{}\\n"));process.stdin.on("end",()=>process.exit())',
];

/** Milliseconds from the start of a process to its answer to `initialize`. */
export async function timeToInitialize(
  args: readonly string[],
  env?: Readonly<Record<string, string>>,
): Promise<number> {
  const started = performance.now();
  const child = startChild(args, env);
  child.send(INITIALIZE);
  await child.line();
  const ms = performance.now() - started;
  await child.stop();
  return ms;
}

/** Resident memory of a process in MB; Linux only, null elsewhere. */
export function residentMb(pid: number | undefined): number | null {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
  } catch {
    return null;
  }
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
