import { randomBytes } from "node:crypto";
import { closeSync, fsyncSync, linkSync, lstatSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { syncFolder } from "../../audit/state-folder.ts";

// Spend by agent or key is nobody else's business.
const PRIVATE = 0o600;

/** A file that appears whole or not at all: it is written beside its place under a name of its own. */
export interface WholeFile {
  append(text: string): void;
  /** Puts the file in its place. @throws Error with the code EEXIST when one has appeared there that must not be replaced */
  commit(): void;
  /** Leaves nothing behind. */
  discard(): void;
}

export function fileExists(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** @param replace whether a file that is there may be replaced */
export function createWholeFile(path: string, replace: boolean): WholeFile {
  const fresh = `${path}.${randomBytes(6).toString("hex")}.tmp`;
  const descriptor = openSync(fresh, "wx", PRIVATE);
  let isOpen = true;
  const close = (): void => {
    if (isOpen) closeSync(descriptor);
    isOpen = false;
  };
  return {
    append(text) {
      const bytes = Buffer.from(text, "utf8");
      for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
    },
    commit() {
      fsyncSync(descriptor);
      close();
      if (replace) renameSync(fresh, path);
      else place(fresh, path);
      syncFolder(path);
    },
    discard() {
      close();
      rmSync(fresh, { force: true });
    },
  };
}

/** A link refuses to replace a file, in one step; file systems without links get a look and a rename. */
function place(fresh: string, path: string): void {
  try {
    linkSync(fresh, path);
    rmSync(fresh);
  } catch (error) {
    if (fileExists(path)) throw error;
    renameSync(fresh, path);
  }
}
