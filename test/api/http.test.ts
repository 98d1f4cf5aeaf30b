import { HttpResponse } from "msw";
import { describe, expect, it, vi } from "vitest";
import {
  ApiError,
  BusyError,
  CancelledError,
  DeadlineError,
  RateLimitedError,
  RedirectError,
} from "../../src/api/errors.ts";
import type { FetchLike } from "../../src/api/fetch.ts";
import { createHttp, type HttpEvent } from "../../src/api/http.ts";
import { path } from "../../src/api/path.ts";
import { Secret } from "../../src/secret.ts";
import { errors } from "./examples.ts";
import { AGENT_ID, connect, ORIGIN, PAT, testFetch, useService, VK, WORKSPACE } from "./support.ts";

const service = useService();
const USAGE = "GET /api/v1/analytics/usage";
const usage = path`/api/v1/analytics/usage`;
const KEYS = "POST /api/v1/virtual-keys";
const keys = path`/api/v1/virtual-keys`;

async function failureOf(request: Promise<unknown>): Promise<ApiError> {
  const error = await request.then(
    () => undefined,
    (caught: unknown) => caught,
  );
  if (error instanceof ApiError) return error;
  throw new Error(`no ApiError: ${String(error)}`);
}

/** What a test sees of headers that a Node process adds by itself is left out. */
const OURS = ["accept", "accept-encoding", "authorization", "content-type", "user-agent", "x-workspace-id"];

describe("C5 what is sent", () => {
  const sent = () =>
    Object.fromEntries(Object.entries(service.seen[0]?.headers ?? {}).filter(([name]) => OURS.includes(name)));

  it("W2 sends the bearer and the workspace id in manager mode", async () => {
    service.on(USAGE, { body: {} });
    await connect().get(usage, { query: { dateFrom: "2026-11-14", skipped: undefined } });
    expect(sent()).toEqual({
      accept: "application/json",
      "accept-encoding": "identity",
      authorization: `Bearer ${PAT}`,
      "user-agent": "alephant-mcp/test",
      "x-workspace-id": WORKSPACE,
    });
    expect(service.seen[0]?.query).toEqual({ dateFrom: "2026-11-14" });
  });

  it("W2 sends the bearer alone with a virtual key", async () => {
    service.on(USAGE, { body: {} });
    await connect({ mode: "vk" }).get(usage);
    expect(sent()).toMatchObject({ authorization: `Bearer ${VK}` });
    expect(sent()).not.toHaveProperty("x-workspace-id");
  });

  it("W2 sends no credential with the health check", async () => {
    service.on(USAGE, { body: {} });
    await connect().get(usage, { isHealthCheck: true });
    expect(Object.keys(sent()).sort()).toEqual(["accept", "accept-encoding", "user-agent"]);
  });

  it("names a content type only with a body", async () => {
    service.on(KEYS, { body: {} });
    await connect().post(keys, { label: "x" });
    await connect().post(keys);
    expect(service.seen.map(({ headers, body }) => [headers["content-type"], body])).toEqual([
      ["application/json", { label: "x" }],
      [undefined, null],
    ]);
  });

  it("W1 keeps the path of the configured base", async () => {
    service.on("GET /proxy/alephant/api/v1/analytics/usage", { body: {} });
    await connect({ baseUrl: new URL(`${ORIGIN}/proxy/alephant/`) }).get(usage);
    expect(service.seen[0]?.path).toBe("/proxy/alephant/api/v1/analytics/usage");
  });

  it("reports every request to the log, without query, headers or body", async () => {
    service.on(USAGE, { body: null, status: 503 }, { body: {} });
    const events: HttpEvent[] = [];
    await connect({ log: (event) => events.push(event) }).get(usage, { query: { dateFrom: "2026-11-14" } });
    expect(events).toEqual([
      {
        method: "GET",
        path: "/api/v1/analytics/usage",
        attempt: 1,
        status: 503,
        code: "UPSTREAM_ERROR",
        durationMs: expect.any(Number),
      },
      {
        method: "GET",
        path: "/api/v1/analytics/usage",
        attempt: 2,
        status: 200,
        code: null,
        durationMs: expect.any(Number),
      },
    ]);
  });

  it("C22 passes on the service's own time", async () => {
    service.on(USAGE, { body: {}, headers: { Date: "Fri, 20 Nov 2026 23:59:59 GMT" } });
    const onServerDate = vi.fn();
    await connect({ onServerDate }).get(usage);
    expect(onServerDate).toHaveBeenCalledWith(Date.UTC(2026, 10, 20, 23, 59, 59));
  });

  it.each([
    ["60", [Date.UTC(2026, 10, 21, 0, 0, 59)]],
    ["0", [Date.UTC(2026, 10, 20, 23, 59, 59)]],
    ["-5", []],
    ["old", []],
  ])("C22 reads the time of an answer out of a cache, aged %s", async (age, times) => {
    service.on(USAGE, { body: {}, headers: { Date: "Fri, 20 Nov 2026 23:59:59 GMT", Age: age } });
    const heard: number[] = [];
    await connect({ onServerDate: (milliseconds) => heard.push(milliseconds) }).get(usage);
    expect(heard).toEqual(times);
  });
});

