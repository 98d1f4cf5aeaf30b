import { execFileSync, spawn } from "node:child_process";
import {
  appendFileSync,
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { hashLine, LONGEST_LINE_BYTES } from "../../src/audit/entry-line.ts";
import { readLog } from "../../src/audit/read-log.ts";
import { rotate } from "../../src/audit/rotation.ts";
import { stateFolder } from "../../src/audit/state-folder.ts";
import { Secret } from "../../src/secret.ts";
import { AuditUnavailable } from "../../src/tool/audit.ts";
import { entry, linesOf, makeScratch, openLog, parsedLines, USER_ID } from "../audit/record.ts";

const hasOwners = USER_ID !== null;
let folder: string;
let remove: () => void;
let path: string;
beforeEach(() => {
  ({ folder, remove } = makeScratch());
  path = join(folder, "state", "audit.jsonl");
});
afterEach(() => remove());

describe("C14 the place", () => {
  const home = "/home/ann";
  const windowsHome = "C:\\Users\\ann";
  it.each([
    ["the state folder of XDG", { XDG_STATE_HOME: "/var/state" }, false, home, "/var/state/alephant-mcp"],
    ["its usual place", {}, false, home, "/home/ann/.local/state/alephant-mcp"],
    [
      "a relative XDG folder counts as none",
      { XDG_STATE_HOME: "state" },
      false,
      home,
      "/home/ann/.local/state/alephant-mcp",
    ],
    ["a blank XDG folder counts as none", { XDG_STATE_HOME: "" }, false, home, "/home/ann/.local/state/alephant-mcp"],
    ["no home", {}, false, null, null],
    ["a home that is no path", {}, false, "nowhere", null],
    ["Windows", { LOCALAPPDATA: "D:\\Local" }, true, windowsHome, "D:\\Local\\alephant-mcp"],
    ["Windows without LOCALAPPDATA", {}, true, windowsHome, "C:\\Users\\ann\\AppData\\Local\\alephant-mcp"],
    [
      "Windows ignores XDG",
      { XDG_STATE_HOME: "/x" },
      true,
      windowsHome,
      "C:\\Users\\ann\\AppData\\Local\\alephant-mcp",
    ],
  ])("%s", (_what, env, isWindows, homeFolder, expected) => {
    expect(stateFolder({ env, isWindows, home: homeFolder })).toBe(expected);
  });

  it.runIf(hasOwners)("is made for its owner alone, even with umask 000", async () => {
    const before = process.umask(0);
    try {
      await openLog(path).record(entry());
    } finally {
      process.umask(before);
    }
    expect([statSync(join(folder, "state")).mode & 0o777, statSync(path).mode & 0o777]).toEqual([0o700, 0o600]);
  });

  it.runIf(hasOwners)("is made private when it was not", async () => {
    mkdirSync(join(folder, "state"), { mode: 0o755 });
    writeFileSync(path, "");
    chmodSync(path, 0o644);
    await openLog(path).record(entry());
    expect([statSync(join(folder, "state")).mode & 0o777, statSync(path).mode & 0o777]).toEqual([0o700, 0o600]);
  });

  it.runIf(hasOwners)("leaves the mode of a folder that a person chose as it is", async () => {
    mkdirSync(join(folder, "state"));
    chmodSync(join(folder, "state"), 0o755);
    await openLog(path, { place: { path, isOwnFolder: false, userId: USER_ID } }).record(entry());
    expect(statSync(join(folder, "state")).mode & 0o777).toBe(0o755);
  });
});

describe("C14 a place that cannot be trusted or written", () => {
  const other = () => join(folder, "other");
  const rows: ReadonlyArray<[what: string, prepare: () => void, reason: RegExp]> = [
    ["the file is a symbolic link", () => symlinkSync(other(), path), /ELOOP/],
    ["the file is a link to nothing yet", () => symlinkSync(join(folder, "nothing"), path), /ELOOP/],
    ["the file has a second name", () => linkSync(other(), path), /hard link/],
    ["the file is a folder", () => mkdirSync(path), /EISDIR/],
    ["the file is a named pipe", () => execFileSync("mkfifo", [path]), /not a regular file/],
    ["the file is a device", () => symlinkSync("/dev/full", path), /ELOOP/],
  ];
  it.runIf(hasOwners).each(rows)("%s", async (_what, prepare, reason) => {
    mkdirSync(join(folder, "state"));
    writeFileSync(other(), "mine\n");
    prepare();
    const refused = openLog(path).record(entry());
    await expect(refused).rejects.toThrow(AuditUnavailable);
    await expect(refused).rejects.toThrow(reason);
    expect(readFileSync(other(), "utf8")).toBe("mine\n");
    expect(existsSync(join(folder, "nothing"))).toBe(false);
  });

  it.runIf(hasOwners)("its folder is a symbolic link", async () => {
    mkdirSync(other());
    symlinkSync(other(), join(folder, "state"));
    await expect(openLog(path).record(entry())).rejects.toThrow(/its folder is a symbolic link/);
    expect(readdirSync(other())).toEqual([]);
  });

  it("its folder is a file", async () => {
    writeFileSync(join(folder, "state"), "");
    await expect(openLog(path).record(entry())).rejects.toThrow(/cannot be written: (ENOTDIR|EEXIST)/);
  });

  it.runIf(hasOwners).each([
    ["folder", true],
    ["file", false],
  ])("the %s belongs to somebody else", async (what, isOwnFolder) => {
    await openLog(path).record(entry());
    const place = { path, isOwnFolder, userId: (USER_ID ?? 0) + 1 };
    const refused = openLog(path, { place }).record(entry());
    await expect(refused).rejects.toThrow(what === "folder" ? /its folder belongs to another user/ : /it belongs to/);
    expect(linesOf(path)).toHaveLength(1);
  });

  it("the system names no place at all", async () => {
    await expect(openLog(null).record(entry())).rejects.toThrow(AuditUnavailable);
  });

  it.runIf(hasOwners)("is noticed even when it was good a moment ago", async () => {
    const log = openLog(path);
    await log.record(entry());
    execFileSync("mv", [path, other()]);
    symlinkSync(other(), path);
    await expect(log.record(entry())).rejects.toThrow(/ELOOP/);
    expect(linesOf(other())).toHaveLength(1);
  });

  it("works again as soon as the place does", async () => {
    mkdirSync(join(folder, "state"));
    mkdirSync(path);
    const log = openLog(path);
    await expect(log.record(entry())).rejects.toThrow(AuditUnavailable);
    execFileSync("rmdir", [path]);
    await log.record(entry());
    expect(parsedLines(path)).toMatchObject([{ seq: 1, prev_hash: null }]);
  });
});

describe("C14 a line", () => {
  it("carries every field", async () => {
    await openLog(path).record(
      entry({
        event: "result",
        before: { budget_usd: 10 },
        after: { budget_usd: 25 },
        approval: "token",
        tokenHash: "0123456789ab",
        outcome: "applied",
        code: "OK",
        status: 200,
        ms: 120,
      }),
    );
    expect(parsedLines(path)).toEqual([
      {
        v: 1,
        ts: "2026-11-20T12:00:00.000Z",
        run: expect.stringMatching(/^[0-9a-f]{8}$/),
        seq: 1,
        event: "result",
        tool: "update_key_budget",
        plan_id: "plan-1",
        principal: "0a1b2c3d",
        target_id: "3f9c0000-0000-4000-8000-000000000001",
        args: { budget_usd: 25 },
        before: { budget_usd: 10 },
        after: { budget_usd: 25 },
        approval: "token",
        token_hash: "0123456789ab",
        outcome: "applied",
        code: "OK",
        status: 200,
        ms: 120,
        prev_hash: null,
      },
    ]);
  });

  it.each([
    ["a line break", "a\nb\r\nc"],
    ["a line separator", "a\u2028b\u2029c"],
    ["a terminal code", "a\u001b[31mred"],
    ["an invisible mark", "a\u200bb\u202ec"],
  ])("stays one line, and inert, with %s in it", async (_what, label) => {
    await openLog(path).record(entry({ args: { label, [label]: 1 }, before: { label } }));
    const [line = "", ...more] = readFileSync(path, "utf8").split(/[\n\r\u2028\u2029]/);
    expect(more).toEqual([""]);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the range is the point
    expect(line).not.toMatch(/[\u0000-\u001f\u200b\u202e]|\\u/);
  });

  it("is at most 4096 bytes long: what does not fit is named by size and hash", async () => {
    const config = Object.fromEntries(Array.from({ length: 400 }, (_, index) => [`field_${index}`, "ü".repeat(50)]));
    await openLog(path).record(entry({ args: { budget_usd: 25 }, before: config, after: { ...config, field_0: "x" } }));
    const [line = ""] = linesOf(path);
    expect(Buffer.byteLength(line) + 1).toBeLessThanOrEqual(LONGEST_LINE_BYTES);
    const omitted = { omitted_bytes: expect.any(Number), sha256: expect.stringMatching(/^[0-9a-f]{64}$/) };
    expect(JSON.parse(line)).toMatchObject({ args: { budget_usd: 25 }, before: omitted, after: omitted });
  });

  it("stays within its length whatever it is given", async () => {
    const log = openLog(path);
    const text = fc.oneof(fc.string({ unit: "binary", maxLength: 400 }), fc.constant("\u{10ffff}".repeat(300)));
    const anything = fc.object({ maxDepth: 3, key: text, values: [text, fc.double(), fc.constant(null)] });
    await fc.assert(
      fc.asyncProperty(text, text, anything, anything, async (planId, code, args, after) => {
        await log.record(entry({ planId, code, tool: planId, targetId: code, args: { ...args }, after }));
        const line = linesOf(path).at(-1) ?? "";
        expect(Buffer.byteLength(line)).toBeLessThan(LONGEST_LINE_BYTES);
        expect(JSON.parse(line).event).toBe("intent");
      }),
      { numRuns: 60 },
    );
  });

  it("never holds the credential, a confirmation token or anything shaped like a key", async () => {
    const value = "pat_ws000000_0123456789abcdefABCDEF0123456789";
    const newKey = "vk-agent-0123456789abcdefABCDEF";
    const token = "dG9rZW4tdG9rZW4tdG9rZW4tdG9rZW4tdG9rZW4";
    const basic = Buffer.from(`x:${value}`).toString("base64");
    await openLog(path, { secrets: [new Secret(value)] }).record(
      entry({
        args: { label: value, confirmation_token: token, deep: [{ [value]: `Bearer ${value}`, basic }] },
        after: { secret: newKey, note: `${value.slice(0, 8)}\u200b${value.slice(8)}` },
        code: value,
      }),
    );
    const text = readFileSync(path, "utf8");
    for (const part of [value, value.slice(0, 20), newKey, token, basic.slice(8, 40)]) expect(text).not.toContain(part);
    expect(text).toContain("[redacted]");
  });
});

describe("C14 the chain", () => {
  it("counts lines and names the hash of the line before", async () => {
    const log = openLog(path);
    for (const event of ["plan", "confirm", "intent", "result"] as const) await log.record(entry({ event }));
    const lines = linesOf(path);
    const parsed = parsedLines(path);
    expect(parsed.map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
    expect(parsed.map(({ prev_hash: hash }) => hash)).toEqual([null, ...lines.slice(0, 3).map(hashLine)]);
  });

  it("goes on over a restart", async () => {
    await openLog(path).record(entry());
    await openLog(path).record(entry());
    const [first = ""] = linesOf(path);
    expect(parsedLines(path)[1]).toMatchObject({ seq: 1, prev_hash: hashLine(first) });
    expect(readLog(path)).toMatchObject({ unreadable: 0, unlinked: 0 });
  });

  it.each([
    [
      "changed",
      (lines: string[]) => lines.with(1, (lines[1] ?? "").replace("update_key_budget", "revoke_virtual_key")),
    ],
    ["taken away", (lines: string[]) => lines.toSpliced(1, 1)],
    ["taken away, the first", (lines: string[]) => lines.slice(1)],
  ])("shows that a line was %s", async (_what, change) => {
    const log = openLog(path);
    for (let count = 0; count < 4; count += 1) await log.record(entry());
    writeFileSync(path, `${change(linesOf(path)).join("\n")}\n`);
    expect(readLog(path).unlinked).toBe(1);
  });

  it("survives a torn line, as a full disk or a power cut leaves it", async () => {
    const log = openLog(path);
    await log.record(entry());
    appendFileSync(path, '{"v":1,"ts":"2026-11-2');
    await openLog(path).record(entry({ event: "result" }));
    const { lines, unreadable, unlinked } = readLog(path);
    expect([lines.length, unreadable, unlinked]).toEqual([2, 1, 0]);
  });
});

describe("C14 a line that another process left torn", () => {
  it.each(["plan", "intent", "result"] as const)("does not swallow the next one: %s", async (event) => {
    const log = openLog(path);
    await log.record(entry());
    appendFileSync(path, '{"v":1,"ts":"2026-11-2');
    await log.record(entry({ event }));
    const { lines, unreadable, unlinked } = readLog(path);
    expect([lines.at(-1)?.event, lines.length, unreadable, unlinked]).toEqual([event, 2, 1, 0]);
  });
});

describe("C14 rotation", () => {
  const SMALL = 2_000;
  it("keeps five files, all private, and reads them in order", async () => {
    const log = openLog(path, { largestFileBytes: SMALL });
    for (let count = 0; count < 60; count += 1) await log.record(entry({ planId: `plan-${count}` }));
    const files = readdirSync(join(folder, "state")).toSorted();
    expect(files).toEqual(["audit.jsonl", "audit.jsonl.1", "audit.jsonl.2", "audit.jsonl.3", "audit.jsonl.4"]);
    for (const file of files) {
      const facts = statSync(join(folder, "state", file));
      expect(facts.size).toBeLessThan(SMALL + LONGEST_LINE_BYTES);
      if (hasOwners) expect(facts.mode & 0o777).toBe(0o600);
    }
    const { lines, unreadable, unlinked } = readLog(path);
    const plans = lines.map(({ plan_id: plan }) => Number(plan.slice("plan-".length)));
    expect(plans).toEqual(Array.from({ length: plans.length }, (_, index) => 60 - plans.length + index));
    expect([plans.length > 20, unreadable, unlinked]).toEqual([true, 0, 0]);
  });

  it("is begun anew when another process has just moved the full one away", async () => {
    const log = openLog(path, { largestFileBytes: SMALL });
    await log.record(entry());
    renameSync(path, `${path}.1`);
    expect(() => rotate(path, SMALL)).not.toThrow();
    await log.record(entry());
    expect(readLog(path)).toMatchObject({ unreadable: 0, unlinked: 0 });
    expect(readLog(path).lines).toHaveLength(2);
  });

  it("is not stopped for ever by a process that was killed while it rotated", async () => {
    const log = openLog(path, { largestFileBytes: SMALL });
    mkdirSync(join(folder, "state"));
    writeFileSync(`${path}.lock`, "");
    for (let count = 0; count < 10; count += 1) await log.record(entry());
    expect(linesOf(path)).toHaveLength(10);
    execFileSync("touch", ["-d", "2020-01-01", `${path}.lock`]);
    for (let count = 0; count < 2; count += 1) await log.record(entry());
    expect(readdirSync(join(folder, "state")).toSorted()).toEqual(["audit.jsonl", "audit.jsonl.1"]);
    expect(readLog(path).lines).toHaveLength(12);
  });
});

describe("C14 two processes at once", () => {
  const script = fileURLToPath(new URL("../audit/append-many.ts", import.meta.url));
  const append = (name: string, count: number, largest: number) =>
    new Promise<number | null>((resolve) => {
      const args = ["--import", "tsx", script, path, name, String(count), String(largest)];
      spawn(process.execPath, args, { stdio: "ignore" }).once("close", resolve);
    });

  it.each([
    ["in one file", 10_000_000],
    ["while the files rotate", 60_000],
  ])("every line is whole, none is lost: %s", { timeout: 30_000 }, async (_what, largest) => {
    const names = ["a", "b", "c"];
    expect(await Promise.all(names.map((name) => append(name, 120, largest)))).toEqual([0, 0, 0]);
    const { lines, unreadable, unlinked } = readLog(path);
    expect([lines.length, unreadable, unlinked]).toEqual([360, 0, 0]);
    for (const name of names) {
      const own = lines.filter(({ plan_id: plan }) => plan.startsWith(`${name}-`));
      expect(own.map(({ seq }) => seq)).toEqual(Array.from({ length: 120 }, (_, index) => index + 1));
    }
  });
});
