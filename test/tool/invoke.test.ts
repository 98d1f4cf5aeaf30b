import { afterEach, describe, expect, it } from "vitest";
import * as z from "zod";
import { UpstreamError } from "../../src/api/errors.ts";
import { defineTool, type Tool } from "../../src/tool/define.ts";
import { notFound, ToolError } from "../../src/tool/errors.ts";
import { connect, type Harness } from "../harness/client.ts";

const SECRET = "pat_ws000000_0123456789abcdef0123456789abcdef";
const BASE = { headline: "Done.", basis: {} };
const output = z.strictObject({ headline: z.string(), basis: z.strictObject({}), text: z.string().optional() });

function reading(run: () => Promise<z.input<typeof output>>, input: z.ZodObject = z.strictObject({})): Tool {
  return defineTool({
    name: "probe",
    title: "Probe",
    description: "A probe.",
    modes: ["vk", "manager"],
    toolset: "core",
    effect: "read",
    input,
    output,
    run,
  });
}

let harness: Harness | undefined;
afterEach(() => harness?.close());

async function probe(
  tool: Tool,
  args: Record<string, unknown> = {},
  more: { timeoutMs?: number; isSandbox?: boolean } = {},
) {
  harness = await connect({
    mode: "manager",
    baseUrl: "http://127.0.0.1:9",
    credential: SECRET,
    workspaceId: "550e8400-e29b-41d4-a716-446655440000",
    tools: [tool],
    ...more,
  });
  return { ...(await harness.call("probe", args)), log: harness.logLines };
}

describe("arguments", () => {
  const input = z.strictObject({ limit: z.int().min(1).max(10).default(5) });
  const tool = reading(async () => BASE, input);

  it.each([
    ["an unknown one", { limt: 3 }, '[INVALID_ARGUMENT] Unknown argument "limt"; this tool takes: limit.'],
    ["a text for a number", { limit: "3" }, "[INVALID_ARGUMENT] limit: expected number, received string."],
    ["null", { limit: null }, "[INVALID_ARGUMENT] limit: expected number, received null."],
    ["true", { limit: true }, "[INVALID_ARGUMENT] limit: expected number, received boolean."],
    ["an empty list", { limit: [] }, "[INVALID_ARGUMENT] limit: expected number, received array."],
    ["a hex text", { limit: "0x10" }, "[INVALID_ARGUMENT] limit: expected number, received string."],
    ["too much", { limit: 11 }, "[INVALID_ARGUMENT] limit: Too big: expected number to be <=10."],
  ])("refuses %s and names it", async (_what, args, text) => {
    expect(await probe(tool, args)).toMatchObject({ isError: true, text });
  });

  it("drops the one argument that a host adds to every tool", async () => {
    expect(await probe(tool, { wait_for_previous: true })).toMatchObject({ isError: false });
  });

  it("refuses thousands of values before looking at them", async () => {
    const { text } = await probe(tool, { limit: Array.from({ length: 5_000 }, () => [1]) });
    expect(text).toBe("[INVALID_ARGUMENT] More than 1000 argument values.");
  });

  it("never repeats a value, which may be a misplaced credential", async () => {
    const { text } = await probe(tool, { limit: SECRET });
    expect(text).not.toContain(SECRET);
  });
});

describe("results", () => {
  it("carry the same JSON as text and as structure", async () => {
    const answer = await probe(reading(async () => ({ ...BASE, text: "ä€" })));
    expect(answer.text).toBe(JSON.stringify(answer.value));
    expect(answer.value).toEqual({ headline: "Done.", basis: {}, text: "ä€" });
  });

  it("say sandbox right behind the headline", async () => {
    const { text } = await probe(
      reading(async () => BASE),
      {},
      { isSandbox: true },
    );
    expect(text).toBe('{"headline":"Done.","sandbox":true,"basis":{}}');
  });

  it("lose a credential that slipped into them", async () => {
    const { text } = await probe(reading(async () => ({ ...BASE, text: `key ${SECRET}` })));
    expect(text).toContain("[redacted]");
    expect(text).not.toContain(SECRET);
  });

  it("of an unexpected shape are an error, not a result", async () => {
    const { text, isError, log } = await probe(reading(async () => Object.assign({ extra: 1 }, BASE)));
    expect(isError).toBe(true);
    expect(text).toBe("[INTERNAL] Unexpected error in alephant-mcp; no figure was computed.");
    expect(log.join()).toContain("kind=ZodError");
  });
});

describe("C17 failures", () => {
  it.each([
    ["a foreseen one", new ToolError("BUSY", "Too many questions.", "Wait."), "[BUSY] Too many questions. Wait."],
    [
      "an id that names nothing",
      notFound({ kind: "agent", listedBy: "list_agents" }, "x"),
      "[NOT_FOUND] There is no agent x in this workspace. Use list_agents to find its id.",
    ],
    [
      "a service failure",
      new UpstreamError("The service failed (500).", { status: 500 }),
      "[UPSTREAM_ERROR] The service failed (500). Try again shortly.",
    ],
    [
      "a service failure with a text",
      new UpstreamError("The service failed (500).", { serviceText: "disk" }),
      '[UPSTREAM_ERROR] The service failed (500). The service says: "disk". Try again shortly.',
    ],
    [
      "one nobody foresaw",
      new Error(`Bearer ${SECRET}`),
      "[INTERNAL] Unexpected error in alephant-mcp; no figure was computed.",
    ],
  ])("%s is one clear text", async (_what, error, text) => {
    const answer = await probe(reading(() => Promise.reject(error)));
    expect(answer).toMatchObject({ isError: true, text, value: undefined });
    expect(answer.log.join("\n")).not.toContain(SECRET);
  });

  it("names the deadline when it passes, even if the tool does not listen", async () => {
    const { text } = await probe(
      reading(() => new Promise(() => {})),
      {},
      { timeoutMs: 1_000 },
    );
    expect(text).toBe(
      "[TIMEOUT] No complete answer within 1 s. Ask for a shorter window, or raise ALEPHANT_TIMEOUT_MS.",
    );
  });

  it("of an unknown tool is a text as well", async () => {
    await probe(reading(async () => BASE));
    expect(await harness?.call("nope")).toMatchObject({
      isError: true,
      text: expect.stringMatching(/^\[INVALID_ARGUMENT\]/),
    });
  });
});
