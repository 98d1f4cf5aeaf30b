import { EventEmitter } from "node:events";
import { describe, expect, it } from "vitest";
import { createLineCutter, LineTooLong } from "../../src/cli/stdio-lines.ts";
import { isMessage } from "../../src/cli/stdio-message.ts";
import { StdioTransport } from "../../src/cli/stdio-transport.ts";

class Input extends EventEmitter {
  isPaused = false;
  pause(): void {
    this.isPaused = true;
  }
  resume(): void {
    this.isPaused = false;
  }
}

class Output extends EventEmitter {
  readonly lines: string[] = [];
  writableLength = 0;
  isFull = false;
  write(text: string): boolean {
    this.lines.push(text);
    return !this.isFull;
  }
}

interface Message {
  jsonrpc?: unknown;
  method?: string;
  id?: string | number;
}

async function open(isGood: (value: object) => boolean = (value) => "jsonrpc" in value) {
  const [stdin, stdout] = [new Input(), new Output()];
  const reports: string[] = [];
  let now = 0;
  let closes = 0;
  const received: object[] = [];
  const transport = new StdioTransport<Message>({
    ...{ stdin, stdout },
    parse: (value) => (isGood(value) ? { ...value } : null),
    report: (event, { lines }) => reports.push(lines === undefined ? event : `${event} ${lines}`),
    now: () => now,
  });
  transport.onmessage = (message) => received.push(message);
  transport.onclose = () => {
    closes += 1;
  };
  await transport.start();
  return {
    ...{ transport, stdin, stdout, reports, received },
    say: (text: string | Uint8Array) => stdin.emit("data", Buffer.from(text)),
    /** Until everything that was said has been handled. */
    rest: async () => {
      do await new Promise((resolve) => setImmediate(resolve));
      while (stdin.isPaused);
    },
    wait: (ms: number) => {
      now += ms;
    },
    closes: () => closes,
    refusals: () => stdout.lines.map((line): { id: unknown; error: { code: number } } => JSON.parse(line)),
  };
}

const request = (id: string | number, method = "ping") => `${JSON.stringify({ jsonrpc: "2.0", id, method })}\n`;
const cancel = (requestId: string | number) =>
  `${JSON.stringify({ jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId } })}\n`;

describe("C23 lines", () => {
  it("come out whole, however the bytes are cut", () => {
    const bytes = Buffer.from("eins\nzw\u00f6lf\n\n\r\nlast");
    for (let size = 1; size <= bytes.length; size += 1) {
      const cutter = createLineCutter(100);
      const lines: string[] = [];
      for (let at = 0; at < bytes.length; at += size) {
        for (const line of cutter.push(bytes.subarray(at, at + size))) lines.push(Buffer.from(line).toString());
      }
      expect(lines).toEqual(["eins", "zw\u00f6lf", "", "\r"]);
    }
  });

  it("may have the limit's length and no byte more", () => {
    expect([...createLineCutter(4).push(Buffer.from("four\n"))]).toHaveLength(1);
    expect(() => [...createLineCutter(4).push(Buffer.from("fives\n"))]).toThrow(LineTooLong);
    const cutter = createLineCutter(4);
    expect([...cutter.push(Buffer.from("abc"))]).toEqual([]);
    expect(() => [...cutter.push(Buffer.from("de"))]).toThrow(LineTooLong);
  });
});

