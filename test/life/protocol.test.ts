import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Sandbox, startSandbox } from "../../src/sandbox/serve.ts";
import { Program, settings } from "./program.ts";

let sandbox: Sandbox;
let program: Program;

beforeAll(async () => {
  sandbox = await startSandbox();
});
afterEach(() => void program.child.kill("SIGKILL"));
afterAll(() => sandbox.close());

async function start(): Promise<Program> {
  program = new Program(settings(sandbox));
  return program.ready();
}

/** The next good request is answered. */
async function lives(): Promise<void> {
  program.say({ id: "next", method: "ping" });
  expect(await program.answer("next")).toMatchObject({ result: {} });
}

describe("C23 hostile input", () => {
  const lines: readonly (readonly [string, string | Uint8Array])[] = [
    ["no JSON", "GET / HTTP/1.1\r\nHost: x\r\n\r\n"],
    ["a byte order mark", '\ufeff{"jsonrpc":"2.0","id":1,"method":"ping"}\n'],
    ["bytes that are not UTF-8", Buffer.from([0xff, 0xfe, 0x0a])],
    [
      "such bytes in a text of a good message",
      Buffer.concat([
        Buffer.from('{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"'),
        Buffer.from([0xc3, 0x28, 0xff, 0xed, 0xa0, 0x80]),
        Buffer.from('","arguments":{}}}\n'),
      ]),
    ],
    [
      "200,000 levels",
      `{"jsonrpc":"2.0","id":1,"method":"ping","params":${'{"a":'.repeat(200_000)}1${"}".repeat(200_001)}\n`,
    ],
    ["5 MB of one text", `{"jsonrpc":"2.0","id":1,"method":"x","params":{"a":"${"x".repeat(5_000_000)}"}}\n`],
    ["answers nobody asked for", `${'{"jsonrpc":"2.0","id":5,"result":{}}\n'.repeat(1_000)}`],
    ["empty lines", "\n\r\n\n"],
  ];
  it.each(lines)(
    "%s: the program lives, and stderr stays short",
    async (_, text) => {
      await start();
      program.raw(text);
      await lives();
      expect(program.stderr.split("\n").length).toBeLessThan(30);
      expect(program.stderr).not.toContain("xxxx");
    },
    20_000,
  );

  it("wrong shapes, batches, unknown methods and ids in flight are refused", async () => {
    await start();
    program.raw('{"id":1,"hello":true}\n[{"jsonrpc":"2.0","id":2,"method":"ping"}]\n');
    program.say({ id: 3, method: "server/discover" });
    sandbox.setSwitch("latencyMs", 300);
    program.call(4, "get_subscription_info");
    program.call(4, "get_subscription_info");
    for (const [id, code] of [
      [1, -32600],
      [2, -32600],
      [3, -32601],
      [4, -32600],
    ] as const) {
      expect(await program.answer(id)).toMatchObject({ error: { code } });
    }
    sandbox.setSwitch("latencyMs", 0);
    await lives();
  }, 20_000);

  it.each([
    ["__proto__", "__proto__"],
    ["constructor", "constructor"],
    ["toString", "toString"],
    ["nothing", ""],
    ["100,000 characters", "x".repeat(100_000)],
  ])(
    "the tool name %s is no tool",
    async (_, name) => {
      await start();
      program.call(1, name);
      expect((await program.answer(1)).result).toMatchObject({ isError: true });
      await lives();
    },
    20_000,
  );

  it.each([
    ["__proto__", { error: { code: -32600 } }],
    ["constructor", { result: { isError: true } }],
    ["toString", { result: { isError: true } }],
  ])(
    "an argument named %s alone is refused",
    async (name, refusal) => {
      await start();
      program.raw(
        `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"get_subscription_info","arguments":{"${name}":{"period":"7d"}}}}\n`,
      );
      expect(await program.answer(1)).toMatchObject(refusal);
      await lives();
    },
    20_000,
  );

  it.each([
    { name: 5, arguments: {} },
    { name: "get_subscription_info", arguments: "none" },
  ])(
    "parameters of a wrong shape are refused without a word of the library: %j",
    async (params) => {
      await start();
      program.say({ id: 1, method: "tools/call", params });
      expect(await program.answer(1)).toMatchObject({ error: { code: -32603, message: "Internal error" } });
      await lives();
    },
    20_000,
  );

  it("10,000 arguments and names of prototypes are refused", async () => {
    await start();
    program.call(1, "get_usage_summary", Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`k${i}`, i])));
    program.raw(
      '{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"get_usage_summary","arguments":{"toString":{"period":"7d"},"constructor":1}}}\n',
    );
    for (const id of [1, 2]) {
      const { result } = await program.answer(id);
      expect(result?.content?.[0]?.text).toMatch(/^\[INVALID_ARGUMENT\]/);
    }
    await lives();
  }, 20_000);

  it("a line over 10 MB ends the program with 1", async () => {
    await start();
    program.raw("a".repeat(11 * 1024 * 1024));
    expect((await program.end(0)).code).toBe(1);
    expect(program.stderr).toContain("line too long");
    expect(program.stderr).not.toContain("aaaa");
  }, 20_000);

  it("20,000 calls that are cancelled at once leave it well", async () => {
    await start();
    for (let id = 1; id <= 20_000; id += 1) {
      program.say({ id, method: "ping" });
      program.say({ method: "notifications/cancelled", params: { requestId: id } });
    }
    await lives();
  }, 60_000);
});

describe("row 50 a reader that is slow", () => {
  it("gets every answer, in order, of a program that stays small", async () => {
    await start();
    program.child.stdout.pause();
    const count = 150;
    for (let id = 1; id <= count; id += 1) program.say({ id, method: "tools/list" });
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    program.child.stdout.resume();
    await program.answer(count);
    const ids = program.messages.map(({ id }) => id).filter((id) => typeof id === "number");
    expect(ids).toEqual(Array.from({ length: count }, (_, i) => i + 1));
    await lives();
  }, 30_000);
});
