import { closeSync, constants, lstatSync, openSync, renameSync, rmSync } from "node:fs";

/** Size at which a new file is begun. */
export const LARGEST_FILE_BYTES = 10_000_000;
/** The current file and four older ones, `.1` (the youngest) to `.4`. */
export const FILES_KEPT = 5;

/** A process that was killed while it rotated leaves its lock behind. */
const STALE_LOCK_MS = 60_000;

/** The files of a record, the youngest first; they need not exist. */
export function recordFiles(path: string): string[] {
  return [path, ...Array.from({ length: FILES_KEPT - 1 }, (_, index) => `${path}.${index + 1}`)];
}

/**
 * Moves every file on by one place; the oldest falls out. While another process does it, this one goes on in the full file.
 * @throws Error of the file system
 */
export function rotate(path: string, largest: number): void {
  const lock = `${path}.lock`;
  if (!takeLock(lock)) return;
  try {
    // Another process may have moved it away since it was found full, and nobody has begun the next one.
    const size = lstatSync(path, { throwIfNoEntry: false })?.size ?? 0;
    if (size < largest) return;
    const files = recordFiles(path);
    for (let place = files.length - 1; place > 0; place -= 1) moveIfThere(files[place - 1], files[place]);
  } finally {
    rmSync(lock, { force: true });
  }
}

function takeLock(lock: string): boolean {
  try {
    closeSync(openSync(lock, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600));
    return true;
  } catch (error) {
    if (!hasCode(error, "EEXIST")) throw error;
    if (isStale(lock)) rmSync(lock, { force: true });
    return false;
  }
}

function isStale(lock: string): boolean {
  try {
    return Date.now() - lstatSync(lock).mtimeMs > STALE_LOCK_MS;
  } catch {
    return false;
  }
}

function moveIfThere(from: string | undefined, to: string | undefined): void {
  if (from === undefined || to === undefined) return;
  try {
    renameSync(from, to);
  } catch (error) {
    if (!hasCode(error, "ENOENT")) throw error;
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