describe("C23 messages", () => {
  it("arrive with either line end, and empty lines do not count", async () => {
    const { say, received, stdout, reports } = await open();
    say(`\n\r\n  \n${request(1).replace("\n", "\r\n")}${request(2)}`);
    expect(received).toEqual([
      { jsonrpc: "2.0", id: 1, method: "ping" },
      { jsonrpc: "2.0", id: 2, method: "ping" },
    ]);
    expect([stdout.lines, reports]).toEqual([[], []]);
  });

  it.each([
    ["no JSON", "this is not JSON\n"],
    ["a byte order mark", `\ufeff${request(1)}`],
    ["bytes that are not UTF-8", Buffer.from([0x7b, 0xff, 0x7d, 0x0a])],
    ["65 levels", `${'{"a":'.repeat(65)}1${"}".repeat(65)}\n`],
    ["a million levels", `${"[".repeat(1_000_000)}\n`],
    ["a number", "12\n"],
    ["null", "null\n"],
    ["an empty batch", "[]\n"],
    ["a wrong shape without an id", '{"hello":1}\n'],
    ["an id that is no id", '{"hello":1,"id":{"x":1}}\n'],
    ["an inherited id", '{"__proto__":{"id":7}}\n'],
  ])("%s: reported without content, and the next request is taken", async (_, text) => {
    const { say, received, reports, stdout } = await open();
    say(text);
    say(request(2));
    expect(reports).toEqual(["unreadable input ignored 1"]);
    expect(received).toHaveLength(1);
    expect(stdout.lines).toEqual([]);
  });

  it("are reported at most once in five seconds, with their number", async () => {
    const { say, rest, wait, reports } = await open();
    for (let i = 0; i < 1_000; i += 1) say("x\n");
    await rest();
    wait(5_001);
    say("x\n");
    expect(reports).toEqual(["unreadable input ignored 1", "unreadable input ignored 1000"]);
  });

  it("of a wrong shape, and batches, are refused with every id that can be read", async () => {
    const { say, received, refusals } = await open();
    say('{"id":"a","hello":1}\n');
    say(`[${request(1).trim()},${request(2).trim()},{"id":null},7]\n`);
    expect(refusals().map(({ id, error }) => [id, error.code])).toEqual([
      ["a", -32600],
      [1, -32600],
      [2, -32600],
    ]);
    expect(received).toEqual([]);
  });

  it.each([
    ["an answer to our question that is none", '{"jsonrpc":"2.0","id":0,"result":null}\n', []],
    ["an error that is none", '{"jsonrpc":"2.0","id":1,"error":7}\n', []],
    [
      "an argument that would become a prototype",
      '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"x","arguments":{"__proto__":{}}}}\n',
      [1],
    ],
  ])("that are %s are refused only under an id of the client's own", async (_, line, ids) => {
    const { say, received, refusals, stdin, stdout } = await open(isMessage);
    say(line);
    expect([received, refusals().map(({ id }) => id)]).toEqual([[], ids]);
    expect([stdin.isPaused, stdout.lines.length]).toEqual([false, ids.length]);
  });

  it("of the library are not passed on: they may quote what the client sent, or name a file", async () => {
    const { transport, stdout } = await open();
    const error = { code: -32603, message: "Cannot find module '/home/x/dist/tools.js'", data: { path: "/home" } };
    await transport.send({ id: 1, ...{ error } });
    await transport.send({ id: 2, ...{ error: { code: -32601, message: "Method not found" } } });
    expect(stdout.lines.map((line) => JSON.parse(line).error)).toEqual([
      { code: -32603, message: "Internal error" },
      { code: -32601, message: "Method not found" },
    ]);
  });

  it('with an id in flight are refused; 1 and "1" are two ids, and an answered id may be used again', async () => {
    const { say, received, refusals, transport } = await open();
    say(request(1) + request("1") + request(1));
    expect(received).toHaveLength(2);
    expect(refusals()).toMatchObject([{ id: 1, error: { code: -32600 } }]);
    await transport.send({ id: 1 });
    say(request(1));
    expect(received).toHaveLength(3);
  });

  it("have ids inside that are never false and never the same, and their own again outside", async () => {
    const ids = [0, "", 1, -1, "0", "1", "s", "s0", "s1", "\u0000"];
    const { say, rest, received, stdout, transport } = await open();
    say(ids.map((id) => request(id) + cancel(id)).join(""));
    await rest();
    const names = received.flatMap((message) => ("id" in message ? [message.id] : []));
    const cancelled = received.flatMap((message) => ("params" in message ? [message.params] : []));
    expect(names.filter(Boolean)).toHaveLength(ids.length);
    expect(new Set(names).size).toBe(ids.length);
    expect(cancelled).toEqual(names.map((requestId) => ({ requestId })));
    for (const id of names) if (typeof id === "string" || typeof id === "number") await transport.send({ id });
    expect(stdout.lines.map((line) => JSON.parse(line).id)).toEqual(ids);
  });

  it.each([
    ["as it was", 1, 0],
    ["as text", "1", 0],
    ["of no question", "", "s"],
    ["of no question", 0, -1],
  ])(
    "of our own questions begin at 1 outside, so that the first can be withdrawn: an answer %s",
    async (_, id, inside) => {
      const { say, received, stdout, transport } = await open();
      await transport.send({ id: 0, method: "elicitation/create" });
      await transport.send({ method: "notifications/cancelled", ...{ params: { requestId: 0 } } });
      say(`${JSON.stringify({ jsonrpc: "2.0", id, result: {} })}\n`);
      expect(stdout.lines.map((line) => JSON.parse(line))).toMatchObject([{ id: 1 }, { params: { requestId: 1 } }]);
      expect(received).toEqual([{ jsonrpc: "2.0", id: inside, result: {} }]);
    },
  );

  it("keep no trace of a million cancelled ids", async () => {
    const { say, refusals } = await open();
    global.gc?.();
    const before = process.memoryUsage().heapUsed;
    for (let id = 1; id <= 100_000; id += 1) say(cancel(id));
    for (let id = 1; id <= 1_000; id += 1) say(request(7) + cancel(7));
    expect(refusals()).toEqual([]);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(200 * 1024 * 1024);
  });

  it("end with a line of more than 10 MB", async () => {
    const { say, reports, closes, received } = await open();
    const chunk = "a".repeat(1024 * 1024);
    for (let i = 0; i < 12; i += 1) say(chunk);
    say(`\n${request(1)}`);
    expect([reports, closes(), received]).toEqual([["line too long"], 1, []]);
  });
});

describe("row 50 a slow reader", () => {
  it("stops the questions until it has read the answers, and keeps their order", async () => {
    const { stdin, stdout, transport } = await open();
    stdout.isFull = true;
    stdout.writableLength = 5 * 1024 * 1024;
    const sent = Array.from({ length: 100 }, (_, id) => transport.send({ id }));
    expect(stdin.isPaused).toBe(true);
    expect(stdout.listenerCount("drain")).toBe(1);
    stdout.isFull = false;
    stdout.writableLength = 0;
    stdout.emit("drain");
    await Promise.all(sent);
    expect(stdin.isPaused).toBe(false);
    expect(stdout.lines.map((line) => JSON.parse(line).id)).toEqual(Array.from({ length: 100 }, (_, id) => id));
  });
});
