import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { reserveKeyFile } from "../src/key-delivery.ts";
import { Secret } from "../src/secret.ts";
import { KeyFileUnavailable } from "../src/tool/key-file.ts";
import { makeScratch, USER_ID } from "./audit/record.ts";

// The disk is the system's, not ours: its failures are the one thing here that is pretended.
vi.mock("node:fs", async (original) => {
  const real = await original<typeof import("node:fs")>();
  return { ...real, writeSync: vi.fn(real.writeSync) };
});

const KEY = "vk-agent-0123456789abcdefABCDEF";
const now = () => new Date("2026-11-20T12:00:00Z");

let folder: string;
let remove: () => void;
beforeEach(() => {
  ({ folder, remove } = makeScratch());
});
afterEach(() => {
  vi.mocked(writeSync).mockReset();
  remove();
});

const reserve = (at: string | null = folder) => reserveKeyFile({ folder: at, userId: USER_ID, now });
const files = () => (existsSync(join(folder, "keys")) ? readdirSync(join(folder, "keys")) : []);

describe("C15 the file for a new key's secret", () => {
  it("exists before the key does, and holds the key and nothing else afterwards", async () => {
    const file = await reserve();
    expect(readFileSync(file.path, "utf8").trim()).toBe("");
    expect(await file.deliver(new Secret(KEY))).toBe(file.path);
    expect(readFileSync(file.path, "utf8")).toBe(`${KEY}\n`);
    await file.discard();
    expect(existsSync(file.path)).toBe(true);
  });

  it("has a new name each time, which tells nothing of the key", async () => {
    const [first, second] = [await reserve(), await reserve()];
    expect(first.path).not.toBe(second.path);
    expect(first.path).toMatch(/\/keys\/new-key-2026-11-20-[0-9a-f]{12}\.txt$/);
  });

  it.runIf(USER_ID !== null)("is readable by its owner only, even with umask 000", async () => {
    const before = process.umask(0);
    try {
      const { path } = await reserve();
      expect([statSync(path).mode & 0o777, statSync(join(folder, "keys")).mode & 0o777]).toEqual([0o600, 0o700]);
    } finally {
      process.umask(before);
    }
  });

  it("is taken away when no key was made", async () => {
    const file = await reserve();
    await file.discard();
    await file.discard();
    expect(files()).toEqual([]);
    await expect(file.deliver(new Secret(KEY))).rejects.toThrow(KeyFileUnavailable);
  });

  it("takes one key only", async () => {
    const file = await reserve();
    await file.deliver(new Secret(KEY));
    await expect(file.deliver(new Secret(`${KEY}2`))).rejects.toThrow(KeyFileUnavailable);
    expect(readFileSync(file.path, "utf8")).toBe(`${KEY}\n`);
  });
});

describe("C15 a file that cannot be written is refused beforehand", () => {
  const rows: ReadonlyArray<[what: string, prepare: () => void, reason: RegExp]> = [
    ["a file stands in the folder's place", () => writeFileSync(join(folder, "keys"), ""), /EEXIST|ENOTDIR/],
    [
      "a link stands in the folder's place",
      () => {
        mkdirSync(join(folder, "elsewhere"));
        symlinkSync(join(folder, "elsewhere"), join(folder, "keys"));
      },
      /symbolic link/,
    ],
  ];
  it.runIf(USER_ID !== null).each(rows)("%s", async (_what, prepare, reason) => {
    prepare();
    await expect(reserve()).rejects.toThrow(reason);
    await expect(reserve()).rejects.toThrow(KeyFileUnavailable);
  });

  it("the system names no place", async () => {
    await expect(reserve(null)).rejects.toThrow(KeyFileUnavailable);
  });

  it.each([
    [
      "ENOSPC",
      () => {
        throw Object.assign(new Error("no space"), { code: "ENOSPC" });
      },
    ],
    ["the disk is full", () => 1],
  ])("%s", async (problem, write) => {
    vi.mocked(writeSync).mockImplementationOnce(write);
    await expect(reserve()).rejects.toThrow(`cannot be written: ${problem}.`);
    expect(files()).toEqual([]);
  });

  it("a disk that fails after all leaves no file and no plaintext in the error", async () => {
    const file = await reserve();
    vi.mocked(writeSync).mockImplementationOnce(() => {
      throw Object.assign(new Error(KEY), { code: "EIO" });
    });
    const failed = file.deliver(new Secret(KEY));
    await expect(failed).rejects.toThrow("The file for the new key's secret cannot be written: EIO.");
    expect(files()).toEqual([]);
  });
});
