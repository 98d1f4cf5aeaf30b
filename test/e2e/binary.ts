import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterAll } from "vitest";

export const BINARY = fileURLToPath(new URL("../../dist/launcher.cjs", import.meta.url));

/** A home folder of its own: a test records its changes there, not among those of the person who runs it. */
export const HOME = mkdtempSync(join(tmpdir(), "alephant-mcp-home-"));
afterAll(() => rmSync(HOME, { recursive: true, force: true }));

/** The built program as a child process, every line of both outputs kept. */
export class Binary {
  readonly stdout: string[] = [];
  readonly stderr: string[] = [];
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #exit: Promise<number | null>;
  readonly #watchers = new Set<() => void>();

  constructor(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    this.#child = spawn(process.execPath, [BINARY, ...args], { env: { PATH: process.env.PATH ?? "", HOME, ...env } });
    this.#collect(this.#child.stdout, this.stdout);
    this.#collect(this.#child.stderr, this.stderr);
    this.#exit = new Promise((resolve) => this.#child.once("close", (code) => resolve(code)));
  }

  #collect(stream: NodeJS.ReadableStream, into: string[]): void {
    createInterface({ input: stream }).on("line", (line) => {
      into.push(line);
      for (const watch of this.#watchers) watch();
    });
  }

  send(message: object): void {
    this.raw(`${JSON.stringify(message)}\n`);
  }

  raw(text: string): void {
    this.#child.stdin.write(text);
  }

  /** The answer with this id, as soon as it is there. */
  waitForId(id: number): Promise<unknown> {
    return new Promise((resolve) => {
      const look = () => {
        const found = this.stdout.map((line): { id?: number } => JSON.parse(line)).find((message) => message.id === id);
        if (found === undefined) return;
        this.#watchers.delete(look);
        resolve(found);
      };
      this.#watchers.add(look);
      look();
    });
  }

  exited(): Promise<number | null> {
    return this.#exit;
  }

  endInput(): Promise<number | null> {
    this.#child.stdin.end();
    return this.#exit;
  }

  kill(signal: NodeJS.Signals): Promise<number | null> {
    this.#child.kill(signal);
    return this.#exit;
  }
}
