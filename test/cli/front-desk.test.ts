import { EventEmitter } from "node:events";
import {
  type JSONRPCMessage,
  JSONRPCMessageSchema,
  SUPPORTED_PROTOCOL_VERSIONS,
} from "@modelcontextprotocol/sdk/types.js";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FrontDesk, type Line } from "../../src/cli/front-desk.ts";
import { openSession } from "../../src/cli/session.ts";
import { isMessage } from "../../src/cli/stdio-message.ts";
import { StdioTransport } from "../../src/cli/stdio-transport.ts";
import { greet } from "../../src/greeting.ts";
import type { Mode } from "../../src/mode.ts";
import { createServer } from "../../src/server.ts";
import { SURFACE } from "../../src/surface.ts";
import { listsFor } from "../../src/tool/surface.ts";
import { TOOLSETS } from "../../src/toolset.ts";
import { fakeHost } from "./cli-host.ts";

const HELLO = {
  jsonrpc: "2.0",
  id: 1,
  method: "initialize",
  params: { protocolVersion: "2025-06-18", capabilities: {}, clientInfo: { name: "host", version: "1" } },
};
const READY = { jsonrpc: "2.0", method: "notifications/initialized" };
const PING = { jsonrpc: "2.0", id: 9, method: "ping" };
const CALL = { jsonrpc: "2.0", id: 7, method: "tools/call", params: { name: "no_such_tool", arguments: {} } };
const withParams = (params: object) => ({ ...HELLO, params: { ...HELLO.params, ...params } });

class Input extends EventEmitter {
  pause(): void {}
  resume(): void {}
}

class Output extends EventEmitter {
  readonly lines: unknown[] = [];
  readonly writableLength = 0;
  write(text: string): boolean {
    this.lines.push(JSON.parse(text));
    return true;
  }
}

/** A desk as the program has it, between two streams and the real server. */
async function open(mode: Mode, { isOpenFirst = false } = {}) {
  const [stdin, stdout] = [new Input(), new Output()];
  const access = { mode, readOnly: false, toolsets: TOOLSETS };
  const greeting = greet({ ...access, isSandbox: false, version: "1.2.3" });
  const loadLists = async () => listsFor(SURFACE, access);
  // The sandbox is only named, never started: it stands for settings without a credential.
  const { session } = await openSession(fakeHost({}).host, mode);
  const toServer: unknown[] = [];
  let closes = 0;
  let clientName: string | null = null;
  let canAsk = false;
  const transport = new StdioTransport<JSONRPCMessage>({
    ...{ stdin, stdout },
    parse: (value) => JSONRPCMessageSchema.safeParse(value).data ?? null,
    report: () => {},
  });
  const desk = new FrontDesk({
    transport,
    greeting,
    lists: loadLists,
    openServer: async (line: Line<JSONRPCMessage>) => {
      const server = createServer({
        ...{ mode, greeting, loadLists },
        session,
        loadTools: async () => [],
        loadPrompts: async () => [],
      });
      await server.connect(line);
      const { onmessage } = line;
      line.onmessage = (message) => {
        toServer.push(message);
        onmessage?.(message);
      };
      server.oninitialized = () => {
        clientName = server.getClientVersion()?.name ?? null;
        canAsk = server.getClientCapabilities()?.elicitation?.form !== undefined;
      };
    },
    answer: (id, result) => ({ jsonrpc: "2.0" as const, id, result }),
    onclose: () => {
      closes += 1;
    },
  });
  await desk.start();
  const say = (...messages: object[]) =>
    stdin.emit("data", Buffer.from(messages.map((message) => `${JSON.stringify(message)}\n`).join("")));
  const rest = () => new Promise((resolve) => setTimeout(resolve, 30));
  if (isOpenFirst) {
    say({ jsonrpc: "2.0", id: "opens the server", method: "logging/setLevel", params: { level: "info" } });
    await rest();
    stdout.lines.length = 0;
    toServer.length = 0;
  }
  return {
    ...{ say, rest, desk, stdout, toServer },
    client: () => ({ clientName, canAsk }),
    closes: () => closes,
  };
}

