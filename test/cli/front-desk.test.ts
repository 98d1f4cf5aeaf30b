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

interface Circumstances {
  readonly isOpenFirst?: boolean;
  /** Awaited before the server is made. */
  readonly opening?: () => Promise<void>;
  readonly loadTools?: () => Promise<[]>;
  /** What the server gets in place of the handshake. */
  readonly replayed?: (message: JSONRPCMessage) => JSONRPCMessage;
}

/** A desk as the program has it, between two streams and the real server. */
async function open(mode: Mode, { isOpenFirst = false, opening, replayed, loadTools }: Circumstances = {}) {
  const [stdin, stdout] = [new Input(), new Output()];
  const access = { mode, readOnly: false, toolsets: TOOLSETS };
  const greeting = greet({ ...access, isSandbox: false, version: "1.2.3" });
  const loadLists = async () => listsFor(SURFACE, access);
  // The sandbox is only named, never started: it stands for settings without a credential.
  const { session } = await openSession(fakeHost({}).host, mode);
  const toServer: unknown[] = [];
  const failures: unknown[] = [];
  let closes = 0;
  let ends = 0;
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
      await opening?.();
      const server = createServer({
        ...{ mode, greeting, loadLists },
        session,
        loadTools: loadTools ?? (async () => []),
        loadPrompts: async () => [],
      });
      await server.connect(line);
      const { onmessage } = line;
      line.onmessage = (message) => {
        toServer.push(message);
        onmessage?.(replayed === undefined ? message : replayed(message));
      };
      server.onclose = () => {
        ends += 1;
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
    onfailure: (error) => failures.push(error),
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
    ...{ stdin, say, rest, desk, stdout, toServer, failures },
    client: () => ({ clientName, canAsk }),
    closes: () => closes,
    serverEnds: () => ends,
  };
}

const INFO = { name: "host", version: "1" };

/** What the client says of itself and of what it can do, not quite as it should. */
const HALF_WRONG: readonly (readonly [string, object])[] = [
  ["a title of null", { clientInfo: { ...INFO, title: null } }],
  ["a website that is no text", { clientInfo: { ...INFO, websiteUrl: 1 } }],
  ["a description that is no text", { clientInfo: { ...INFO, description: {} } }],
  ["icons that are no list", { clientInfo: { ...INFO, icons: {} } }],
  ["an icon without a source", { clientInfo: { ...INFO, icons: [{ mimeType: "image/png" }] } }],
  ["an icon of an unknown theme", { clientInfo: { ...INFO, icons: [{ src: "x", theme: "blue" }] } }],
  ["an icon whose sizes are numbers", { clientInfo: { ...INFO, icons: [{ src: "x", sizes: [48] }] } }],
  ["roots.listChanged of null", { capabilities: { elicitation: {}, roots: { listChanged: null } } }],
  ["an experiment that is no object", { capabilities: { elicitation: {}, experimental: { x: true } } }],
  ["an extension that is no object", { capabilities: { elicitation: {}, extensions: { x: 1 } } }],
  ["sampling.tools that is no object", { capabilities: { elicitation: {}, sampling: { tools: true } } }],
  ["sampling.context of null", { capabilities: { elicitation: {}, sampling: { context: null } } }],
  ["elicitation.form of null", { capabilities: { elicitation: { form: null } } }],
  ["elicitation.url that is no object", { capabilities: { elicitation: { form: {}, url: "yes" } } }],
  ["a form default that is no flag", { capabilities: { elicitation: { form: { applyDefaults: "yes" } } } }],
  ["tasks of a wrong type", { capabilities: { elicitation: {}, tasks: { requests: { elicitation: 1 } } } }],
];

