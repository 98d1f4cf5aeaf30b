import { createServer, connect as dial, type Server } from "node:net";
import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import { ApiError } from "../../src/api/errors.ts";
import { createHttp, type Http } from "../../src/api/http.ts";
import { path } from "../../src/api/path.ts";
import { createTransport, type Environment, type Transport } from "../../src/api/transport.ts";
import { Secret } from "../../src/secret.ts";
import { answer, type Behaviour, type RawServer, rawServer } from "./raw-server.ts";
import { selfSigned } from "./self-signed.ts";
import { PAT } from "./support.ts";

const usage = path`/api/v1/analytics/usage`;
const keys = path`/api/v1/virtual-keys`;

const servers: RawServer[] = [];
const transports: Transport[] = [];

afterEach(async () => {
  await Promise.all(transports.splice(0).map((transport) => transport.close()));
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

async function serve(behave: Behaviour, tls?: { key: string; cert: string }): Promise<RawServer> {
  const server = await rawServer(behave, tls);
  servers.push(server);
  return server;
}

/** A client on the production transport. */
function client(baseUrl: URL, options: { env?: Environment; signal?: AbortSignal; callMs?: number } = {}): Http {
  const { env = {}, signal = new AbortController().signal, callMs = 5_000 } = options;
  const transport = createTransport(env);
  transports.push(transport);
  return createHttp({
    baseUrl,
    credential: new Secret(PAT),
    fetch: transport.fetch,
    rateLimit: 0,
    writePace: { spacingMs: 0, perHour: 0 },
    random: () => 0,
    timeouts: { callMs },
    userAgent: "alephant-mcp/test",
  }).bind({ signal, deadline: performance.now() + 20_000 });
}

async function failureOf(request: Promise<unknown>): Promise<ApiError> {
  const error = await request.then(
    () => undefined,
    (caught: unknown) => caught,
  );
  if (error instanceof ApiError) return error;
  throw new Error(`no ApiError: ${String(error)}`);
}

/** Writes the text and closes. */
const closing =
  (text: string): Behaviour =>
  (socket) =>
    void socket.end(text);
const JSON_HEAD = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n";

async function portOf(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

async function closedPort(): Promise<number> {
  const server = await rawServer(() => {});
  await server.stop();
  return server.port;
}

describe("the production transport", () => {
  it("C5 sends our headers and gets the answer", async () => {
    let head = "";
    const server = await serve((socket, text) => {
      head = text.toLowerCase();
      socket.end(answer("200 OK", '{"code":0}'));
    });
    expect((await client(server.url).get(usage)).root).toEqual({ code: 0 });
    expect(head).toContain(`authorization: bearer ${PAT}`);
    expect(head).toContain("accept-encoding: identity");
    expect(head).toContain("user-agent: alephant-mcp/test");
    expect(head).not.toContain("content-type");
  });

  it("C5 opens at most 4 connections", async () => {
    let open = 0;
    let most = 0;
    const server = await serve((socket) => {
      open += 1;
      most = Math.max(most, open);
      setTimeout(() => {
        open -= 1;
        socket.write(answer("200 OK", "{}"));
      }, 10);
    });
    const http = client(server.url);
    await Promise.all(Array.from({ length: 20 }, (_, page) => http.get(usage, { query: { page } })));
    expect(most).toBeLessThanOrEqual(4);
    expect(server.hits).toHaveLength(20);
  });

  it("close() is harmless before the first request", async () => {
    await createTransport({}).close();
  });
});

describe("faults on the wire: a read and a write", () => {
  type Row = [fault: string, behave: Behaviour, code: string, reads: number, outcome: string];
  const reset: Behaviour = (socket) => void socket.resetAndDestroy();

  const rows: Row[] = [
    ["row 7 accepts, then closes", closing(""), "CONNECTION_LOST", 3, "unknown"],
    ["row 8 resets after the request", reset, "CONNECTION_LOST", 3, "unknown"],
    [
      "row 9 resets in the body",
      (socket) => {
        socket.write(`${JSON_HEAD}content-length: 100\r\n\r\n{"a":`);
        setTimeout(() => socket.resetAndDestroy(), 20);
      },
      "CONNECTION_LOST",
      3,
      "unknown",
    ],
    [
      "row 10 ends short of its length",
      closing(`${JSON_HEAD}content-length: 100\r\n\r\n{"a":`),
      "CONNECTION_LOST",
      3,
      "unknown",
    ],
    [
      "row 11 ends a body without length early",
      closing(`${JSON_HEAD}connection: close\r\n\r\n{"cost": 999.`),
      "BAD_RESPONSE",
      3,
      "unknown",
    ],
    [
      "row 12 cuts a chunked body",
      closing(`${JSON_HEAD}transfer-encoding: chunked\r\n\r\n5\r\n{"a":\r\n`),
      "CONNECTION_LOST",
      3,
      "unknown",
    ],
    ["row 16 speaks something else", closing("220 mail.example.test ESMTP\r\n"), "BAD_RESPONSE", 1, "unknown"],
    [
      "row 17 sends 40 KB of headers",
      closing(`${JSON_HEAD}x-fill: ${"a".repeat(40_000)}\r\ncontent-length: 2\r\n\r\n{}`),
      "BAD_RESPONSE",
      1,
      "unknown",
    ],
    [
      "row 19 sends a web page",
      closing("HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 6\r\n\r\n<html>"),
      "BAD_RESPONSE",
      1,
      "unknown",
    ],
    [
      "row 23 sends a corrupt gzip",
      closing(`${JSON_HEAD}content-encoding: gzip\r\ncontent-length: 10\r\n\r\n0123456789`),
      "BAD_RESPONSE",
      1,
      "unknown",
    ],
    ["row 42 fails", closing(answer("500 Internal Server Error", "{}")), "UPSTREAM_ERROR", 3, "unknown"],
    ["row 47 redirects", closing(answer("302 Found", "{}", ["location: http://evil.test/"])), "REDIRECT", 1, "unknown"],
    ["row 55 answers 421", closing(answer("421 Misdirected Request", "{}")), "UPSTREAM_ERROR", 1, "unknown"],
    [
      "row 60 switches protocols",
      closing("HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n"),
      "CONNECTION_LOST",
      3,
      "unknown",
    ],
    ["row 43 refuses", closing(answer("401 Unauthorized", '{"message":"no"}')), "AUTH", 1, "rejected"],
  ];

  it.each(rows)("%s: %s", async (_, behave, code, reads, outcome) => {
    const server = await serve(behave);
    const http = client(server.url);
    const read = await failureOf(http.get(usage));
    expect([read.code, server.hits.length]).toEqual([code, reads]);
    server.hits.length = 0;
    const write = await failureOf(http.post(keys, { label: "x" }));
    expect([write.code, write.outcome, server.hits.length]).toEqual([code, outcome, 1]);
    for (const error of [read, write]) expect(JSON.stringify([error, error.message, error.stack])).not.toContain(PAT);
  });

  it("C5 row 55 a PUT answered 421 arrives exactly once", async () => {
    const server = await serve((socket) => void socket.write(answer("421 Misdirected Request", "{}")));
    const error = await failureOf(client(server.url).put(keys, {}));
    expect(error).toMatchObject({
      code: "UPSTREAM_ERROR",
      status: 421,
      message: "The service failed (421).",
      outcome: "unknown",
    });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(server.hits).toHaveLength(1);
  });

  it("C5 row 47 asks the second server nothing", async () => {
    const other = await serve(closing(answer("200 OK", "{}")));
    for (const status of [301, 302, 303, 307, 308]) {
      const server = await serve(closing(answer(`${status} Moved`, "{}", [`location: ${other.url.href}api/v1/x`])));
      const http = client(server.url);
      expect((await failureOf(http.get(usage))).message).toContain(
        `redirected to ${other.url.origin.replace(":", "[:]")};`,
      );
      expect((await failureOf(http.post(keys, {}))).code).toBe("REDIRECT");
      expect(server.hits).toHaveLength(2);
    }
    expect(other.hits).toHaveLength(0);
  });

  it("row 23 takes a gzip that was not asked for", async () => {
    const zipped = gzipSync('{"cost": 1}');
    const server = await serve((socket) => {
      socket.write(`${JSON_HEAD}content-encoding: gzip\r\ncontent-length: ${zipped.length}\r\n\r\n`);
      socket.end(zipped);
    });
    expect((await client(server.url).get(usage)).root).toEqual({ cost: 1 });
  });

  it("C6 row 24 stops a gzip bomb at 8 MB and closes the socket", async () => {
    const bomb = gzipSync(Buffer.alloc(200 * 1024 * 1024, 0x20), { level: 9 });
    const server = await serve((socket) => {
      socket.write(`${JSON_HEAD}content-encoding: gzip\r\ncontent-length: ${bomb.length}\r\n\r\n`);
      socket.write(bomb);
    });
    const before = process.memoryUsage.rss();
    const error = await failureOf(client(server.url).get(usage));
    expect(error).toMatchObject({ code: "TOO_LARGE", message: "The answer exceeds 8 MB; narrow the period." });
    expect(process.memoryUsage.rss() - before).toBeLessThan(64 * 1024 * 1024);
    expect(server.hits).toHaveLength(1);
  });

  it("row 15 ends a dripping body at the deadline", async () => {
    const server = await serve((socket) => {
      socket.write(`${JSON_HEAD}content-length: 1000\r\n\r\n`);
      const drip = setInterval(() => socket.write(" "), 20);
      socket.on("close", () => clearInterval(drip));
    });
    const started = performance.now();
    const error = await failureOf(client(server.url, { callMs: 300 }).get(usage));
    expect(error).toMatchObject({ code: "TIMEOUT", outcome: "unknown" });
    expect(performance.now() - started).toBeLessThan(3_000);
  });

  it("C5 row 61 the server sees the socket close after a cancel", async () => {
    const caller = new AbortController();
    const server = await serve(() => caller.abort());
    const request = failureOf(client(server.url, { signal: caller.signal }).post(keys, {}));
    expect(await request).toMatchObject({ code: "CANCELLED", outcome: "unknown" });
    await expect.poll(() => server.closed(), { timeout: 3_000, interval: 5 }).toBeGreaterThanOrEqual(1);
    expect(server.hits).toHaveLength(1);
  });
});

describe("no connection", () => {
  it("row 1 refused: nothing was sent, and a read is tried again", async () => {
    const url = new URL(`http://127.0.0.1:${await closedPort()}`);
    const error = await failureOf(client(url).post(keys, {}));
    expect(error).toMatchObject({ code: "UNREACHABLE", outcome: "not_sent", reason: "ECONNREFUSED" });
    expect(error.message).toBe(`Cannot connect to ${url.host}. Check network, VPN and base URL.`);
  });

  it("row 2 a name that does not exist", async () => {
    const error = await failureOf(client(new URL("http://no-such-host.invalid")).get(usage));
    expect(error).toMatchObject({ code: "DNS", outcome: "not_sent" });
    expect(error.message).toBe("The host name no-such-host.invalid could not be resolved.");
  });

  it("a port that is not allowed", async () => {
    expect(await failureOf(client(new URL("http://127.0.0.1:6000")).get(usage))).toMatchObject({
      code: "UNREACHABLE",
      outcome: "not_sent",
    });
  });

  it("row 4 C5 a certificate that nobody signed, whatever the environment says", async () => {
    const server = await serve(closing(answer("200 OK", "{}")), selfSigned());
    const kept = process.env.NODE_TLS_REJECT_UNAUTHORIZED;
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0";
    try {
      const error = await failureOf(client(server.url).post(keys, {}));
      expect(error).toMatchObject({ code: "TLS", outcome: "not_sent" });
      expect(error.message).toContain("is not trusted");
    } finally {
      if (kept === undefined) delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
      else process.env.NODE_TLS_REJECT_UNAUTHORIZED = kept;
    }
    expect(server.hits).toHaveLength(0);
  });

  it("row 6 plain HTTP on a port that should be encrypted", async () => {
    const server = createServer((socket) => {
      socket.on("error", () => {});
      socket.once("data", () => socket.end("HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n"));
    });
    const error = await failureOf(client(new URL(`https://127.0.0.1:${await portOf(server)}`)).post(keys, {}));
    server.close();
    expect(error).toMatchObject({ code: "TLS", outcome: "not_sent" });
    expect(error.message).toContain("does not speak HTTPS");
  });
});

describe("C5 proxies", () => {
  /** Answers CONNECT like a proxy: joins the two sides, or refuses. */
  async function proxy(target: number | null): Promise<{ url: string; connects: string[]; stop: () => void }> {
    const connects: string[] = [];
    const server = createServer((socket) => {
      socket.on("error", () => {});
      socket.once("data", (head) => {
        connects.push(head.toString("latin1").split("\r\n")[0] ?? "");
        if (target === null) {
          socket.end("HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n");
          return;
        }
        const upstream = dial(target, "127.0.0.1", () => {
          socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
          upstream.pipe(socket).pipe(upstream);
        });
        upstream.on("error", () => socket.destroy());
      });
    });
    return { url: `http://127.0.0.1:${await portOf(server)}`, connects, stop: () => server.close() };
  }

  it("keeps calls to this machine out of the proxy", async () => {
    const server = await serve(closing(answer("200 OK", "{}")));
    const relay = await proxy(server.port);
    await client(server.url, { env: { HTTP_PROXY: relay.url, HTTPS_PROXY: relay.url, NO_PROXY: "corp.test" } }).get(
      usage,
    );
    expect(relay.connects).toHaveLength(0);
    relay.stop();
  });

  it("checks the certificate behind a tunnel, too", async () => {
    const server = await serve(closing(answer("200 OK", "{}")), selfSigned("api.example.test"));
    const relay = await proxy(server.port);
    const error = await failureOf(
      client(new URL("https://api.example.test"), { env: { https_proxy: relay.url } }).post(keys, {}),
    );
    expect(error).toMatchObject({ code: "TLS", outcome: "not_sent" });
    expect(relay.connects).toEqual(["CONNECT api.example.test:443 HTTP/1.1"]);
    expect(server.hits).toHaveLength(0);
    relay.stop();
  });

  it("row 51 tells a refusal of the proxy", async () => {
    const relay = await proxy(null);
    const error = await failureOf(
      client(new URL("https://api.example.test"), { env: { HTTPS_PROXY: relay.url } }).post(keys, {}),
    );
    expect(error).toMatchObject({
      code: "PROXY_AUTH",
      outcome: "not_sent",
      message: "The proxy refused the connection (407). Check HTTPS_PROXY.",
    });
    relay.stop();
  });

  it("does not repeat a proxy address that cannot be used", async () => {
    const env = { HTTPS_PROXY: "http://user:hunter22@[" };
    const error = await failureOf(client(new URL("https://api.example.test"), { env }).get(usage));
    expect(error).toMatchObject({ code: "PROXY_AUTH", outcome: "not_sent" });
    expect(error.message).not.toContain("hunter22");
  });
});