describe("the front desk", () => {
  const questions: readonly (readonly [string, object])[] = [
    ...[...SUPPORTED_PROTOCOL_VERSIONS, "2026-07-28", "1999-01-01", ""].map(
      (protocolVersion) => [`initialize, revision "${protocolVersion}"`, withParams({ protocolVersion })] as const,
    ),
    [
      "initialize of a client that can ask",
      withParams({ capabilities: { elicitation: {}, roots: { listChanged: true } } }),
    ],
    ["initialize with a name for people", withParams({ clientInfo: { name: "h", version: "1", title: "Host" } })],
    ["initialize without client", withParams({ clientInfo: undefined })],
    ["initialize without revision", withParams({ protocolVersion: undefined })],
    ["initialize without parameters", { jsonrpc: "2.0", id: 1, method: "initialize" }],
    ["initialize with capabilities of a wrong type", withParams({ capabilities: { roots: "yes" } })],
    ["ping", PING],
    ["tools/list", { jsonrpc: "2.0", id: "a", method: "tools/list" }],
    ["tools/list with a cursor", { jsonrpc: "2.0", id: 2, method: "tools/list", params: { cursor: "x" } }],
    ["prompts/list", { jsonrpc: "2.0", id: 3, method: "prompts/list", params: {} }],
    ["an unknown method", { jsonrpc: "2.0", id: 4, method: "server/discover" }],
    ["resources/list", { jsonrpc: "2.0", id: 5, method: "resources/list" }],
  ];

  describe.each(["vk", "manager"] as const)("in %s mode", (mode) => {
    it.each(questions)("answers like the server behind it: %s", async (_what, question) => {
      const [alone, behind] = [await open(mode), await open(mode, { isOpenFirst: true })];
      alone.say(question);
      behind.say(question);
      await Promise.all([alone.rest(), behind.rest()]);
      expect(behind.stdout.lines).toHaveLength(1);
      expect(alone.stdout.lines).toEqual(behind.stdout.lines);
    });
  });

  it("answers a whole first minute without the server", async () => {
    const { say, rest, stdout, toServer } = await open("manager");
    say(
      HELLO,
      READY,
      { jsonrpc: "2.0", id: 2, method: "tools/list" },
      { jsonrpc: "2.0", id: 3, method: "prompts/list" },
      PING,
    );
    await rest();
    expect(stdout.lines).toHaveLength(4);
    expect(stdout.lines).toEqual(
      expect.arrayContaining([1, 2, 3, 9].map((id) => expect.objectContaining({ id, result: expect.anything() }))),
    );
    expect(toServer).toEqual([]);
  });

  it("tells the server of the handshake, once, before the first message that it must answer", async () => {
    const { say, rest, stdout, toServer, client } = await open("manager");
    const hello = withParams({ capabilities: { elicitation: {} } });
    say(hello, READY, CALL, PING);
    await rest();
    expect(toServer).toEqual([hello, READY, CALL, PING]);
    expect(stdout.lines).toMatchObject([{ id: 1, result: { serverInfo: { version: "1.2.3" } } }, {}, {}]);
    expect(client()).toEqual({ clientName: "host", canAsk: true });
  });

  it("passes on what comes while the server is being opened, in order", async () => {
    const { say, rest, stdout, toServer } = await open("vk");
    say(HELLO);
    say(CALL);
    say({ ...CALL, id: 8 });
    say({ jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: 8 } });
    await rest();
    expect(toServer).toMatchObject([HELLO, { id: 7 }, { id: 8 }, { method: "notifications/cancelled" }]);
    expect(stdout.lines).toMatchObject([{ id: 1 }, { id: 7 }]);
  });

  it("lets a later answer with the id of the handshake through", async () => {
    const { say, rest, stdout } = await open("vk");
    say(HELLO);
    await rest();
    say({ ...CALL, id: 1 });
    await rest();
    expect(stdout.lines).toMatchObject([
      { id: 1, result: { serverInfo: {} } },
      { id: 1, result: { isError: true } },
    ]);
  });

  it("tells of its end, with and without the server", async () => {
    for (const isOpenFirst of [false, true]) {
      const { desk, closes } = await open("vk", { isOpenFirst });
      await desk.close();
      expect(closes()).toBe(1);
    }
  });
});

describe("what counts as a message", () => {
  const scalar = fc.constantFrom<unknown>(
    "2.0",
    "",
    1,
    0,
    -1,
    1.5,
    2 ** 53,
    null,
    true,
    [],
    {},
    { progressToken: 1.5 },
  );
  const sometimes = <T>(usual: fc.Arbitrary<T>) =>
    fc.oneof({ weight: 6, arbitrary: usual }, { weight: 1, arbitrary: scalar });
  const id = sometimes(fc.constantFrom<unknown>("a", 7, 0));
  const meta = fc.record(
    {
      progressToken: sometimes(fc.constantFrom("t", 3)),
      "io.modelcontextprotocol/related-task": sometimes(fc.record({ taskId: sometimes(fc.constant("t")) })),
    },
    { requiredKeys: [] },
  );
  const body = sometimes(fc.record({ _meta: sometimes(meta), name: scalar }, { requiredKeys: [] }));
  const error = fc.record({
    code: sometimes(fc.constant(-32600)),
    message: sometimes(fc.constant("m")),
    data: scalar,
  });
  const jsonrpc = fc.oneof({ weight: 19, arbitrary: fc.constant("2.0") }, { weight: 1, arbitrary: scalar });
  const extra = fc.oneof(
    { weight: 9, arbitrary: fc.constant({}) },
    { weight: 1, arbitrary: fc.constant({ extra: 1 }) },
  );
  const message = fc.oneof(
    fc.record({ jsonrpc, id, method: sometimes(fc.constant("m")), params: body }, { requiredKeys: ["jsonrpc"] }),
    fc.record({ jsonrpc, id, result: body }, { requiredKeys: ["jsonrpc"] }),
    fc.record({ jsonrpc, id, error: sometimes(error) }, { requiredKeys: ["jsonrpc"] }),
    fc.record({ jsonrpc, id, method: scalar, result: body, error }, { requiredKeys: [] }),
  );

  it("is what the schema of the SDK takes", () => {
    const seen = { good: 0, bad: 0 };
    fc.assert(
      fc.property(message, extra, (candidate, more) => {
        // Only what JSON can say arrives here.
        const value = JSON.parse(JSON.stringify({ ...candidate, ...more }));
        const isGood = JSONRPCMessageSchema.safeParse(value).success;
        seen[isGood ? "good" : "bad"] += 1;
        expect([value, isMessage(value)]).toEqual([value, isGood]);
      }),
      { numRuns: 10_000, seed: 1 },
    );
    expect(seen.good).toBeGreaterThan(2_000);
    expect(seen.bad).toBeGreaterThan(2_000);
  });
});
