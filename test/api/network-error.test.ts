import { describe, expect, it } from "vitest";
import { networkError, REPEATED } from "../../src/api/network-error.ts";

const HOST = "api.example.test";

/** What `fetch` throws: a TypeError whose cause carries the code, sometimes deeper. */
function thrown(code: string, extra: object = {}): Error {
  const inner = Object.assign(new Error("request to https://user:secret@host failed"), { code, ...extra });
  return new TypeError("fetch failed", { cause: new Error("wrapped", { cause: inner }) });
}

describe("fault matrix: signals of the network", () => {
  it.each<[string, Error, string, string, boolean]>([
    ["row 1", thrown("ECONNREFUSED"), "UNREACHABLE", "not_sent", true],
    ["row 1", thrown("EHOSTUNREACH", { syscall: "connect" }), "UNREACHABLE", "not_sent", true],
    ["row 1", thrown("ENETUNREACH", { syscall: "connect" }), "UNREACHABLE", "not_sent", true],
    ["a way that is lost later", thrown("EHOSTUNREACH", { syscall: "read" }), "CONNECTION_LOST", "unknown", true],
    ["a way that is lost later", thrown("ENETUNREACH", { syscall: "write" }), "CONNECTION_LOST", "unknown", true],
    ["a way that is lost some time", thrown("EHOSTUNREACH"), "CONNECTION_LOST", "unknown", true],
    ["row 2", thrown("ENOTFOUND"), "DNS", "not_sent", false],
    ["row 2", thrown("EAI_AGAIN"), "DNS", "not_sent", true],
    ["row 3", thrown("UND_ERR_CONNECT_TIMEOUT"), "TIMEOUT", "not_sent", true],
    ["row 3", thrown("ETIMEDOUT", { syscall: "connect" }), "TIMEOUT", "not_sent", true],
    ["a timeout of the line", thrown("ETIMEDOUT", { syscall: "read" }), "CONNECTION_LOST", "unknown", true],
    ["row 4", thrown("DEPTH_ZERO_SELF_SIGNED_CERT"), "TLS", "not_sent", false],
    ["row 4", thrown("SELF_SIGNED_CERT_IN_CHAIN"), "TLS", "not_sent", false],
    ["row 4", thrown("UNABLE_TO_VERIFY_LEAF_SIGNATURE"), "TLS", "not_sent", false],
    ["row 4", thrown("CERT_HAS_EXPIRED"), "TLS", "not_sent", false],
    ["row 5", thrown("ERR_TLS_CERT_ALTNAME_INVALID"), "TLS", "not_sent", false],
    ["row 6", thrown("ERR_SSL_WRONG_VERSION_NUMBER"), "TLS", "not_sent", false],
    ["another TLS failure", thrown("ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED"), "TLS", "unknown", false],
    ["row 7", thrown("UND_ERR_SOCKET"), "CONNECTION_LOST", "unknown", true],
    ["row 8", thrown("ECONNRESET"), "CONNECTION_LOST", "unknown", true],
    ["row 8", thrown("EPIPE"), "CONNECTION_LOST", "unknown", true],
    ["row 13", thrown("UND_ERR_HEADERS_TIMEOUT"), "TIMEOUT", "unknown", true],
    ["row 14", thrown("UND_ERR_BODY_TIMEOUT"), "TIMEOUT", "unknown", true],
    ["row 16", thrown("HPE_INVALID_CONSTANT"), "BAD_RESPONSE", "unknown", false],
    ["row 17", thrown("UND_ERR_HEADERS_OVERFLOW"), "BAD_RESPONSE", "unknown", false],
    ["row 18", thrown("UND_ERR_RES_CONTENT_LENGTH_MISMATCH"), "BAD_RESPONSE", "unknown", false],
    ["row 23", thrown("Z_DATA_ERROR"), "BAD_RESPONSE", "unknown", false],
    [
      "row 23",
      new TypeError("fetch failed", { cause: new Error("too many content-encodings in response: 6") }),
      "BAD_RESPONSE",
      "unknown",
      false,
    ],
    ["row 51", new TypeError("fetch failed", { cause: new Error() }), "PROXY_AUTH", "unknown", false],
    ["row 55", thrown(REPEATED), "UPSTREAM_ERROR", "unknown", false],
    ["row 62", new TypeError("Failed to fetch"), "CONNECTION_LOST", "unknown", false],
    ["an unknown code", thrown("ESOMETHING"), "CONNECTION_LOST", "unknown", false],
    ["all addresses refused", aggregate("ECONNREFUSED"), "UNREACHABLE", "not_sent", true],
  ])("%s: %s", (_, error, code, outcome, isRetryable) => {
    const failure = networkError(error, HOST, { path: "/api/v1/x", method: "GET" });
    expect(failure).toMatchObject({ code, outcome, isRetryable, path: "/api/v1/x", method: "GET" });
    expect(failure.cause).toBeUndefined();
    expect(failure.message).not.toMatch(/secret|failed to fetch|wrapped/i);
  });

  it("row 51 knows a proxy's refusal by its words", () => {
    const inner = new Error("Proxy response (403) !== 200 when HTTP Tunneling");
    const failure = networkError(new TypeError("fetch failed", { cause: inner }), HOST, {});
    expect(failure).toMatchObject({ code: "PROXY_AUTH", outcome: "not_sent" });
    expect(failure.message).toContain("(403)");
  });

  it("is not led round in circles, nor by what is no error", () => {
    const circle = new Error("a");
    circle.cause = circle;
    for (const odd of [circle, "text", null, undefined, { code: "ECONNREFUSED" }]) {
      expect(networkError(odd, HOST, {})).toMatchObject({ code: "CONNECTION_LOST", outcome: "unknown" });
    }
  });

  it("keeps only codes that look like codes", () => {
    expect(networkError(thrown("ECONNRESET"), HOST, {}).reason).toBe("ECONNRESET");
    expect(networkError(thrown("pat_secret value"), HOST, {}).reason).toBeUndefined();
  });
});

function aggregate(code: string): Error {
  const parts = [1, 2].map(() => Object.assign(new Error("connect"), { code, syscall: "connect" }));
  return new TypeError("fetch failed", { cause: new AggregateError(parts) });
}
