import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Secret } from "../src/secret.ts";
import { clean, inert } from "../src/text.ts";

describe("C16 clean", () => {
  it.each([
    ["colours", "a\u001b[31mred\u001b[0m", "ared"],
    ["an 8-bit sequence", "a\u009b31mred", "ared"],
    ["a terminal link", "\u001b]8;;https://evil.test\u001b\\text\u001b]8;;\u001b\\", "text"],
    ["a window title", "\u001b]0;title\u0007x", "x"],
    ["a device control string", "\u001bPq#0\u001b\\x", "x"],
    ["an unfinished sequence", "x\u001b[31", "x [31"],
    ["a privacy message and an application command", "\u001b^one\u001b\\\u001b_two\u001b\\x", "x"],
    ["newlines and tabs", "a\nb\tc\r\nd", "a b c  d"],
    ["NUL and DEL", "a\u0000b\u007fc", "a b c"],
    ["zero-width characters", "pa\u200bt\u200c\u200d\ufeff", "pat"],
    ["direction overrides", "\u202eabc\u2066def\u2069", "abcdef"],
    ["tag characters", "ok\u{e0041}\u{e0042}", "ok"],
    ["variation selectors", "a\ufe0fb", "ab"],
    ["a soft hyphen and fillers", "a\u00adb\u3164c\uffa0d\u115f", "abcd"],
    ["a lone surrogate", "a\ud800b", "a\ufffdb"],
    ["an accent that stood apart", "e\u0301", "é"],
    ["an accent behind something invisible", "e\u200b\u0301", "é"],
    ["a Markdown image", "![x](https://evil.test/?d=1)", "![x] (https[:]//evil.test/?d=1)"],
    ["a script link", "[x](javascript:alert(1))", "[x] (javascript[:]alert(1))"],
    ["a data link", "DATA:text/html", "DATA[:]text/html"],
    ["a bare host", "see www.evil.test", "see www[.]evil.test"],
    ["HTML", "<script>alert(1)</script> 1 < 2", "< script>alert(1)< /script> 1 < 2"],
    ["a comment", "<!-- x --><?php", "< !-- x -->< ?php"],
    ["the word before a bracket, joined late", "x]\u200b(y", "x] (y"],
    ["ordinary text", "Customer Support Bot (EU) #3 – 50 % 🚀", "Customer Support Bot (EU) #3 – 50 % 🚀"],
  ])("C16 handles %s", (_, text, expected) => {
    expect(clean(text)).toBe(expected);
  });

  it("C16 redacts what an invisible character had split", () => {
    expect(clean("pat_ab\u200bcdefghijklmnop1234567890")).toBe("[redacted]");
  });

  it("C3 removes the live credential, whatever its shape", () => {
    const secrets = [new Secret("unusual.credential.value")];
    expect(clean("key unusual.cre\u200bdential.value!", { secrets })).toBe("key [redacted]!");
  });

  it("C16 cuts at 200 code points, the ellipsis included", () => {
    const cut = clean("🚀".repeat(300));
    expect([...cut]).toHaveLength(200);
    expect(cut.endsWith("🚀…")).toBe(true);
    expect(clean("🚀".repeat(200))).toBe("🚀".repeat(200));
    expect([...clean("a".repeat(500), { limit: 300 })]).toHaveLength(300);
  });

  it("C3 redacts before it cuts", () => {
    const text = `${"x ".repeat(95)}pat_wsa3f8c2_0123456789abcdef0123456789abcdef`;
    expect(clean(text)).not.toContain("pat_");
  });

  const fragments = fc.oneof(
    fc.constantFrom(
      ...[
        "\u001b[",
        "\u001b]8;;",
        "\u001b\\",
        "\u009b",
        "\u0007",
        "31m",
        "](",
        "](javascript:",
        "://",
        "www.",
        "data:",
      ],
      ...["<", "</", "!", "\u200b", "\u0301", "e", "\ud800", "\udc00", "vk-", "pat_", "Bearer ", "authorization: "],
      ...["a1b2c3d4e5f6g7h8", "[", "]", "(", ":", "//", "x:y@", "\n", " ", "\u00ad", "\ufe0f", "\u202e"],
    ),
    fc.string({ maxLength: 6, unit: "binary" }),
  );
  const mix = fc.array(fragments, { maxLength: 30 }).map((parts) => parts.join(""));

  it("C16 changes nothing the second time", () => {
    fc.assert(
      fc.property(mix, (text) => {
        const once = clean(text);
        expect(clean(once)).toBe(once);
      }),
      { numRuns: 20_000 },
    );
  });

  it("C16 leaves nothing that acts", () => {
    fc.assert(
      fc.property(mix, (text) => {
        const result = clean(text);
        expect(result).not.toMatch(
          /\p{Cc}|\p{Cs}|[\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]|\]\(|:\/\/|<[A-Za-z/!?]/u,
        );
        expect([...result].length).toBeLessThanOrEqual(200);
      }),
      { numRuns: 5_000 },
    );
  });

  it("gives plain text back as the whole road would", () => {
    const secrets = [new Secret("pat_ws000000_0123456789abcdef0123456789abcdef"), new Secret("abcdefgh")];
    const pieces = [
      "vk-",
      "pat_",
      "Bearer ",
      "eyJ",
      "sk-",
      "ghp_",
      "AKIA",
      "www.",
      "abcdefgh",
      "YWJjZGVmZ2g",
      "A1b2C3d4E5f6G7h8",
    ];
    const unit = fc.oneof(fc.constantFrom(...pieces), fc.stringMatching(/^[A-Za-z0-9 .,_-]{0,12}$/));
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 20 }), (units) => {
        const text = units.join("");
        // Something invisible is taken away first, and keeps the short way from being taken.
        expect(clean(text, { secrets })).toBe(clean(`${text}\u200b`, { secrets }));
      }),
      { numRuns: 3_000 },
    );
  });

  it.each([
    ["unfinished control sequences", "\u001b["],
    ["unfinished terminal strings", "\u009d"],
    ["terminal strings", "\u001b]8;;x"],
    ["accents", "e\u0301"],
    ["brackets", "]("],
    ["our prefix", "vk-"],
  ])("C16 takes linear time on 1 MB of %s", (_, unit) => {
    const hostile = unit.repeat(Math.ceil(1_000_000 / unit.length));
    const started = performance.now();
    clean(hostile);
    expect(performance.now() - started).toBeLessThan(3_000);
  });
});

describe("C16 inert", () => {
  it("C16 escapes Markdown's own characters", () => {
    expect(inert("*a* [b](c) `d` ~e~ <f> #g |h| !i \\")).toBe(
      "\\*a\\* \\[b\\]\\(c\\) \\`d\\` \\~e\\~ \\<f\\> \\#g \\|h\\| \\!i \\\\",
    );
  });
});
