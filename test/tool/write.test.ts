import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import type { ManagerWrites } from "../../src/api/manager.ts";
import type { Tool } from "../../src/tool/define.ts";
import { ToolError } from "../../src/tool/errors.ts";
import { defineWriteTool } from "../../src/tool/write.ts";
import { approving, connect } from "../harness/client.ts";

const KEY_ID = "7b1af75d-6833-40bc-842a-78946a053c2a";
const BASE = { headline: "Done.", basis: {} };
const output = z.strictObject({ headline: z.string(), basis: z.strictObject({}) });

const network = setupServer();
beforeAll(() => network.listen({ onUnhandledRequest: "bypass" }));
afterEach(() => network.resetHandlers());
afterAll(() => network.close());

const revoking = async (writes: ManagerWrites) => {
  await writes.revokeKey(KEY_ID);
  return { shown: null };
};

function writing(
  send: (writes: ManagerWrites) => Promise<{ shown: null }>,
  report: () => z.input<typeof output> = () => BASE,
): Tool {
  return defineWriteTool({
    name: "probe",
    title: "Probe",
    description: "A probe.",
    modes: ["manager"],
    toolset: "core",
    effect: "change",
    checkWith: "get_probe",
    input: z.strictObject({}),
    output,
    plan: async () => ({
      target: null,
      version: {},
      before: null,
      after: {},
      isNoChange: false,
      action: "Do it.",
      answer: { kind: "yes" },
      about: { label: null, amountUsd: null, targetId: null },
    }),
    describe: async () => ({ affected: [], consequence: "It is done." }),
    send: (_args, _plan, writes) => send(writes),
    look: async () => ({ seen: null, version: null }),
    report,
  });
}

async function approved(tool: Tool): Promise<string> {
  const harness = await connect({
    mode: "manager",
    baseUrl: "http://127.0.0.1:9",
    credential: "pat_ws000000_0123456789abcdef0123456789abcdef",
    workspaceId: "550e8400-e29b-41d4-a716-446655440000",
    tools: [tool],
    answer: approving,
  });
  const { text } = await harness.call("probe");
  await harness.close();
  return text;
}

function accepting(): { count: number } {
  const hits = { count: 0 };
  network.use(
    http.post("*/revoke", () => {
      hits.count += 1;
      return HttpResponse.json({ code: 0, data: {} });
    }),
  );
  return hits;
}

const UNKNOWN =
  "[INTERNAL] Unexpected error in alephant-mcp; no figure was computed. " +
  "It is unknown whether the change was applied; check with get_probe before asking again.";

describe("an error of a write says what became of the change:", () => {
  it("nothing, when the author's step fails before it sends", async () => {
    const tool = writing(() => Promise.reject(new ToolError("CONFLICT", "It moved.")));
    expect(await approved(tool)).toBe("[CONFLICT] It moved. Nothing was changed.");
  });

  it("nothing, when nobody could be reached", async () => {
    network.use(http.post("*/revoke", () => HttpResponse.json({ code: 40_001, message: "no" }, { status: 422 })));
    expect(await approved(writing(revoking))).toMatch(/^\[REJECTED\] .* Nothing was changed\.$/);
  });

  it("unknown, when the step fails in a way nobody foresaw after the request has left", async () => {
    accepting();
    const tool = writing(async (writes) => {
      await writes.revokeKey(KEY_ID);
      throw new Error("read-back");
    });
    expect(await approved(tool)).toBe(UNKNOWN);
  });

  it("unknown, when the change was made and cannot be put into words", async () => {
    accepting();
    const tool = writing(revoking, () => {
      throw new Error("words");
    });
    expect(await approved(tool)).toBe(UNKNOWN);
  });
});

describe("an author", () => {
  it("cannot send twice for one approval", async () => {
    const hits = accepting();
    await approved(
      writing(async (writes) => {
        await writes.revokeKey(KEY_ID);
        return revoking(writes);
      }),
    );
    expect(hits.count).toBe(1);
  });

  it.each([
    [500, "It is unknown whether"],
    [422, "Nothing was changed."],
    [409, "Nothing was changed."],
    [429, "Nothing was changed."],
  ])("cannot send again after a %i", async (status, state) => {
    let hits = 0;
    network.use(
      http.post("*/revoke", () => {
        hits += 1;
        return HttpResponse.json({ code: status * 100 }, { status });
      }),
    );
    const tool = writing((writes) => revoking(writes).catch(() => revoking(writes)));
    expect(await approved(tool)).toContain(state);
    expect(hits).toBe(1);
  });
});
