import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { createHttp } from "../../src/api/http.ts";
import { createManagerApi } from "../../src/api/manager.ts";
import { createVkApi } from "../../src/api/vk.ts";
import { type Sandbox, startSandbox } from "../../src/sandbox/serve.ts";
import { Secret } from "../../src/secret.ts";
import type { Harness } from "../harness/client.ts";
import { connectTo, writesOf } from "../harness/fresh.ts";
import { NOON } from "../harness/sandbox.ts";
import { WRITE_TOOLS, writeCase } from "../harness/writes.ts";

let sandbox: Sandbox;
const open: Harness[] = [];
beforeAll(async () => {
  sandbox = await startSandbox({ now: () => NOON });
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((harness) => harness.close()));
  sandbox.reset();
});
afterAll(() => sandbox.close());

async function connected(kind: "vk" | "manager" | "read-only"): Promise<Harness> {
  const { credentials } = sandbox;
  const harness = await connectTo(sandbox, {
    ...(kind === "vk" && { mode: "vk", credential: credentials.virtualKeys.agent }),
    readOnly: kind === "read-only",
  });
  open.push(harness);
  return harness;
}

describe("C9 which tools exist", () => {
  it.each([
    ["vk", 8],
    ["manager", 27],
    ["read-only", 23],
  ] as const)("C9 %s: %i tools", async (kind, count) => {
    const { tools } = await (await connected(kind)).client.listTools();
    expect(tools).toHaveLength(count);
    const writes = tools.filter(({ name }) => WRITE_TOOLS.some((write) => write === name));
    expect(writes).toHaveLength(kind === "manager" ? 4 : 0);
  });

  it.each(["vk", "read-only"] as const)("C9 %s: a write called by name reads like any unknown name", async (kind) => {
    const harness = await connected(kind);
    const unknown = await harness.call("no_such_tool", {});
    for (const tool of WRITE_TOOLS) expect(await harness.call(tool, writeCase(sandbox, tool).args)).toEqual(unknown);
    expect(sandbox.hits()).toEqual([]);
  });

  it("C9 read-only wins over every other setting", async () => {
    const harness = await connectTo(sandbox, { readOnly: true, confirmWith: "auto", policy: ALLOW_ALL });
    open.push(harness);
    const { tools } = await harness.client.listTools();
    expect(tools.filter(({ annotations }) => annotations?.readOnlyHint !== true)).toEqual([]);
  });

  it("C9 every tool sets all four hints; a new key is no closed-world write", async () => {
    const { tools } = await (await connected("manager")).client.listTools();
    for (const { name, annotations } of tools) {
      const isWrite = WRITE_TOOLS.some((write) => write === name);
      expect(annotations, name).toMatchObject({
        readOnlyHint: !isWrite,
        destructiveHint: isWrite && name !== "create_virtual_key",
        idempotentHint: expect.any(Boolean),
        openWorldHint: true,
      });
    }
  });
});

describe("C9 reading changes nothing", () => {
  it.each(["vk", "manager"] as const)("C9 %s: all read tools together send no change", async (kind) => {
    const harness = await connected(kind);
    const { tools } = await harness.client.listTools();
    for (const { name, annotations } of tools) if (annotations?.readOnlyHint) await harness.call(name, {});
    expect(sandbox.hits().length).toBeGreaterThan(5);
    expect(writesOf(sandbox)).toEqual([]);
  });

  it("C9 the objects that tools get have no method that sends anything but a GET", async () => {
    const methods: string[] = [];
    const http = createHttp({
      baseUrl: new URL("http://127.0.0.1:9"),
      credential: new Secret("pat_0123456789abcdef"),
      userAgent: "test",
      fetch: async (_url, { method }) => {
        methods.push(method);
        throw new Error("no network");
      },
    }).bind({ signal: AbortSignal.timeout(5_000), deadline: performance.now() + 1 });
    for (const api of [createManagerApi(http), createVkApi(http)]) {
      expect(Object.keys(api).filter((name) => /create|update|revoke|put|set|delete|write/i.test(name))).toEqual([]);
      expect(Object.keys(api)).not.toContain("writes");
    }
    expect(methods).toEqual([]);
  });
});

const ALLOW_ALL = { decide: async () => ({ decision: "allow", reason: null }) as const };