describe("W3 success", () => {
  it.each([[{ code: 0 }], [{ code: 200 }], [{ code: "0" }], [{ code: "200" }], [{ code: null }], [{}], [[]]])(
    "takes %j",
    async (body) => {
      service.on(USAGE, { body });
      expect((await connect().get(usage)).root).toEqual(body);
    },
  );

  it.each([
    [{ code: 50001, message: "internal error", data: null }, 50001],
    [{ code: "50001", message: "internal error" }, 50001],
    [{ code: "E_FAIL", message: "internal error" }, undefined],
  ])("refuses HTTP 200 with %j", async (body, serviceCode) => {
    service.on(USAGE, { body });
    const error = await failureOf(connect().get(usage));
    expect(error).toMatchObject({
      code: "UPSTREAM_ERROR",
      status: 200,
      outcome: "unknown",
      serviceText: "internal error",
    });
    expect(error.serviceCode).toBe(serviceCode);
    expect(service.seen).toHaveLength(1);
  });

  it.each([
    ["an empty body", { body: null }, "BAD_RESPONSE", "Empty answer."],
    ["null", { body: "null", headers: { "Content-Type": "application/json" } }, "BAD_RESPONSE", "Empty answer."],
    ["a number", { body: "12", headers: { "Content-Type": "application/json" } }, "BAD_RESPONSE", "Unexpected answer."],
    [
      "a web page",
      { body: "<html>login</html>" },
      "BAD_RESPONSE",
      "Got a web page instead of data (proxy or login page?).",
    ],
    [
      "plain text",
      { body: "{}", headers: { "Content-Type": "text/plain" } },
      "BAD_RESPONSE",
      "Unexpected content type.",
    ],
  ])("refuses %s as the answer to a read", async (_, answer, code, message) => {
    service.on(USAGE, answer);
    expect(await failureOf(connect().get(usage))).toMatchObject({ code, message });
    expect(service.seen).toHaveLength(1);
  });

  it.each([[204], [200]])("takes an empty %i as the answer to a write", async (status) => {
    service.on(KEYS, { body: null, status });
    expect(await connect().post(keys)).toMatchObject({ isEmpty: true, root: null });
  });
});

