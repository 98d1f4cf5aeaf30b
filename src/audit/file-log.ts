import { randomBytes } from "node:crypto";
import { closeSync, fstatSync, fsyncSync } from "node:fs";
import type { Secret } from "../secret.ts";
import { type Audit, type AuditEntry, AuditUnavailable } from "../tool/audit.ts";
import { hashLine, toLine } from "./entry-line.ts";
import { appendWhole, openForAppending, readTail } from "./log-file.ts";
import { LARGEST_FILE_BYTES, rotate } from "./rotation.ts";
import { fileProblem, type PrivatePlace, syncFolder } from "./state-folder.ts";

export interface FileLogOptions {
  /** Null when the system names no place for it; every entry is then refused. */
  readonly place: PrivatePlace | null;
  /** First 8 hex digits of the SHA-256 of the credential. */
  readonly principal: string;
  /** Never written, in no encoding. */
  readonly secrets: readonly Secret[];
  readonly now: () => Date;
  /** @default 10 MB */
  readonly largestFileBytes?: number;
}

/** These must outlive a power cut: that a change was about to be sent, and what became of it. */
const FLUSHED: readonly AuditEntry["event"][] = ["intent", "result"];

/**
 * The record of changes, in a private file of one JSON line an event.
 *
 * The file is opened for every entry, so that one moved away by another process, or swapped for a link, is noticed. All of
 * it is synchronous: entries keep their order and none is half written when the process is told to stop. Each line carries
 * the hash of the line before it in the same run; the first carries that of the line it found.
 */
export function createFileLog(options: FileLogOptions): Audit {
  const { place, largestFileBytes = LARGEST_FILE_BYTES } = options;
  const run = randomBytes(4).toString("hex");
  let seq = 0;
  let ownHash: string | null = null;

  const append = (descriptor: number, entry: AuditEntry): void => {
    // Another process may have left a torn line since: it must not take this one with it.
    const { lastLine, isTorn } = readTail(descriptor);
    const found = lastLine === null ? null : hashLine(lastLine);
    const { principal, secrets, now } = options;
    const line = toLine(entry, { ts: now(), run, seq: seq + 1, principal, secrets, prevHash: ownHash ?? found });
    appendWhole(descriptor, isTorn ? `\n${line}` : line);
    seq += 1;
    ownHash = hashLine(line);
    if (FLUSHED.includes(entry.event)) fsyncSync(descriptor);
  };

  return {
    async record(entry) {
      if (place === null) throw new AuditUnavailable(`${WHAT} cannot be written: the system names no home folder.`);
      try {
        const descriptor = openRotated(place, largestFileBytes);
        try {
          append(descriptor, entry);
        } finally {
          closeSync(descriptor);
        }
        if (entry.event === "intent") syncFolder(place.path);
      } catch (error) {
        throw new AuditUnavailable(`${WHAT} (${place.path}) cannot be written: ${fileProblem(error)}.`);
      }
    },
  };
}

const WHAT = "The record of changes";

function openRotated(place: PrivatePlace, largest: number): number {
  const descriptor = openForAppending(place);
  if (fstatSync(descriptor).size < largest) return descriptor;
  closeSync(descriptor);
  rotate(place.path, largest);
  return openForAppending(place);
}
