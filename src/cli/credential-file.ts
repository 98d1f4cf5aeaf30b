import { closeSync, constants, fstatSync, openSync, readFileSync } from "node:fs";
import { ConfigError } from "../mode.ts";

const MAX_BYTES = 4_096;

/**
 * Reads a credential from the file that a `<NAME>_FILE` variable names.
 * The file is opened once and judged by its descriptor, so it cannot be swapped between the check and the read.
 * @param userId effective user id, null where the system has none (Windows: no owner and mode checks)
 * @throws ConfigError unless it is a regular file of the user's own that nobody else may read
 */
export function readCredentialFile(variable: string, path: string, userId: number | null): string {
  const refuse = (problem: string): never => {
    throw new ConfigError(variable, problem, `Example: chmod 600 the file, then ${variable}=/path/to/it`);
  };
  let descriptor: number;
  try {
    descriptor = openSync(
      path,
      constants.O_RDONLY | (userId === null ? 0 : constants.O_NOFOLLOW | constants.O_NONBLOCK),
    );
  } catch {
    return refuse("names a file that cannot be opened (missing, not readable, or a symbolic link).");
  }
  try {
    const facts = fstatSync(descriptor);
    if (!facts.isFile()) return refuse("does not name a regular file.");
    if (userId !== null && facts.uid !== userId) return refuse("names a file that belongs to another user.");
    if (userId !== null && (facts.mode & 0o077) !== 0) return refuse("names a file that other users may read.");
    if (facts.size > MAX_BYTES) return refuse(`names a file of more than ${MAX_BYTES} bytes.`);
    return readFileSync(descriptor, "utf8");
  } finally {
    closeSync(descriptor);
  }
}