describe("C6 limits of an answer", () => {
  const json = { "Content-Type": "application/json" };
  const nested = (depth: number) => `${"[".repeat(depth)}${"]".repeat(depth)}`;

  it.each([
    ["9 MB", JSON.stringify({ a: "x".repeat(100), b: Array(9).fill("y".repeat(1024 * 1024)) }), "TOO_LARGE"],
    ["a text of 65 KB", JSON.stringify(["x".repeat(65 * 1024)]), "TOO_LARGE"],
    ["10,001 entries", JSON.stringify(Array(10_001).fill(0)), "TOO_LARGE"],
    ["33 levels", nested(33), "BAD_RESPONSE"],
    ["200,000 levels", nested(200_000), "BAD_RESPONSE"],
    ["brackets that are not closed", '{"a":'.repeat(5000), "BAD_RESPONSE"],
  ])("refuses %s", async (_, body, code) => {
    service.on(USAGE, { body, headers: json });
    expect((await failureOf(connect().get(usage))).code).toBe(code);
    expect(service.seen).toHaveLength(1);
  });

  it.each([
    ["32 levels", nested(32)],
    ["10,000 entries", JSON.stringify(Array(10_000).fill(0))],
    ["brackets inside of texts", JSON.stringify(["[".repeat(100), '\\"[[[', "{{{"])],
    ["a byte order mark", "\ufeff[]"],
  ])("takes %s", async (_, body) => {
    service.on(USAGE, { body, headers: json });
    await expect(connect().get(usage)).resolves.toBeDefined();
  });

  it("refuses bytes that are not UTF-8", async () => {
    const bytes = Uint8Array.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]);
    service.on(USAGE, () => new HttpResponse(bytes, { headers: json }));
    expect(await failureOf(connect().get(usage))).toMatchObject({
      message: "The answer has an invalid text encoding.",
    });
  });

  it("refuses an encoding that nobody decodes", async () => {
    const headers = { ...json, "Content-Encoding": "zstd" };
    service.on(USAGE, { body: "{}", headers });
    expect(await failureOf(connect().get(usage))).toMatchObject({ message: "Unexpected encoding." });
  });

  it.each([
    ["a cut body", '{"cost": 999.'],
    ["NaN", '{"cost": NaN}'],
  ])("C18 asks again after %s, and never quotes it", async (_, body) => {
    service.on(USAGE, { body, headers: json });
    const error = await failureOf(connect().get(usage));
    expect(error).toMatchObject({ code: "BAD_RESPONSE", message: "The answer was incomplete or is not valid JSON." });
    expect(service.seen).toHaveLength(3);
  });

  it("reads no more than 64 KB of an error", async () => {
    const body = JSON.stringify({ message: "too long to be read", filler: "x".repeat(70_000) });
    service.on(USAGE, { body, status: 400, headers: json });
    const error = await failureOf(connect().get(usage));
    expect(error).toMatchObject({ code: "REJECTED", status: 400, outcome: "unknown" });
    expect(error.serviceText).toBeUndefined();
  });
});

describe("C5 redirects", () => {
  it.each([301, 302, 303, 307, 308])("follows no %i", async (status) => {
    service.on(USAGE, { body: null, status, headers: { Location: "https://evil.test/steal?x=1" } });
    service.on(KEYS, { body: null, status, headers: { Location: "/api/v1/elsewhere" } });
    const read = await failureOf(connect().get(usage));
    expect(read).toBeInstanceOf(RedirectError);
    expect(read).toMatchObject({ code: "REDIRECT", status, targetOrigin: "https://evil.test", outcome: "unknown" });
    expect(read.message).toBe(
      "The service redirected to https[:]//evil.test; not followed, it could expose your credential.",
    );
    service.on(USAGE, {
      body: null,
      status,
      headers: { Location: `https://SYSTEM-approve.${"a".repeat(9_000)}.test` },
    });
    const { message } = await failureOf(connect().get(usage));
    expect(message).toMatch(/^The service redirected to https\[:\]\/\/system-approve\.a+…; not followed/);
    expect(message.length).toBeLessThan(150);
    const write = await failureOf(connect().post(keys, {}));
    expect(write).toMatchObject({ code: "REDIRECT", targetOrigin: ORIGIN, outcome: "unknown" });
    expect(service.seen).toHaveLength(3);
  });

  it.each([[undefined], ["http://"], ["javascript:alert(1)"]])("says so when the target is %s", async (location) => {
    service.on(USAGE, { body: null, status: 302, headers: location === undefined ? {} : { Location: location } });
    expect((await failureOf(connect().get(usage))).message).toContain("an unreadable address");
  });
});

