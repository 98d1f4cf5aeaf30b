import { afterEach, describe, expect, it } from "vitest";
import { type SandboxHarness, withSandbox } from "../harness/sandbox.ts";

let harness: SandboxHarness;
afterEach(() => harness.close());

/** Calls as a client that wants to be told; what it was told. */
function telling(signal: AbortSignal = new AbortController().signal) {
  const told: string[] = [];
  let tell = () => {};
  const isTold = new Promise<void>((resolve) => {
    tell = resolve;
  });
  const onprogress = ({ message = "" }: { message?: string | undefined }) => {
    told.push(message);
    tell();
  };
  const call = (name: string) => harness.client.callTool({ name, arguments: {} }, undefined, { onprogress, signal });
  return { told, call, isTold };
}

describe("C24 a call that has to wait says so", () => {
  it.each([
    ["429", "1", "trying again in about 1 s"],
    ["503", "2", "trying again in about 2 s"],
  ] as const)("for the service's Retry-After (%s, %s s)", async (kind, retryAfter, message) => {
    harness = await withSandbox("manager");
    harness.sandbox.setFault({ kind, retryAfter, times: "once", path: "/api/v1/subscriptions/current" });
    const { told, call } = telling();
    expect((await call("get_subscription_info")).isError).not.toBe(true);
    expect(told).toEqual([message]);
  });

  it("for our own limit", async () => {
    harness = await withSandbox("manager", {}, { rateLimitRpm: 1, timeoutMs: 90_000 });
    await harness.call("get_subscription_info");
    harness.sandbox.resetHits();
    const caller = new AbortController();
    const { told, call, isTold } = telling(caller.signal);
    const waiting = expect(call("get_subscription_info")).rejects.toThrow();
    await isTold;
    expect(told).toEqual([expect.stringMatching(/^waiting about (59|60) s for the rate limit$/)]);
    caller.abort();
    await waiting;
    expect(harness.sandbox.hits()).toEqual([]);
  });
});
