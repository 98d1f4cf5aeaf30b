import { createHash, randomBytes } from "node:crypto";
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";

// Another program's settings may hold its secrets: what is copied or made here is readable by its owner only.
const PRIVATE = 0o600;

/** The text of a settings file, or null when there is none. */
export function readSettings(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
}

/** The file changed between the moment it was shown and the moment it was to be written or restored. */
export class ChangedMeanwhileError extends Error {
  override readonly name = "ChangedMeanwhileError";
}

// A backup's name ends in the fingerprint of the text that replaced it, so a later undo knows which backup belongs to the
// text it finds, and whether anybody has changed that text since.
const COPY = ".alephant-backup-";
const NONE = ".alephant-created-";

function fingerprint(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}

/**
 * Writes a settings file whole or not at all, with a backup beside it.
 * @param before what was read and shown, null for no file
 * @returns the path of the backup, null when there was nothing to save
 * @throws ChangedMeanwhileError when the file no longer holds `before`
 */
export function writeSettings(path: string, before: string | null, after: string): string | null {
  if (readSettings(path) !== before) throw new ChangedMeanwhileError(path);
  const target = before === null ? path : realpathSync(path);
  mkdirSync(dirname(target), { recursive: true, mode: 0o700 });
  const saved = `${target}${before === null ? NONE : COPY}${fingerprint(after)}`;
  writeFileSync(saved, before ?? "", { mode: PRIVATE });
  replace(target, after, before === null ? PRIVATE : statSync(target).mode & 0o777);
  return before === null ? null : saved;
}

/** A symbolic link stays one: the file it leads to is replaced, in one step. */
function replace(target: string, text: string, mode: number): void {
  const fresh = `${target}.${randomBytes(6).toString("hex")}.tmp`;
  try {
    writeFileSync(fresh, text, { mode: PRIVATE, flag: "wx" });
    chmodSync(fresh, mode);
    renameSync(fresh, target);
  } catch (error) {
    rmSync(fresh, { force: true });
    throw error;
  }
}

export type Undone =
  | { readonly outcome: "restored" | "removed" }
  | { readonly outcome: "nothing" }
  /** The file is not as it was left; the newest backups, for a person to look at. */
  | { readonly outcome: "changed"; readonly backups: readonly string[] };

/** Takes the last change back, if the file still holds exactly what that change wrote. */
export function undoSettings(path: string): Undone {
  const text = readSettings(path);
  const target = text === null ? path : realpathSync(path);
  const backups = backupsOf(target);
  if (backups.length === 0) return { outcome: "nothing" };
  const mark = text === null ? null : fingerprint(text);
  const copy = backups.find((name) => mark !== null && name.endsWith(COPY + mark));
  const created = backups.find((name) => mark !== null && name.endsWith(NONE + mark));
  if (copy !== undefined) {
    replace(target, readFileSync(copy, "utf8"), statSync(target).mode & 0o777);
    rmSync(copy);
    return { outcome: "restored" };
  }
  if (created === undefined) return { outcome: "changed", backups };
  rmSync(target);
  rmSync(created);
  return { outcome: "removed" };
}

function backupsOf(target: string): string[] {
  try {
    return readdirSync(dirname(target))
      .filter((name) => name.startsWith(basename(target) + COPY) || name.startsWith(basename(target) + NONE))
      .map((name) => join(dirname(target), name));
  } catch {
    return [];
  }
}