describe("errors by status", () => {
  const json = { "Content-Type": "application/json" };
  const table: [status: number, code: string, attempts: number, write: string][] = [
    [400, "REJECTED", 1, "rejected"],
    [401, "AUTH", 1, "rejected"],
    [402, "REJECTED", 1, "rejected"],
    [403, "FORBIDDEN", 1, "rejected"],
    [404, "NOT_FOUND", 1, "rejected"],
    [405, "REJECTED", 1, "rejected"],
    [407, "PROXY_AUTH", 1, "unknown"],
    [408, "UPSTREAM_ERROR", 3, "unknown"],
    [409, "CONFLICT", 1, "rejected"],
    [412, "CONFLICT", 1, "rejected"],
    [413, "REJECTED", 1, "rejected"],
    [415, "REJECTED", 1, "rejected"],
    [418, "UPSTREAM_ERROR", 1, "unknown"],
    [421, "UPSTREAM_ERROR", 1, "unknown"],
    [422, "REJECTED", 1, "rejected"],
    [425, "UPSTREAM_ERROR", 1, "unknown"],
    [429, "RATE_LIMITED", 3, "rejected"],
    [500, "UPSTREAM_ERROR", 3, "unknown"],
    [501, "UPSTREAM_ERROR", 1, "unknown"],
    [502, "UPSTREAM_ERROR", 3, "unknown"],
    [503, "UPSTREAM_ERROR", 3, "unknown"],
    [504, "UPSTREAM_ERROR", 3, "unknown"],
  ];

  it.each(table)("W6 C18 a read answered %i fails with %s after %i requests", async (status, code, attempts) => {
    service.on(USAGE, { body: { code: status * 100 + 1, message: "no", data: null }, status });
    expect(await failureOf(connect().get(usage))).toMatchObject({
      code,
      status,
      path: "/api/v1/analytics/usage",
      method: "GET",
    });
    expect(service.seen).toHaveLength(attempts);
  });

  it.each(table)("C13 a write answered %i (%s) leaves once: %s", async (status, code, _, outcome) => {
    service.on(KEYS, { body: { code: status * 100 + 1, message: "no", data: null }, status });
    expect(await failureOf(connect().post(keys, {}))).toMatchObject({ code, status, outcome, method: "POST" });
    expect(service.seen).toHaveLength(1);
  });

  it.each([400, 403, 404, 409, 429])("C13 a %i that is a web page proves nothing about a write", async (status) => {
    service.on(KEYS, { body: "<html>blocked</html>", status });
    const error = await failureOf(connect().post(keys, {}));
    expect(error.outcome).toBe("unknown");
    expect(error.serviceText).toBeUndefined();
  });

  it.each([400, 404, 409])("C13 an empty %i is a refusal", async (status) => {
    service.on(KEYS, { body: null, status });
    expect((await failureOf(connect().post(keys, {}))).outcome).toBe("rejected");
  });

  it.each(errors.map((example): [string, (typeof errors)[number]] => [example.when, example]))(
    "reads the example: %s",
    async (_, { status, headers = {}, body }) => {
      service.on(USAGE, { body, status, headers });
      const call = { deadline: performance.now() + 5_000 };
      const error = await failureOf(connect({ call }).get(usage));
      expect(error.status).toBe(status);
      expect(error.message).not.toContain("<");
      if (typeof body === "object" && body !== null && "message" in body) expect(error.serviceText).toBe(body.message);
    },
  );

  it.each([
    ["message", { message: "first", error: "second" }, "first"],
    ["error.message", { error: { message: "inside" } }, "inside"],
    ["error", { error: "a string" }, "a string"],
    ["nothing", { reason: "unknown" }, undefined],
    ["an empty message", { message: " " }, undefined],
  ])("W5 takes the text from %s", async (_, body, text) => {
    service.on(USAGE, { body, status: 400 });
    expect((await failureOf(connect().get(usage))).serviceText).toBe(text);
  });

  it("W5 cuts the text at 300 characters, cleans it and masks credentials", async () => {
    const message = `\u001b[31mtoken ${PAT} and vk-live-0123456789abcdef0123 ${"x".repeat(400)}`;
    service.on(USAGE, { body: { message }, status: 400 });
    const { serviceText = "" } = await failureOf(connect().get(usage));
    expect(serviceText.startsWith("token [redacted] and [redacted] xxx")).toBe(true);
    expect([...serviceText]).toHaveLength(300);
  });

  it("C3 never shows a credential that the service echoes", async () => {
    const basic = Buffer.from(`user:${PAT}`).toString("base64");
    const message = `Bearer ${PAT} ${PAT} ${basic} ${encodeURIComponent(PAT)} ${Buffer.from(PAT).toString("base64url")}`;
    for (const status of [400, 401, 403, 404, 409, 429, 500]) {
      service.on(USAGE, { body: { message, error: { message } }, status });
      const error = await failureOf(connect().get(usage));
      const everything = JSON.stringify([
        error,
        error.message,
        error.stack,
        error.serviceText,
        error.cause,
        String(error),
      ]);
      for (const part of [
        PAT,
        PAT.slice(13),
        basic.slice(8, 60),
        Buffer.from(PAT).toString("base64url").slice(0, 60),
      ]) {
        expect(everything).not.toContain(part);
      }
      expect(error.serviceText).toContain("[redacted]");
    }
  });

  it("W5 says what a 401 can mean, by kind of credential", async () => {
    service.on(USAGE, { body: null, status: 401 });
    expect((await failureOf(connect({ mode: "vk" }).get(usage))).message).toContain(
      "unknown, disabled, expired, revoked or deleted",
    );
    expect((await failureOf(connect().get(usage))).message).toContain("unknown, revoked or expired");
  });

  it("W5 repeats the scope that a 403 names, and only exactly", async () => {
    service.on(USAGE, { body: { message: "Insufficient permissions. Required scope: admin" }, status: 403 });
    expect(await failureOf(connect().get(usage))).toMatchObject({
      requiredScope: "admin",
      message: "This credential may not do that; scope admin is needed.",
    });
    service.on(USAGE, { body: { message: "Required scope: administrator" }, status: 403 });
    const error = await failureOf(connect().get(usage));
    expect(error).toMatchObject({ requiredScope: undefined });
    expect(error.message).toContain("workspace id");
  });

  it("C17 puts a known code into our own words", async () => {
    service.on(USAGE, { body: { code: 40020, message: "only one of …" }, status: 400 });
    expect(await failureOf(connect().get(usage))).toMatchObject({
      message: "Only one of agent, member and department can be filtered at a time.",
      serviceCode: 40020,
    });
  });

  it("C17 never shows text of a web page", async () => {
    service.on(USAGE, {
      body: "<html><h1>502 Bad Gateway</h1></html>",
      status: 502,
      headers: { "Content-Type": "text/html" },
    });
    const error = await failureOf(connect().get(usage));
    expect(error).toMatchObject({ message: "The service failed (502).", serviceText: undefined });
  });

  it("C3 gives a failure of the network no text of its own", async () => {
    const fetch: FetchLike = () => Promise.reject(new TypeError(`Headers: "Bearer ${PAT}" is an invalid header value`));
    const error = await failureOf(connect({ fetch }).get(usage));
    expect(error).toMatchObject({ code: "CONNECTION_LOST", message: "The connection failed.", outcome: "unknown" });
    expect(error.cause).toBeUndefined();
  });

  it("takes msw's network error for a lost connection", async () => {
    service.on(KEYS, () => HttpResponse.error());
    expect(await failureOf(connect().post(keys, {}))).toMatchObject({ code: "CONNECTION_LOST", outcome: "unknown" });
  });

  it("reads the body type with parameters and suffixes", async () => {
    for (const type of ["application/json; charset=utf-8", "application/problem+json", "Application/JSON"]) {
      service.on(USAGE, { body: "{}", headers: { "Content-Type": type } });
      await expect(connect().get(usage)).resolves.toBeDefined();
    }
    service.on(USAGE, { body: "{}", headers: { ...json, "Content-Type": "application/jsonp" } });
    expect((await failureOf(connect().get(usage))).code).toBe("BAD_RESPONSE");
  });
});

