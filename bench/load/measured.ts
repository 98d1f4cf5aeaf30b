import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { BINARY, INITIALIZE } from "../stdio.ts";

const PROBE = new URL("./probe.mjs", import.meta.url).href;

export interface Figures {
  readonly rssMb: number;
  /** After a collection. */
  readonly heapMb: number;
  readonly delayP99Ms: number;
  readonly delayMaxMs: number;
}

/** Requests to the service as the HTTP client counts them; times in milliseconds since 1970. */
export interface Requests {
  readonly lastBegunAt: number;
  readonly lastEndedAt: number;
}

export interface Answer {
  readonly id: number;
  readonly result?: {
    isError?: boolean;
    content?: readonly { text: string }[];
    structuredContent?: Record<string, unknown>;
  };
  readonly error?: { code: number };
}

interface Message {
  readonly jsonrpc: "2.0";
  readonly id: number;
  readonly method: string;
  readonly params?: object;
}

/** The built program with a probe inside. */
export interface Measured {
  readonly process: ChildProcess;
  call(name: string, args: object): Promise<Answer>;
  request(message: Message): Promise<Answer>;
  notify(message: object): void;
  /** Progress messages that came under a token so far. */
  progress(token: number): number;
  figures(): Promise<Figures>;
  requests(): Promise<Requests>;
  resetDelay(): Promise<void>;
  /** Resident memory at its highest since the start, MB. */
  peakMb(): Promise<number>;
  stop(): Promise<number | null>;
}

export async function startMeasured(env: Readonly<Record<string, string>>): Promise<Measured> {
  const child = spawn(process.execPath, ["--expose-gc", "--import", PROBE, BINARY], {
    env: { PATH: process.env.PATH ?? "", ALEPHANT_LOG_LEVEL: "error", ...env },
    stdio: ["pipe", "pipe", "ignore", "ipc"],
  });
  const { stdin, stdout } = child;
  if (stdin === null || stdout === null) throw new Error("no streams");
  const waiting = new Map<number, (answer: Answer) => void>();
  const steps = new Map<number, number>();
  createInterface({ input: stdout }).on("line", (line) => {
    const answer: Answer & { params?: { progressToken?: number } } = JSON.parse(line);
    const token = answer.params?.progressToken;
    if (token !== undefined) steps.set(token, (steps.get(token) ?? 0) + 1);
    waiting.get(answer.id)?.(answer);
    waiting.delete(answer.id);
  });
  let lastId = 1;
  let peak = 0;
  const watch = setInterval(async () => {
    peak = Math.max(peak, await residentMbOf(child.pid));
  }, 50);
  const request = (message: Message): Promise<Answer> =>
    new Promise((resolve) => {
      waiting.set(message.id, resolve);
      stdin.write(`${JSON.stringify(message)}\n`);
    });
  await request(INITIALIZE);
  stdin.write('{"jsonrpc":"2.0","method":"notifications/initialized"}\n');
  const ask = async (wish: "figures" | "requests" | "reset"): Promise<unknown> => {
    const answer = once(child, "message");
    child.send(wish);
    return (await answer)[0];
  };
  return {
    process: child,
    request,
    call(name, args) {
      lastId += 1;
      return request({ jsonrpc: "2.0", id: lastId, method: "tools/call", params: { name, arguments: args } });
    },
    notify: (message) => void stdin.write(`${JSON.stringify(message)}\n`),
    progress: (token) => steps.get(token) ?? 0,
    figures: async () => readFigures(await ask("figures")),
    requests: async () => readRequests(await ask("requests")),
    resetDelay: async () => void (await ask("reset")),
    peakMb: async () => Math.max(peak, await residentMbOf(child.pid)),
    async stop() {
      clearInterval(watch);
      const exit = once(child, "exit");
      stdin.end();
      const [code] = await exit;
      return typeof code === "number" ? code : null;
    },
  };
}

function numbersOf(value: unknown): (name: string) => number {
  const found = new Map<string, unknown>(typeof value === "object" && value !== null ? Object.entries(value) : []);
  return (name) => Number(found.get(name));
}

function readRequests(value: unknown): Requests {
  const number = numbersOf(value);
  return { lastBegunAt: number("lastBegunAt"), lastEndedAt: number("lastEndedAt") };
}

function readFigures(value: unknown): Figures {
  const number = numbersOf(value);
  return {
    rssMb: number("rssMb"),
    heapMb: number("heapMb"),
    delayP99Ms: number("delayP99Ms"),
    delayMaxMs: number("delayMaxMs"),
  };
}

async function residentMbOf(pid: number | undefined): Promise<number> {
  const { readFile } = await import("node:fs/promises");
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
}
