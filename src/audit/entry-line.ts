import { createHash } from "node:crypto";
import type { Secret } from "../secret.ts";
import { clean } from "../text.ts";
import type { AuditEntry } from "../tool/audit.ts";
import { cleanValue, LONGEST_NAME } from "./clean-value.ts";

/** Longest line, its line break included. */
export const LONGEST_LINE_BYTES = 4_096;

/** What the log adds to an entry. */
export interface LineFacts {
  readonly ts: Date;
  /** One process: its lines form a chain. */
  readonly run: string;
  /** From 1, within the run. */
  readonly seq: number;
  /** First digits of the credential's hash. */
  readonly principal: string;
  /** Hash of the line before; null for the first of all. */
  readonly prevHash: string | null;
  /** Removed wherever they appear. */
  readonly secrets: readonly Secret[];
}

/** One entry as one line of JSON, at most 4096 bytes: what would make it longer is replaced by its size and hash. */
export function toLine(entry: AuditEntry, { ts, run, seq, principal, prevHash, secrets }: LineFacts): string {
  const id = (text: string): string => clean(text, { secrets, limit: LONGEST_NAME });
  const known = {
    v: 1,
    ts: ts.toISOString(),
    run,
    seq,
    event: entry.event,
    tool: id(entry.tool),
    plan_id: id(entry.planId),
    principal,
    target_id: entry.targetId === null ? null : id(entry.targetId),
  };
  const states: Record<string, unknown> = {
    args: cleanValue(entry.args, secrets),
    before: cleanValue(entry.before, secrets),
    after: cleanValue(entry.after, secrets),
  };
  const ending = {
    approval: entry.approval,
    token_hash: entry.tokenHash === undefined ? undefined : id(entry.tokenHash),
    outcome: entry.outcome,
    code: entry.code === undefined ? undefined : id(entry.code),
    status: entry.status,
    ms: entry.ms,
    prev_hash: prevHash,
  };
  const write = (): string => JSON.stringify({ ...known, ...states, ...ending });
  for (const [name] of largestFirst(states)) {
    if (Buffer.byteLength(write()) < LONGEST_LINE_BYTES) break;
    states[name] = digest(states[name]);
  }
  return `${write()}\n`;
}

/** The hash that the next line of the run carries. */
export function hashLine(line: string): string {
  return createHash("sha256").update(line.trimEnd()).digest("hex");
}

function largestFirst(states: Readonly<Record<string, unknown>>): [string, number][] {
  return Object.entries(states)
    .map(([name, value]): [string, number] => [name, JSON.stringify(value)?.length ?? 0])
    .toSorted(([, a], [, b]) => b - a);
}

function digest(value: unknown): unknown {
  const text = JSON.stringify(value);
  if (text === undefined) return undefined;
  return { omitted_bytes: Buffer.byteLength(text), sha256: createHash("sha256").update(text).digest("hex") };
}