describe("C18 retries of reads", () => {
  it("answers after two failures with three requests", async () => {
    service.on(USAGE, { body: null, status: 503 }, { body: null, status: 503 }, { body: { ok: true } });
    const waits: unknown[] = [];
    const random = vi.fn().mockReturnValueOnce(0.01).mockReturnValueOnce(0.02);
    await connect({ random, call: { onWait: (wait) => waits.push(wait) } }).get(usage);
    expect(service.seen).toHaveLength(3);
    expect(waits).toEqual([
      { reason: "retry", ms: 2.5 },
      { reason: "retry", ms: 10 },
    ]);
  });

  it("W6 tells at once when the service asks for more time than there is", async () => {
    service.on(USAGE, { body: null, status: 429, headers: { "Retry-After": "120" } });
    const error = await failureOf(connect().get(usage));
    expect(error).toMatchObject({ retryAfterSeconds: 120 });
    expect(error.message).toContain("Try again in 2 min.");
    expect(service.seen).toHaveLength(1);
  });

  it("W6 waits as long as the service asks, if there is time", async () => {
    service.on(USAGE, { body: null, status: 429, headers: { "Retry-After": "1" } }, { body: {} });
    const started = performance.now();
    await connect().get(usage);
    expect(performance.now() - started).toBeGreaterThanOrEqual(990);
  });

  it("ends a wait when the caller gives up", async () => {
    service.on(USAGE, { body: null, status: 429, headers: { "Retry-After": "5" } });
    const caller = new AbortController();
    const request = failureOf(connect({ call: { signal: caller.signal, onWait: () => caller.abort() } }).get(usage));
    const started = performance.now();
    expect(await request).toBeInstanceOf(CancelledError);
    expect(performance.now() - started).toBeLessThan(3_000);
    expect(service.seen).toHaveLength(1);
  });
});

