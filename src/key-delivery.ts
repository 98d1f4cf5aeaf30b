import { randomBytes } from "node:crypto";
import { closeSync, constants, fchmodSync, fsyncSync, ftruncateSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { FileProblem, fileProblem, makeFolder, syncFolder } from "./audit/state-folder.ts";
import { type KeyFile, KeyFileUnavailable } from "./tool/key-file.ts";

export interface KeyDeliveryOptions {
  /** The program's own folder; null when the system names no place for it. */
  readonly folder: string | null;
  /** Effective user id; null where the system has none. */
  readonly userId: number | null;
  readonly now: () => Date;
}

/** More than any key has: taken up beforehand, so that a full disk shows before the key is made. */
const RESERVED_BYTES = 1_024;

/**
 * Makes the file for the plaintext of a key that is about to be made: new, its name unknown to others, readable by its owner
 * only.
 * @throws KeyFileUnavailable
 */
export async function reserveKeyFile({ folder, userId, now }: KeyDeliveryOptions): Promise<KeyFile> {
  if (folder === null) throw unavailable("made: the system names no home folder");
  const path = join(
    folder,
    "keys",
    `new-key-${now().toISOString().slice(0, 10)}-${randomBytes(6).toString("hex")}.txt`,
  );
  let descriptor: number;
  try {
    makeFolder({ path, isOwnFolder: true, userId });
    descriptor = openNew(path, userId);
  } catch (error) {
    throw unavailable(`made: ${fileProblem(error)}`);
  }
  let isOpen = true;
  const close = (): void => {
    if (isOpen) closeSync(descriptor);
    isOpen = false;
  };
  const remove = (): void => {
    close();
    rmSync(path, { force: true });
  };
  const write = (text: string): void => {
    try {
      fill(descriptor, text);
    } catch (error) {
      remove();
      throw unavailable(`written: ${fileProblem(error)}`);
    }
  };
  write(" ".repeat(RESERVED_BYTES));
  return {
    path,
    async deliver(secret) {
      if (!isOpen) throw unavailable("written twice");
      write(`${secret.reveal()}\n`);
      close();
      syncFolder(path);
      return path;
    },
    async discard() {
      if (isOpen) remove();
    },
  };
}

function openNew(path: string, userId: number | null): number {
  const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;
  const descriptor = openSync(path, O_WRONLY | O_CREAT | O_EXCL | (userId === null ? 0 : O_NOFOLLOW), 0o600);
  if (userId !== null) fchmodSync(descriptor, 0o600);
  return descriptor;
}

/** Makes the text the file's whole content, on disk. */
function fill(descriptor: number, text: string): void {
  const bytes = Buffer.from(text, "utf8");
  if (writeSync(descriptor, bytes, 0, bytes.length, 0) !== bytes.length) throw new FileProblem("the disk is full");
  ftruncateSync(descriptor, bytes.length);
  fsyncSync(descriptor);
}

function unavailable(what: string): KeyFileUnavailable {
  return new KeyFileUnavailable(`The file for the new key's secret cannot be ${what}.`);
}
