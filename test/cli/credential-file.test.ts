import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readCredentialFile } from "../../src/cli/credential-file.ts";
import { ConfigError } from "../../src/mode.ts";

const hasOwners = process.geteuid !== undefined;
const userId = process.geteuid?.() ?? null;
let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "alephant-mcp-credential-"));
});
afterAll(() => rmSync(directory, { recursive: true }));

function file(name: string, content: string, mode: number): string {
  const path = join(directory, name);
  writeFileSync(path, content);
  chmodSync(path, mode);
  return path;
}

describe("readCredentialFile", () => {
  it("reads a file that is the user's own", () => {
    const path = file("good", "vk-agent-0123456789\n", 0o600);
    expect(readCredentialFile("ALEPHANT_VIRTUAL_KEY_FILE", path, userId)).toBe("vk-agent-0123456789\n");
  });

  it("asks for no owner and no mode where the system has none", () => {
    const path = file("open", "vk-agent-0123456789", 0o644);
    expect(readCredentialFile("ALEPHANT_VIRTUAL_KEY_FILE", path, null)).toBe("vk-agent-0123456789");
  });

  const refused: ReadonlyArray<[what: string, make: () => { path: string; user?: number | null }, reason: string]> = [
    ["a missing file", () => ({ path: join(directory, "none") }), "cannot be opened"],
    ["a file that is too long", () => ({ path: file("long", "x".repeat(4_097), 0o600) }), "more than 4096 bytes"],
    [
      "a directory",
      () => {
        mkdirSync(join(directory, "folder"), { recursive: true });
        return { path: join(directory, "folder") };
      },
      "does not name a regular file",
    ],
  ];
  const refusedWithOwners: typeof refused = [
    [
      "a symbolic link",
      () => {
        symlinkSync(file("target", "vk-agent-0123456789", 0o600), join(directory, "link"));
        return { path: join(directory, "link") };
      },
      "symbolic link",
    ],
    ["a file others may read", () => ({ path: file("group", "secret", 0o640) }), "other users may read"],
    [
      "a file of another user",
      () => ({ path: file("foreign", "secret", 0o600), user: (userId ?? 0) + 1 }),
      "belongs to another user",
    ],
  ];

  it.each([...refused, ...(hasOwners ? refusedWithOwners : [])])("refuses %s", (_what, make, reason) => {
    const { path, user = userId } = make();
    let message = "";
    try {
      readCredentialFile("ALEPHANT_PAT_FILE", path, user);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      message = error.message;
    }
    expect(message).toMatch(/^ALEPHANT_PAT_FILE /);
    expect(message).toContain(reason);
    expect(message).toContain("Example: chmod 600");
    expect(message).not.toContain(path);
  });
});
