import { inspect } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isCredentialShaped, REDACTED, redact, Secret } from "../src/secret.ts";

const PAT = "pat_wsa3f8c2_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

describe("C3 Secret", () => {
  const secret = new Secret(PAT);

  it.each([
    ["a template", `${secret}`],
    ["String()", String(secret)],
    ["JSON", JSON.stringify({ secret })],
    ["inspect", inspect({ secret }, { depth: 5, showHidden: true })],
    ["concatenation", `token ${secret}`],
    ["its keys", Object.entries(secret).join()],
  ])("C3 does not print in %s", (_, text) => {
    expect(text).not.toContain(PAT);
    expect(text).not.toContain("0123456789abcdef");
  });

  it("reveals its value only when asked", () => {
    expect(secret.reveal()).toBe(PAT);
    expect(`${secret}`).toBe("***");
  });

  it("has a fingerprint of 8 hex digits that tells values apart", () => {
    expect(secret.fingerprint()).toMatch(/^[0-9a-f]{8}$/);
    expect(secret.fingerprint()).not.toBe(new Secret(`${PAT}0`).fingerprint());
  });
});

describe("C3 redact", () => {
  /** Not shaped like any known credential, so that only the live value can be what is found. */
  const odd = new Secret('q"7/+ZZ~live~Value~93');

  it.each([
    ["as it is", odd.reveal()],
    ["in base64", Buffer.from(odd.reveal()).toString("base64")],
    ["in base64url", Buffer.from(odd.reveal()).toString("base64url")],
    ["in base64 behind one byte", Buffer.from(`:${odd.reveal()}`).toString("base64")],
    ["in base64 behind a user name", Buffer.from(`alice:${odd.reveal()}`).toString("base64")],
    ["URL-encoded", encodeURIComponent(odd.reveal())],
    ["URL-encoded in lower case", encodeURIComponent(odd.reveal()).replace(/%../g, (code) => code.toLowerCase())],
    ["JSON-escaped", JSON.stringify(odd.reveal()).slice(1, -1)],
  ])("C3 removes the live credential %s", (_, text) => {
    const result = redact(`before ${text} after`, [odd]);
    expect(result).toContain(REDACTED);
    expect(result).not.toContain(text.slice(4, -4));
    expect(result.startsWith("before ")).toBe(true);
  });

  it.each([
    ["a token", PAT],
    ["a virtual key", "vk-agent-a3f8c2d4e5f60718293a4b5c"],
    ["a labelled key", "vk-agent:support:a3f8c2d4e5f60718293a4b5c"],
    ["a bearer", "Bearer abc.def-ghi_123"],
    ["a header", "authorization: Basic YWxpY2U6c2VjcmV0"],
    ["a header in JSON", '"x-api-key":"abcdef123456"'],
    ["a cookie", "Set-Cookie: sid=1234567"],
    ["a JWT", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abc_DEF-123"],
    ["another vendor's key", "sk-proj-ABCDEFGHIJKLMNOP"],
    ["a GitHub token", "ghp_ABCDEFGHIJKLMNOPQRSTUVWX"],
    ["an AWS key", "AKIAABCDEFGHIJKLMNOP"],
    ["a user in a URL", "https://alice:hunter22@example.test/x"],
  ])("C3 removes what is shaped like %s", (_, text) => {
    const result = redact(`x ${text} y`);
    expect(result).toContain(REDACTED);
    expect(result).not.toContain(text);
    expect(isCredentialShaped(text)).toBe(true);
  });

  it.each([
    "vk-team-a",
    "vk-marketing-2026-q4",
    "vk-agent-a3f8c2",
    "vk-agent-a3f8",
    "pat_ws",
    "sk-short",
    "Bearer x",
    "eyes",
  ])("C3 shows %s", (text) => {
    expect(redact(text)).toBe(text);
    expect(isCredentialShaped(text)).toBe(false);
  });

  it("C3 never leaves a random credential in random nesting", () => {
    const secretText = fc.stringMatching(/^[!#-&(-+.-9A-Z^_a-z|~]{12,80}$/);
    fc.assert(
      fc.property(secretText, fc.array(fc.string(), { maxLength: 4 }), (value, around) => {
        const text = JSON.stringify(around.reduce<unknown>((inner, name) => ({ [name]: [inner, name] }), `x${value}y`));
        expect(redact(text, [new Secret(value)])).not.toContain(value);
      }),
    );
  });

  it.each([
    ["our prefix again and again", "vk-"],
    ["prefixes with digits", "pat_a1:"],
    ["bearers", "Bearer "],
    ["headers", "authorization:"],
    ["dots", "eyJaaaaaaaaaa.aaaaaaaaaa."],
    ["beginnings of web tokens", "eyJ-"],
    ["web tokens without an end", "eyJaaaaaaaaaa-"],
    ["slashes", "//a:"],
    ["letters", "a"],
    ["underscores", "gho_"],
  ])("C3 takes linear time on 1 MB of %s", (_, unit) => {
    const hostile = unit.repeat(Math.ceil(1_000_000 / unit.length));
    const started = performance.now();
    redact(hostile, [new Secret(PAT)]);
    expect(performance.now() - started).toBeLessThan(3_000);
  });
});
