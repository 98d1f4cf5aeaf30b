import { fsyncSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { readLog } from "../../src/audit/read-log.ts";
import type { AuditEntry } from "../../src/tool/audit.ts";
import { entry, linesOf, makeScratch, openLog } from "../audit/record.ts";

// The disk is the system's, not ours: its failures are the one thing here that is pretended.
vi.mock("node:fs", async (original) => {
  const real = await original<typeof import("node:fs")>();
  return {
    ...real,
    openSync: vi.fn(real.openSync),
    writeSync: vi.fn(real.writeSync),
    fsyncSync: vi.fn(real.fsyncSync),
  };
});

let folder: string;
let remove: () => void;
let path: string;
beforeEach(() => {
  ({ folder, remove } = makeScratch());
  path = join(folder, "state", "audit.jsonl");
});
afterEach(() => {
  vi.clearAllMocks();
  remove();
});

function failing(code: string): () => never {
  return () => {
    throw Object.assign(new Error(`${code}: a message with details`), { code });
  };
}

describe("C14 the disk", () => {
  it.each([
    ["plan", 0],
    ["confirm", 0],
    ["denied", 0],
    ["intent", 2],
    ["result", 1],
  ] as const)("%s: flushed %i times before it is called recorded", async (event, times) => {
    await openLog(path).record(entry({ event }));
    expect(vi.mocked(fsyncSync)).toHaveBeenCalledTimes(times);
    expect(linesOf(path)).toHaveLength(1);
  });

  const CALLS = { openSync, writeSync, fsyncSync };
  const FAULTS: ReadonlyArray<[code: string, call: keyof typeof CALLS]> = [
    ["EACCES", "openSync"],
    ["EROFS", "openSync"],
    ["ENOSPC", "openSync"],
    ["ENOSPC", "writeSync"],
    ["EDQUOT", "writeSync"],
    ["EIO", "fsyncSync"],
  ];
  it.each(FAULTS)("%s at %s: the change is refused, with the code and nothing more", async (code, call) => {
    vi.mocked(CALLS[call]).mockImplementationOnce(failing(code));
    const refused = openLog(path).record(entry());
    await expect(refused).rejects.toThrow(`The record of changes (${path}) cannot be written: ${code}.`);
    await expect(refused).rejects.toMatchObject({ name: "AuditUnavailable" });
    await expect(refused).rejects.not.toHaveProperty("cause");
  });

  it("a line of which only a part fits is refused, and the next one starts anew", async () => {
    const log = openLog(path);
    await log.record(entry({ event: "plan" }));
    const real = await vi.importActual<typeof import("node:fs")>("node:fs");
    vi.mocked(writeSync).mockImplementationOnce((descriptor: number) => real.writeSync(descriptor, '{"v":1,"ts'));
    await expect(log.record(entry())).rejects.toThrow(/only a part of a line could be written/);
    await log.record(entry({ event: "result" }));
    const { lines, unreadable, unlinked } = readLog(path);
    expect([lines.map(({ event, seq }) => [event, seq]), unreadable, unlinked]).toEqual([
      [
        ["plan", 1],
        ["result", 2],
      ] satisfies [AuditEntry["event"], number][],
      1,
      0,
    ]);
  });
});
