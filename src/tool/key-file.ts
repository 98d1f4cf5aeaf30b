import type { Secret } from "../secret.ts";

/** A private file for the plaintext of a key that is about to be made. It exists before the key does. */
export interface KeyFile {
  readonly path: string;
  /**
   * Writes the plaintext, and gives the path. Once only.
   * @throws KeyFileUnavailable
   */
  deliver(secret: Secret): Promise<string>;
  /** Removes the empty file, when no key was made. */
  discard(): Promise<void>;
}

/** The file cannot be made or written. The message is a finished sentence without the plaintext. */
export class KeyFileUnavailable extends Error {
  override readonly name = "KeyFileUnavailable";
}