/** As the hosts that are in use say it. */
const USUAL: readonly (readonly [string, object])[] = [
  ["roots and elicitation", { capabilities: { roots: {}, elicitation: {} } }],
  ["elicitation of both kinds", { capabilities: { elicitation: { form: {}, url: {} } } }],
  ["a form with its defaults", { capabilities: { elicitation: { form: { applyDefaults: true } } } }],
  ["sampling and elicitation", { capabilities: { sampling: {}, elicitation: {} } }],
  ["sampling with tools", { capabilities: { sampling: { context: {}, tools: {} } } }],
  ["changing roots", { capabilities: { roots: { listChanged: true } } }],
  ["nothing", { capabilities: {} }],
  ["experiments and extensions", { capabilities: { experimental: { x: {} }, extensions: { "a/b": { c: [1] } } } }],
  [
    "all about itself",
    {
      clientInfo: {
        ...{ ...INFO, title: "Host", websiteUrl: "https://host.example", description: "A host" },
        icons: [{ src: "https://host.example/i.png", mimeType: "image/png", sizes: ["48x48"], theme: "dark" }],
      },
    },
  ],
];

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
    ...[...HALF_WRONG, ...USUAL].map(([what, params]) => [`initialize, ${what}`, withParams(params)] as const),
    ["initialize with a field of its own", withParams({ extra: 1 })],
    ["initialize with a progress token", withParams({ _meta: { progressToken: 1 } })],
    ["initialize with a task", withParams({ _meta: { "io.modelcontextprotocol/related-task": { taskId: "t" } } })],
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

  it.each(USUAL)("answers the handshake of a host without the server: %s", async (_what, params) => {
    const { say, rest, stdout, toServer } = await open("manager");
    say(withParams(params), READY, PING);
    await rest();
    expect(stdout.lines).toMatchObject([{ id: 1, result: { protocolVersion: "2025-06-18" } }, { id: 9 }]);
    expect(toServer).toEqual([]);
  });

  it.each(HALF_WRONG)("leaves a half-wrong handshake to the server: %s", async (_what, params) => {
    const { say, rest, stdout, failures } = await open("manager");
    say(withParams(params), READY, CALL);
    await rest();
    expect(stdout.lines).toMatchObject([{ id: 1, error: { message: expect.anything() } }, { id: 7 }]);
    expect(failures).toEqual([]);
  });

  it("says so when the server does not take the handshake that was answered, and hands nothing on", async () => {
    const replayed = (message: JSONRPCMessage) =>
      "method" in message && message.method === "initialize" ? { ...message, params: {} } : message;
    const { say, rest, stdout, toServer, failures } = await open("manager", { replayed });
    say(HELLO, READY, CALL);
    await rest();
    expect(failures).toMatchObject([{ name: "HandshakeRefused" }]);
    expect(toServer).toEqual([HELLO]);
    expect(stdout.lines).toMatchObject([{ id: 1, result: {} }]);
  });

  it("has a server that tries again what could not be loaded", async () => {
    let tries = 0;
    const loadTools = async (): Promise<[]> => {
      tries += 1;
      if (tries === 1) throw new Error("Cannot find module '/home/x/dist/tools.js'");
      return [];
    };
    const { say, rest, stdout } = await open("vk", { loadTools });
    say(HELLO, READY, CALL);
    await rest();
    say({ ...CALL, id: 8 });
    await rest();
    expect(stdout.lines).toMatchObject([
      { id: 1 },
      { id: 7, error: { message: "Internal error" } },
      { id: 8, result: { isError: true } },
    ]);
  });

  it("says so when the server cannot be opened", async () => {
    const opening = () => Promise.reject(new TypeError("no such file"));
    const { say, rest, failures, stdout } = await open("vk", { opening });
    say(HELLO, CALL);
    await rest();
    expect(failures).toMatchObject([{ name: "TypeError" }]);
    expect(stdout.lines).toMatchObject([{ id: 1 }]);
  });

  it("hands nothing on when it was closed while the server was being opened", async () => {
    let isOpened = () => {};
    const opening = () =>
      new Promise<void>((resolve) => {
        isOpened = resolve;
      });
    const { say, rest, desk, toServer, failures, closes } = await open("vk", { opening });
    say(HELLO, READY, CALL);
    await desk.close();
    isOpened();
    await rest();
    expect([toServer, failures, closes()]).toEqual([[], [], 1]);
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

  it("gives a list that was cancelled no answer, and opens no server for that", async () => {
    const { say, rest, stdout, toServer } = await open("vk");
    const list = { jsonrpc: "2.0", id: 2, method: "tools/list" };
    say(HELLO, list, { jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: 2 } });
    say({ ...PING, id: 2 });
    await rest();
    expect(stdout.lines).toMatchObject([{ id: 1 }, { id: 2, result: {} }]);
    expect(stdout.lines[1]).not.toMatchObject({ result: { tools: expect.anything() } });
    expect(toServer).toEqual([]);
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

  it("lets the server finish what it has begun when the other side closes, until it is closed itself", async () => {
    const { stdin, desk, closes, serverEnds } = await open("vk", { isOpenFirst: true });
    stdin.emit("data", Buffer.alloc(11 * 1024 * 1024, "a"));
    expect([closes(), serverEnds()]).toEqual([1, 0]);
    await desk.close();
    expect([closes(), serverEnds()]).toEqual([1, 1]);
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