describe("deadlines and cancelling", () => {
  const never: FetchLike = (_, { signal }) =>
    new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  const stuckBody: FetchLike = async () => ({
    status: 200,
    headers: { get: (name) => (name === "content-type" ? "application/json" : null) },
    body: { getReader: () => ({ read: () => new Promise(() => {}), cancel: async () => {} }) },
  });

  it.each([
    ["no answer", never],
    ["a body that hangs", stuckBody],
  ])("C18 ends with TIMEOUT on %s", async (_, fetch) => {
    const error = await failureOf(connect({ fetch, timeouts: { callMs: 60 } }).get(usage));
    expect(error).toBeInstanceOf(DeadlineError);
    expect(error).toMatchObject({ code: "TIMEOUT", outcome: "unknown" });
  });

  it("gives the health check less time", async () => {
    const http = connect({ fetch: never, timeouts: { callMs: 10_000, healthMs: 50 } });
    expect((await failureOf(http.get(usage, { isHealthCheck: true }))).code).toBe("TIMEOUT");
  });

  it("sends nothing after the call's deadline", async () => {
    const error = await failureOf(connect({ call: { deadline: performance.now() - 1 } }).post(keys, {}));
    expect(error).toMatchObject({ code: "TIMEOUT", outcome: "not_sent" });
  });

  it.each([
    ["no answer", never],
    ["a body that hangs", stuckBody],
  ])("C13 a write cancelled during %s is of unknown outcome", async (_, fetch) => {
    const caller = new AbortController();
    const request = failureOf(connect({ fetch, call: { signal: caller.signal } }).post(keys, {}));
    setTimeout(() => caller.abort(), 20);
    expect(await request).toMatchObject({ code: "CANCELLED", outcome: "unknown" });
  });

  it("C13 a write cancelled before it left was not sent", async () => {
    const signal = AbortSignal.abort();
    expect(await failureOf(connect({ call: { signal } }).post(keys, {}))).toMatchObject({
      code: "CANCELLED",
      outcome: "not_sent",
    });
  });
});

