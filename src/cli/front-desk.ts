import { isRecord, own } from "../api/record.ts";
import type { Greeting } from "../greeting.ts";
import type { Lists } from "../tool/surface.ts";
import { revisionAskedFor } from "./handshake.ts";
import type { StdioTransport } from "./stdio-transport.ts";

/** The end of a connection that a server holds on to. */
export interface Line<M> {
  onmessage?: (message: M) => void;
  onclose?: () => void;
  onerror?: (error: Error) => void;
  start(): Promise<void>;
  send(message: M): Promise<void>;
  close(): Promise<void>;
}

export interface FrontDeskParts<M extends object> {
  readonly transport: StdioTransport<M>;
  readonly greeting: Greeting;
  readonly lists: () => Promise<Lists>;
  /** Makes the server and connects it to its line. */
  readonly openServer: (line: Line<M>) => Promise<void>;
  readonly answer: (id: string | number, result: Record<string, unknown>) => M;
  readonly onclose: () => void;
  /** Told that there will be no server. What the client was told already cannot be taken back, so nothing may go on. */
  readonly onfailure: (error: unknown) => void;
}

/** The server did not take the handshake that its client has had an answer to: it would not know whom it can ask. */
class HandshakeRefused extends Error {
  override readonly name = "HandshakeRefused";
}

/** The revisions of MCP that the server speaks, the newest first. A test holds them against the SDK's. */
const REVISIONS = ["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05", "2024-10-07"] as const;

/**
 * Says who we are and what there is, before anything that could do it is loaded: hosts start many servers, list their tools,
 * and call few of them. The first other message opens the server behind, which is told of the handshake and gets everything
 * from then on.
 */
export class FrontDesk<M extends object> {
  readonly #parts: FrontDeskParts<M>;
  readonly #line: Line<M>;
  /** What the server must be told when it comes: the handshake so far, then what waits for it. */
  #greeted: M | null = null;
  #confirmed: M | null = null;
  readonly #waiting: M[] = [];
  /** What is being answered here, by its id. */
  readonly #own = new Map<string | number, object>();
  #server: "none" | "opening" | "open" = "none";
  #isClosed = false;
  /** Told of the server's own answer to the handshake, which the client has had already. */
  #onAnswer: ((answer: M) => void) | null = null;

  constructor(parts: FrontDeskParts<M>) {
    this.#parts = parts;
    const { transport } = parts;
    this.#line = {
      start: async () => {},
      send: async (message) => {
        if (!this.#isKnownAnswer(message)) await transport.send(message);
      },
      close: () => this.close(),
    };
    transport.onmessage = (message) => this.#take(message);
    // The server is not told before everything is over: it would abort a change that is under way.
    transport.onclose = () => parts.onclose();
  }

  async start(): Promise<void> {
    await this.#parts.transport.start();
  }

  /** Ends the server's calls as well. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#parts.transport.close();
    this.#line.onclose?.();
  }

  #take(message: M): void {
    const cancelled = cancelledBy(message);
    if (cancelled !== null && this.#own.delete(cancelled)) return;
    if (this.#server === "open") this.#line.onmessage?.(message);
    else if (this.#server === "opening" || !this.#handle(message)) {
      this.#waiting.push(message);
      if (this.#server === "none") this.#open().catch((error: unknown) => this.#parts.onfailure(error));
    }
  }

  async #open(): Promise<void> {
    this.#server = "opening";
    await this.#parts.openServer(this.#line);
    if (this.#isClosed) return;
    const greeted = this.#greeted;
    if (greeted !== null) {
      const answer = await new Promise<M>((resolve) => {
        this.#onAnswer = resolve;
        this.#line.onmessage?.(greeted);
      });
      if (!("result" in answer)) throw new HandshakeRefused();
    }
    if (this.#confirmed !== null) this.#line.onmessage?.(this.#confirmed);
    this.#server = "open";
    for (const message of this.#waiting.splice(0)) this.#line.onmessage?.(message);
  }

  /** @returns false for what only the server can answer */
  #handle(message: M): boolean {
    const id = idOf(message);
    const method = methodOf(message);
    if (id === null) {
      if (method !== "notifications/initialized") return false;
      this.#confirmed = message;
      return true;
    }
    const result = this.#resultOf(message, method);
    if (result === null) return false;
    const turn = {};
    this.#own.set(id, turn);
    result.then(
      async (value) => {
        if (this.#own.get(id) !== turn) return;
        this.#own.delete(id);
        await this.#parts.transport.send(this.#parts.answer(id, value));
      },
      (error: unknown) => this.#parts.onfailure(error),
    );
    return true;
  }

  #resultOf(message: M, method: unknown): Promise<Record<string, unknown>> | null {
    const { greeting, lists } = this.#parts;
    switch (method) {
      case "initialize": {
        const asked = revisionAskedFor(message);
        if (asked === null) return null;
        this.#greeted = message;
        const protocolVersion = REVISIONS.find((each) => each === asked) ?? REVISIONS[0];
        return Promise.resolve({ protocolVersion, ...greeting });
      }
      case "ping":
        return Promise.resolve({});
      case "tools/list":
        return lists().then(({ tools }) => ({ tools }));
      case "prompts/list":
        return lists().then(({ prompts }) => ({ prompts }));
      default:
        return null;
    }
  }

  #isKnownAnswer(message: M): boolean {
    if (this.#onAnswer === null || methodOf(message) !== undefined) return false;
    this.#onAnswer(message);
    this.#onAnswer = null;
    return true;
  }
}

function idOf(message: object): string | number | null {
  const id = isRecord(message) ? own(message, "id") : null;
  return typeof id === "string" || typeof id === "number" ? id : null;
}

function cancelledBy(message: object): string | number | null {
  if (!isRecord(message) || own(message, "method") !== "notifications/cancelled") return null;
  const params = own(message, "params");
  const id = isRecord(params) ? own(params, "requestId") : null;
  return typeof id === "string" || typeof id === "number" ? id : null;
}

function methodOf(message: object): unknown {
  return isRecord(message) ? own(message, "method") : undefined;
}
