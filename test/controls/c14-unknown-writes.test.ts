import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { toChanges } from "../../src/audit/changes.ts";
import { readLog, unansweredWrites } from "../../src/audit/read-log.ts";
import { type AuditEntry, unknownWritesText } from "../../src/tool/audit.ts";
import { entry, linesOf, makeScratch, openLog } from "../audit/record.ts";

const LONG_AGO = new Date("2020-01-01T00:00:00Z");
let folder: string;
let remove: () => void;
let path: string;
beforeEach(() => {
  ({ folder, remove } = makeScratch());
  path = join(folder, "state", "audit.jsonl");
});
afterEach(() => remove());

async function record(...entries: Partial<AuditEntry>[]): Promise<void> {
  const log = openLog(path);
  for (const more of entries) await log.record(entry(more));
}

const found = (since = LONG_AGO) => unansweredWrites(readLog(path).lines, since);

describe("C14 writes with unknown outcome", () => {
  it("are none without a record", () => {
    expect(found()).toEqual([]);
  });

  it.each([
    ["planned only", ["plan"], 0],
    ["confirmed, never sent", ["plan", "confirm", "denied"], 0],
    ["sent and answered", ["plan", "confirm", "intent", "result"], 0],
    ["sent twice and answered once, after a refusal", ["intent", "intent", "result"], 0],
    ["sent, then the process ended", ["plan", "confirm", "intent"], 1],
  ] as const)("%s", async (_what, events, count) => {
    await record(...events.map((event) => ({ event })));
    expect(found()).toHaveLength(count);
  });

  it("are told apart by their plan", async () => {
    await record(
      { event: "intent", planId: "a" },
      { event: "intent", planId: "b", tool: "revoke_virtual_key" },
      { event: "result", planId: "a" },
    );
    expect(found()).toEqual([
      { tool: "revoke_virtual_key", targetId: entry().targetId, at: new Date("2026-11-20T12:00:00Z") },
    ]);
  });

  it("are left out when they are older than asked for", async () => {
    await record({ event: "intent" });
    expect(found(new Date("2026-11-20T12:00:00Z"))).toHaveLength(1);
    expect(found(new Date("2026-11-20T12:00:01Z"))).toEqual([]);
  });

  it("are found when their answer lies in the next file", async () => {
    const log = openLog(path, { largestFileBytes: 1 });
    await log.record(entry({ event: "intent", planId: "a" }));
    await log.record(entry({ event: "result", planId: "a" }));
    await log.record(entry({ event: "intent", planId: "b" }));
    expect(found()).toHaveLength(1);
    expect(unansweredWrites(readLog(path, 2).lines, LONG_AGO)).toHaveLength(1);
  });

  it("come through lines that are torn, foreign or hostile", async () => {
    await record({ event: "intent" });
    const [line = ""] = linesOf(path);
    const rows = ["", "null", "[]", '{"v":1}', "x".repeat(100_000), "[".repeat(4_000), line.replace("intent", "odd")];
    appendFileSync(path, `${rows.join("\n")}\n`);
    const { lines, unreadable } = readLog(path);
    expect([lines.length, unreadable, found().length]).toEqual([1, 6, 1]);
  });

  it("are named in one sentence", () => {
    const at = new Date("2026-11-20T12:34:56Z");
    const write = { tool: "revoke_virtual_key", targetId: null, at };
    expect(unknownWritesText([])).toBeNull();
    expect(unknownWritesText([write])).toBe("1 write with unknown outcome (revoke_virtual_key, 2026-11-20T12:34Z)");
    expect(unknownWritesText([write, write, write, write])).toMatch(
      /^4 writes with unknown outcome \(the newest: (.+; ){2}/,
    );
  });
});

describe("C14 reading the record back", () => {
  it.each([
    [["plan"], {}, "not_sent"],
    [["plan", "denied"], { code: "POLICY_DENIED" }, "denied"],
    [["plan", "confirm", "intent"], {}, "unknown"],
    [["plan", "confirm", "intent", "result"], { outcome: "applied" }, "applied"],
    [["intent", "result"], { outcome: "not_applied" }, "not_applied"],
    [["intent", "result"], { outcome: "rejected", code: "REJECTED" }, "rejected"],
    [["intent", "result"], {}, "unknown"],
  ] as const)("%j with %j is a change that was %s", async (events, ending, outcome) => {
    await record(...events.map((event, index) => (index === events.length - 1 ? { event, ...ending } : { event })));
    expect(toChanges(readLog(path).lines)).toMatchObject([
      { planId: "plan-1", outcome, events: [...events], code: "code" in ending ? ending.code : null },
    ]);
  });

  it("cleans what somebody wrote into the file", () => {
    mkdirSync(dirname(path));
    const line = {
      ...{ v: 1, ts: "2026-11-20T12:00:00.000Z", run: "x", seq: 1, event: "intent", plan_id: "p", prev_hash: null },
      ...{
        principal: "\u001b[2J",
        tool: "evil\u202e\u200b",
        target_id: "](https://evil)",
        args: { "\u001b]0;x\u0007a": "\u009b31m" },
      },
    };
    writeFileSync(path, `${JSON.stringify(line)}\n`);
    const text = JSON.stringify(readLog(path).lines);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the range is the point
    expect(text).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u200b\u202e]|\\u00|\]\(|:\/\//);
  });
});
