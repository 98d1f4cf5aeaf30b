import { setTimeout as wait } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { type SandboxHarness, withSandbox } from "./harness/sandbox.ts";

let harness: SandboxHarness;
afterEach(() => harness.close());

const WRITES = ["create_virtual_key", "update_key_budget", "revoke_virtual_key", "set_budget_policy"];

describe("what a client sees", () => {
  it("names itself, offers tools, prompts and completions, and a short instruction", async () => {
    harness = await withSandbox("manager");
    expect(harness.client.getServerVersion()).toEqual({
      name: "alephant-mcp",
      title: "Alephant",
      version: "0.0.0-test",
    });
    expect(harness.client.getServerCapabilities()).toEqual({ tools: {}, prompts: {}, completions: {} });
    expect(harness.client.getInstructions()?.length).toBeLessThan(600);
  });

  it("has no write tool when read-only; calling one reads like any unknown name", async () => {
    harness = await withSandbox("manager", {}, { readOnly: true });
    const { tools } = await harness.client.listTools();
    expect(tools).toHaveLength(23);
    const unknown = await harness.call("no_such_tool");
    for (const name of WRITES) expect(await harness.call(name, {})).toEqual(unknown);
    expect(harness.sandbox.hits()).toEqual([]);
  });

  it("has no Manager tool in VK mode", async () => {
    harness = await withSandbox("vk");
    expect(await harness.call("list_virtual_keys")).toMatchObject({ isError: true });
    expect(harness.sandbox.hits()).toEqual([]);
  });
});

describe("a running call", () => {
  it("takes its requests with it when it is cancelled", async () => {
    harness = await withSandbox("manager");
    harness.sandbox.setFault({ kind: "slow", delayMs: 20_000 });
    const cancel = new AbortController();
    const call = harness.client.callTool({ name: "get_subscription_info", arguments: {} }, undefined, {
      signal: cancel.signal,
    });
    const ended = expect(call).rejects.toThrow();
    while (!harness.logLines.length && harness.sandbox.hits().length === 0) await wait(10);
    cancel.abort();
    await ended;
    harness.sandbox.clearFaults();
    const started = performance.now();
    expect((await harness.call("get_subscription_info")).isError).toBe(false);
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  it("answers what it has when one of its reads does not end", async () => {
    harness = await withSandbox("manager", {}, { timeoutMs: 6_000 });
    harness.sandbox.setFault({ kind: "slow", delayMs: 60_000, path: "/api/v1/subscriptions/current" });
    const { isError, text, value } = await harness.call("find_idle_resources", { include: "keys" });
    expect(isError, text).toBe(false);
    expect(value.keys.scanned).toBe(120);
    expect(value.basis.notes).toContainEqual({
      code: "sub_call_failed",
      text: expect.stringMatching(/^The subscription could not be read \(timeout\)/),
    });
  });

  it("ends at its deadline with a text that says so", async () => {
    harness = await withSandbox("manager", {}, { timeoutMs: 1_000 });
    harness.sandbox.setFault({ kind: "slow", delayMs: 20_000 });
    const { isError, text } = await harness.call("get_workspace_overview");
    expect(isError).toBe(true);
    expect(text).toMatch(/^\[TIMEOUT\]/);
  });

  it("reports growing progress while it waits for another attempt", async () => {
    harness = await withSandbox("manager");
    harness.sandbox.setFault({ kind: "503", times: 2 });
    const steps: number[] = [];
    await harness.client.callTool({ name: "get_subscription_info", arguments: {} }, undefined, {
      onprogress: ({ progress }) => steps.push(progress),
    });
    expect(steps.length).toBeGreaterThan(0);
    expect([...steps].sort((a, b) => a - b)).toEqual(steps);
  });
});

describe("credentials", () => {
  it("C3 never stand in a log line, an error or a result, whatever the service echoes", async () => {
    harness = await withSandbox("manager");
    const { pats } = harness.sandbox.credentials;
    const { tools } = await harness.client.listTools();
    const reads = tools.filter(({ annotations }) => annotations?.readOnlyHint);
    for (const kind of ["none", "500", "code200", "html200"] as const) {
      harness.sandbox.clearFaults();
      if (kind !== "none")
        harness.sandbox.setFault({ kind, message: `refused ${pats.admin} and Bearer ${pats.admin}` });
      for (const { name } of reads.slice(0, 6)) expect((await harness.call(name)).text).not.toContain(pats.admin);
    }
    expect(harness.logLines.join("\n")).not.toContain(pats.admin);
  });
});
