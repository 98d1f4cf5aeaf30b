import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createFileLog, type FileLogOptions } from "../../src/audit/file-log.ts";
import type { Audit, AuditEntry } from "../../src/tool/audit.ts";

export const USER_ID = process.geteuid?.() ?? null;

/** A folder of its own for one test; `remove` takes it away. */
export function makeScratch(): { folder: string; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), "alephant-mcp-record-"));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

export function openLog(path: string | null, more: Partial<FileLogOptions> = {}): Audit {
  return createFileLog({
    place: path === null ? null : { path, isOwnFolder: true, userId: USER_ID },
    principal: "0a1b2c3d",
    secrets: [],
    now: () => new Date("2026-11-20T12:00:00.000Z"),
    ...more,
  });
}

export function entry(more: Partial<AuditEntry> = {}): AuditEntry {
  return {
    event: "intent",
    tool: "update_key_budget",
    planId: "plan-1",
    targetId: "3f9c0000-0000-4000-8000-000000000001",
    args: { budget_usd: 25 },
    ...more,
  };
}

/** Every line of a file, without its line break. */
export function linesOf(path: string): string[] {
  const text = readFileSync(path, "utf8");
  return text.split("\n").slice(0, -1);
}

// biome-ignore lint/suspicious/noExplicitAny: tests reach into lines of every event
export function parsedLines(path: string): any[] {
  return linesOf(path).map((line) => JSON.parse(line));
}
