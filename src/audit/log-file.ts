import { closeSync, constants, fchmodSync, fstatSync, openSync, readSync, writeSync } from "node:fs";
import { LONGEST_LINE_BYTES } from "./entry-line.ts";
import { FileProblem, makeFolder, type PrivatePlace } from "./state-folder.ts";

/**
 * Opens the file for appending, and makes it when it is missing; it is judged by its descriptor, so it cannot be swapped
 * in between.
 * @throws Error of the file system, or FileProblem
 */
export function openForAppending(place: PrivatePlace): number {
  makeFolder(place);
  const { path, userId } = place;
  const { O_APPEND, O_CREAT, O_RDWR, O_NOFOLLOW, O_NONBLOCK } = constants;
  const descriptor = openSync(
    path,
    O_RDWR | O_APPEND | O_CREAT | (userId === null ? 0 : O_NOFOLLOW | O_NONBLOCK),
    0o600,
  );
  try {
    const facts = fstatSync(descriptor);
    if (!facts.isFile()) throw new FileProblem("it is not a regular file");
    if (userId !== null) {
      if (facts.uid !== userId) throw new FileProblem("it belongs to another user");
      if (facts.nlink > 1) throw new FileProblem("it has a second name (hard link)");
      if ((facts.mode & 0o777) !== 0o600) fchmodSync(descriptor, 0o600);
    }
    return descriptor;
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

/** @throws Error when not every byte could be written, as on a full disk */
export function appendWhole(descriptor: number, text: string): void {
  const bytes = Buffer.from(text, "utf8");
  if (writeSync(descriptor, bytes) !== bytes.length) throw new FileProblem("only a part of a line could be written");
}

/** What the file ends with: its last complete line, and whether a torn one follows. */
export interface Tail {
  readonly lastLine: string | null;
  readonly isTorn: boolean;
}

export function readTail(descriptor: number): Tail {
  const { size } = fstatSync(descriptor);
  const bytes = Buffer.alloc(Math.min(size, 2 * LONGEST_LINE_BYTES));
  const text = bytes.toString("utf8", 0, readSync(descriptor, bytes, 0, bytes.length, size - bytes.length));
  const lines = text.split("\n");
  const rest = lines.pop();
  return { lastLine: lines.findLast((line) => line !== "") ?? null, isTorn: rest !== undefined && rest !== "" };
}
