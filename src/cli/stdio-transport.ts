import type { EventEmitter } from "node:events";
import { isRecord, own } from "../api/record.ts";
import { sparingly } from "./sparingly.ts";
import { inward, outward } from "./stdio-ids.ts";
import { createLineCutter, LineTooLong } from "./stdio-lines.ts";
import { type MessageId, type Reading, readLine } from "./stdio-message.ts";

/** The two streams of a host, as the process has them. */
export interface Streams {
  readonly stdin: EventEmitter & { pause(): unknown; resume(): unknown };
  readonly stdout: EventEmitter & { write(text: string): boolean; readonly writableLength: number };
}

export interface StdioOptions<M> extends Streams {
  /** A JSON object as a message; null when it is none. */
  readonly parse: (value: object) => M | null;
  /** Told that lines were ignored, without their content. */
  readonly report: (event: "unreadable input ignored" | "line too long", facts: { lines?: number }) => void;
  /** Milliseconds that never jump. @default performance.now */
  readonly now?: () => number;
}

/** Bytes of one line; no real message comes near it. */
const LONGEST_LINE = 10 * 1024 * 1024;
/** Answers that may wait for a slow reader before no more questions are taken. */
const MOST_UNREAD = 4 * 1024 * 1024;
/** Messages handled before everything else gets its turn. */
const MOST_AT_ONCE = 16;
const INVALID_REQUEST = -32600;
const INTERNAL_ERROR = -32603;

/**
 * JSON-RPC over stdin and stdout, one message a line. What can be no message is refused with its id where one can be read,
 * so that no client waits for an answer that never comes. Reading pauses while the other side does not read.
 */
export class StdioTransport<M extends object> {
  onmessage: ((message: M) => void) | undefined;
  onclose: (() => void) | undefined;
  onerror: ((error: Error) => void) | undefined;
  readonly #options: StdioOptions<M>;
  readonly #lines = createLineCutter(LONGEST_LINE);
  /** Requests that have no answer yet. A cancelled one gets none, so it leaves at once. */
  readonly #open = new Set<MessageId>();
  #drained: Promise<void> | null = null;
  readonly #waiting: Uint8Array[] = [];
  #isHandling = false;
  #isPaused = false;
  #isCut = false;
  #isClosed = false;
  readonly #ignore: () => void;

  constructor(options: StdioOptions<M>) {
    this.#options = options;
    this.#ignore = sparingly((lines) => options.report("unreadable input ignored", { lines }), options.now);
  }

  async start(): Promise<void> {
    this.#options.stdin.on("data", this.#take);
  }

  async send(message: M): Promise<void> {
    const answer = withoutForeignText(outward(message));
    const id = readId(answer);
    if (id !== null && !("method" in answer)) this.#open.delete(id);
    await this.#write(answer);
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const { stdin } = this.#options;
    stdin.off("data", this.#take);
    stdin.pause();
    this.onclose?.();
  }

  readonly #take = (chunk: Uint8Array): void => {
    try {
      for (const line of this.#lines.push(chunk)) this.#waiting.push(line);
    } catch (error) {
      if (!(error instanceof LineTooLong)) throw error;
      this.#isCut = true;
    }
    if (!this.#isHandling) this.#work();
  };

  /** A few lines a turn: a flood of calls must not keep timers, sockets and answers waiting. */
  readonly #work = (): void => {
    for (const line of this.#waiting.splice(0, MOST_AT_ONCE)) {
      if (!this.#isClosed) this.#handle(readLine(line));
    }
    this.#isHandling = this.#waiting.length > 0 && !this.#isClosed;
    if (this.#isHandling) setImmediate(this.#work);
    else if (this.#isCut && !this.#isClosed) {
      this.#options.report("line too long", {});
      this.close();
    }
    this.#pace();
  };

  /** Nothing more is read while lines wait here, or while answers wait for a slow reader. */
  #pace(): void {
    const { stdin, stdout } = this.#options;
    const mustPause = this.#isHandling || stdout.writableLength > MOST_UNREAD;
    if (mustPause === this.#isPaused || this.#isClosed) return;
    this.#isPaused = mustPause;
    if (mustPause) stdin.pause();
    else stdin.resume();
  }

  #handle(reading: Reading): void {
    if (reading.kind === "unreadable") this.#ignore();
    if (reading.kind === "refused") this.#refuse(reading.ids);
    if (reading.kind !== "object") return;
    const { value, id } = reading;
    const message = this.#options.parse(inward(value));
    if (message === null) {
      // The id of an answer is one of ours: under it the client may have a request of its own.
      this.#refuse(id === null || "result" in value || "error" in value ? [] : [id]);
      return;
    }
    if ("method" in message && id !== null) {
      if (this.#open.has(id)) {
        this.#refuse([id]);
        return;
      }
      this.#open.add(id);
    }
    const cancelled = cancelledId(value);
    if (cancelled !== null) this.#open.delete(cancelled);
    this.onmessage?.(message);
  }

  #refuse(ids: readonly MessageId[]): void {
    if (ids.length === 0) this.#ignore();
    for (const id of ids) {
      void this.#write({ jsonrpc: "2.0", id, error: { code: INVALID_REQUEST, message: "Invalid request" } });
    }
  }

  #write(message: object): Promise<void> {
    const { stdout: output } = this.#options;
    const isTaken = output.write(`${JSON.stringify(message)}\n`);
    if (isTaken) return Promise.resolve();
    this.#pace();
    this.#drained ??= new Promise((resolve) => {
      output.once("drain", () => {
        this.#drained = null;
        this.#pace();
        resolve();
      });
    });
    return this.#drained;
  }
}

/** What the SDK or the system threw may quote the client or name a file; our own errors have other codes. */
function withoutForeignText(message: object): object {
  const error = isRecord(message) ? own(message, "error") : null;
  if (!isRecord(error) || own(error, "code") !== INTERNAL_ERROR) return message;
  return { ...message, error: { code: INTERNAL_ERROR, message: "Internal error" } };
}

function readId(message: object): MessageId | null {
  const id = isRecord(message) ? own(message, "id") : null;
  return typeof id === "string" || typeof id === "number" ? id : null;
}

function cancelledId(value: object): MessageId | null {
  if (!isRecord(value) || own(value, "method") !== "notifications/cancelled") return null;
  const params = own(value, "params");
  const id = isRecord(params) ? own(params, "requestId") : null;
  return typeof id === "string" || typeof id === "number" ? id : null;
}
