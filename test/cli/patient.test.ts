import { describe, expect, it } from "vitest";
import { NotFoundError, RateLimitedError } from "../../src/api/errors.ts";
import { connect } from "../../src/cli/connection.ts";
import { asKey, asManager, patientAsk } from "../../src/cli/export/patient.ts";
import type { Config } from "../../src/config.ts";
import { createLog } from "../../src/log.ts";
import { Secret } from "../../src/secret.ts";
import { TOOLSETS } from "../../src/toolset.ts";

const limited = (retryAfterSeconds?: number) =>
  new RateLimitedError("limited", retryAfterSeconds === undefined ? {} : { retryAfterSeconds });

/** Asks with a request that fails with these errors, then answers; nothing is sent. */
function asking(failures: Error[], signal = new AbortController().signal) {
  const said: string[] = [];
  let opened = 0;
  const { open } = connect({
    config: CONFIG,
    env: {},
    version: "0",
    log: createLog({ level: "error", write: () => {}, redact: String }),
    hear: () => {},
  });
  const ask = patientAsk({
    open: (call) => {
      opened += 1;
      return open(call);
    },
    signal,
    onWait: (message) => said.push(message),
  });
  const request = async () => {
    const failure = failures.shift();
    if (failure !== undefined) throw failure;
    return "answer";
  };
  return { ask, answer: () => ask(request), said, opened: () => opened };
}

const CONFIG: Config = {
  mode: "vk",
  baseUrl: new URL("http://127.0.0.1:9"),
  credential: new Secret("vk-agent-none"),
  workspaceId: null,
  rateLimitRpm: 0,
  timeoutMs: 1_000,
  logLevel: "error",
  readOnly: false,
  toolsets: TOOLSETS,
  confirmWith: "auto",
  policyFile: null,
  auditFile: null,
  keyDelivery: "result",
  ignored: [],
};

describe("patientAsk", () => {
  it("waits as long as the limit says, with a new deadline each time", async () => {
    const { answer, said, opened } = asking([limited(0), limited(0)]);
    expect(await answer()).toBe("answer");
    expect([said, opened()]).toEqual([Array(2).fill("waiting 0 s for the rate limit"), 3]);
  });

  it.each([
    ["a wait of unknown length", [limited()]],
    ["a wait that is for a person to decide", [limited(121)]],
    ["a sixth wait", Array.from({ length: 6 }, () => limited(0))],
    ["another failure", [new NotFoundError("gone")]],
  ])("gives up at %s", async (_, failures) => {
    const last = failures.at(-1);
    await expect(asking(failures).answer()).rejects.toBe(last);
  });

  it("ends a wait when it is interrupted", async () => {
    const controller = new AbortController();
    const { answer } = asking([limited(60)], controller.signal);
    const running = answer();
    controller.abort();
    await expect(running).rejects.toMatchObject({ name: "AbortError" });
  });

  it("hands out the API of the session's mode only", async () => {
    const { ask } = asking([]);
    expect(await asKey(ask)(async ({ mode }) => mode)).toBe("vk");
    await expect(asManager(ask)(async ({ mode }) => mode)).rejects.toThrow(TypeError);
  });
});