describe("C24 load", () => {
  function slowService(): { fetch: FetchLike; busiest: () => number; started: () => number } {
    let running = 0;
    let most = 0;
    let total = 0;
    const fetch: FetchLike = async (url, init) => {
      running += 1;
      total += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setTimeout(resolve, 5));
      running -= 1;
      return testFetch(url, init);
    };
    return { fetch, busiest: () => most, started: () => total };
  }

  it("has at most 4 requests under way, queues 32 and refuses the rest at once", async () => {
    service.on(USAGE, { body: {} });
    const slow = slowService();
    const http = connect({ fetch: slow.fetch });
    const results = await Promise.allSettled(
      Array.from({ length: 40 }, (_, page) => http.get(usage, { query: { page } })),
    );
    expect(slow.busiest()).toBe(4);
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(36);
    const refused = results.flatMap((result) => (result.status === "rejected" ? [result.reason] : []));
    expect(refused).toHaveLength(4);
    for (const error of refused) expect(error).toBeInstanceOf(BusyError);
    expect(refused[0]).toMatchObject({ code: "BUSY", outcome: "not_sent" });
  });

  it("lets a cancelled call leave the queue with nothing sent", async () => {
    service.on(USAGE, { body: {} });
    const slow = slowService();
    const client = createHttp({
      baseUrl: new URL(ORIGIN),
      credential: new Secret(VK),
      fetch: slow.fetch,
      rateLimit: 0,
      userAgent: "test",
    });
    const deadline = performance.now() + 5_000;
    const first = Array.from({ length: 8 }, (_, page) =>
      client.bind({ signal: AbortSignal.any([]), deadline }).get(usage, { query: { page } }),
    );
    const caller = new AbortController();
    const queued = failureOf(client.bind({ signal: caller.signal, deadline }).post(keys, {}));
    caller.abort();
    expect(await queued).toMatchObject({ code: "CANCELLED", outcome: "not_sent" });
    await Promise.all(first);
    await client.bind({ signal: AbortSignal.any([]), deadline }).get(usage);
    expect(slow.started()).toBe(9);
  });

  it("W7 keeps its own limit, and says so when the wait would be too long", async () => {
    service.on(USAGE, { body: {} });
    const http = connect({ rateLimit: 2, call: { deadline: performance.now() + 3_000 } });
    await http.get(usage);
    await http.get(usage);
    const error = await failureOf(http.get(usage));
    expect(error).toBeInstanceOf(RateLimitedError);
    expect(error).toMatchObject({ isOwnLimit: true, outcome: "not_sent", retryAfterSeconds: 60 });
    expect(service.seen).toHaveLength(2);
  });

  it("C24 spaces writes and bounds their number", async () => {
    service.on(KEYS, { body: {} });
    const waits: string[] = [];
    const http = connect({
      writePace: { spacingMs: 50, perHour: 2 },
      call: { onWait: ({ reason }) => waits.push(reason) },
    });
    await http.post(keys, {});
    await http.post(keys, {});
    expect(waits).toEqual(["rate_limit"]);
    expect(await failureOf(http.post(keys, {}))).toMatchObject({ code: "RATE_LIMITED", outcome: "not_sent" });
    expect(service.seen).toHaveLength(2);
  });
});

describe("C8 paths", () => {
  it("puts an id into its segment, in lower case", async () => {
    service.on("GET /api/v1/agents/{id}/analytics", { body: {} });
    await connect().get(path`/api/v1/agents/${AGENT_ID.toUpperCase()}/analytics`);
    expect(service.seen[0]?.path).toBe(`/api/v1/agents/${AGENT_ID}/analytics`);
  });
});
