import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { StringDecoder } from "node:string_decoder";
import type { Sandbox } from "../../src/sandbox/serve.ts";
import { BINARY } from "../e2e/binary.ts";

export { BINARY };

export interface Message {
  readonly id?: number | string | null;
  readonly method?: string;
  readonly result?: {
    readonly isError?: boolean;
    readonly content?: readonly { readonly text: string }[];
    readonly structuredContent?: Record<string, unknown>;
  };
  readonly error?: { readonly code: number };
}

/** Code that runs inside the program before its own: for errors that nothing outside can cause. */
export type Preload = string;

/** The built program, with its streams in the test's hands. */
export class Program {
  readonly child: ChildProcessWithoutNullStreams;
  readonly messages: Message[] = [];
  stderr = "";
  readonly #exit: Promise<number | null>;
  #endedAt: number | null = null;

  constructor(
    env: Readonly<Record<string, string>>,
    { preload, args = [] }: { preload?: Preload; args?: readonly string[] } = {},
  ) {
    const flags = preload === undefined ? [] : ["--import", `data:text/javascript,${encodeURIComponent(preload)}`];
    this.child = spawn(process.execPath, [...flags, BINARY, ...args], {
      env: { PATH: process.env.PATH ?? "", ...env },
    });
    const decoder = new StringDecoder("utf8");
    let rest = "";
    this.child.stdout.on("data", (chunk: Buffer) => {
      const lines = (rest + decoder.write(chunk)).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) this.messages.push(JSON.parse(line));
    });
    this.child.stderr.on("data", (chunk: Buffer) => {
      this.stderr += chunk.toString();
    });
    for (const stream of [this.child.stdin, this.child.stdout, this.child.stderr]) stream.on("error", () => {});
    this.#exit = new Promise((resolve) => {
      this.child.once("exit", (code) => {
        this.#endedAt = performance.now();
        resolve(code);
      });
    });
  }

  say(message: object): void {
    this.raw(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
  }

  raw(text: string | Uint8Array): void {
    this.child.stdin.write(text);
  }

  /** Ready to be called. */
  async ready(capabilities: object = {}): Promise<this> {
    this.say({
      id: "init",
      method: "initialize",
      params: { protocolVersion: "2025-11-25", capabilities, clientInfo: { name: "life", version: "1" } },
    });
    await this.answer("init");
    this.say({ method: "notifications/initialized" });
    return this;
  }

  call(id: number | string, name: string, args: object = {}): void {
    this.say({ id, method: "tools/call", params: { name, arguments: args } });
  }

  async answer(id: number | string): Promise<Message> {
    return until(() => this.messages.find((message) => message.id === id && message.method === undefined));
  }

  /** The question that the person is asked. */
  async question(): Promise<Message> {
    return until(() => this.messages.find(({ method }) => method === "elicitation/create"));
  }

  /** Exit code, and the milliseconds since `from`. */
  async end(from: number): Promise<{ code: number | null; ms: number }> {
    const code = await this.#exit;
    return { code, ms: (this.#endedAt ?? Number.POSITIVE_INFINITY) - from };
  }

  isAlive(): boolean {
    return isAlive(this.child.pid);
  }

  /** Seconds of processor time so far; Linux only. */
  cpuSeconds(): number {
    const fields = readFileSync(`/proc/${this.child.pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
    return (Number(fields[11]) + Number(fields[12])) / 100;
  }
}

export function isAlive(pid: number | undefined): boolean {
  if (pid === undefined) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** What `look` finds, as soon as it finds something. */
export async function until<T>(look: () => T | undefined | false, ms = 15_000): Promise<T> {
  const end = performance.now() + ms;
  for (;;) {
    const found = look();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > end) throw new Error("it did not happen");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

export function settings(sandbox: Sandbox, more: Readonly<Record<string, string>> = {}): Record<string, string> {
  return {
    ALEPHANT_API_BASE_URL: sandbox.url,
    ALEPHANT_PAT: sandbox.credentials.pats.admin,
    ALEPHANT_WORKSPACE_ID: sandbox.credentials.workspaceId,
    ALEPHANT_RATE_LIMIT_RPM: "0",
    XDG_STATE_HOME: mkdtempSync(join(tmpdir(), "alephant-life-")),
    ...more,
  };
}
