import { chmodSync, closeSync, constants, fsyncSync, lstatSync, mkdirSync, openSync } from "node:fs";
import { dirname, posix, win32 } from "node:path";

/** What decides where this program keeps what must outlive it. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly isWindows: boolean;
  /** The user's home folder; null when there is none. */
  readonly home: string | null;
}

/**
 * The folder of this program's own state: `$XDG_STATE_HOME/alephant-mcp`, else `~/.local/state/alephant-mcp` (XDG Base
 * Directory Specification; a relative value is ignored, as it demands); on Windows `%LOCALAPPDATA%\alephant-mcp`.
 * @returns null when the system names no place
 */
export function stateFolder({ env, isWindows, home }: Surroundings): string | null {
  const path = isWindows ? win32 : posix;
  const set = isWindows ? env.LOCALAPPDATA : env.XDG_STATE_HOME;
  if (set !== undefined && path.isAbsolute(set)) return path.join(set, "alephant-mcp");
  if (home === null || !path.isAbsolute(home)) return null;
  const usual = isWindows ? ["AppData", "Local"] : [".local", "state"];
  return path.join(home, ...usual, "alephant-mcp");
}

/** Where one program writes, and whether it made the folder for itself. */
export interface PrivatePlace {
  readonly path: string;
  /** True for a folder of our own, which is kept private; a folder that a person chose is left as it is. */
  readonly isOwnFolder: boolean;
  /** Effective user id; null where the system has none (Windows: no owner and mode checks). */
  readonly userId: number | null;
}

/**
 * Makes the folder of a file, for its owner alone.
 * @throws Error of the file system, or FileProblem
 */
export function makeFolder({ path, isOwnFolder, userId }: PrivatePlace): void {
  const folder = dirname(path);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (!isOwnFolder || userId === null) return;
  const facts = lstatSync(folder);
  if (!facts.isDirectory()) throw new FileProblem("its folder is a symbolic link");
  if (facts.uid !== userId) throw new FileProblem("its folder belongs to another user");
  if ((facts.mode & 0o777) !== 0o700) chmodSync(folder, 0o700);
}

/** Makes a new file's name last as long as its content; a system that cannot do that for a folder does it by itself. */
export function syncFolder(path: string): void {
  let descriptor: number;
  try {
    descriptor = openSync(dirname(path), constants.O_RDONLY);
  } catch {
    return;
  }
  try {
    fsyncSync(descriptor);
  } catch {
    // Some file systems refuse this for folders.
  } finally {
    closeSync(descriptor);
  }
}

/** A finding of our own about a file or folder; the message is the end of a sentence. */
export class FileProblem extends Error {
  override readonly name = "FileProblem";
}

/** Why a file operation failed, in a few words: our own finding, or the system's code. Never a path or a content. */
export function fileProblem(error: unknown): string {
  if (error instanceof FileProblem) return error.message;
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "unexpected error";
}
