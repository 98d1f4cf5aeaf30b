import { BadResponseError, TooLargeError } from "./errors.ts";
import { isDeeperThan } from "./json-depth.ts";
import { isRecord } from "./record.ts";

const DEEPEST = 32;
const LONGEST_ARRAY = 10_000;
const LONGEST_TEXT = 64 * 1024;

/**
 * Bytes to JSON, within limits that later code can rely on. A message never quotes the body.
 *
 * @throws BadResponseError for bytes that are not UTF-8, text that is not JSON (retryable: it may have been cut short), or
 *   nesting beyond 32 levels
 * @throws TooLargeError for an array or text beyond what any answer needs
 */
export function decodeJson(bytes: Uint8Array): unknown {
  const text = decodeText(bytes);
  if (isDeeperThan(text, DEEPEST)) throw new BadResponseError("The answer is nested too deeply.");
  const value = parse(text);
  checkSizes(value);
  return value;
}

/** Fatal decoding: a replaced byte could change a name or a number's neighbour. A leading byte order mark is dropped. */
function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new BadResponseError("The answer has an invalid text encoding.");
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new BadResponseError("The answer was incomplete or is not valid JSON.", { isRetryable: true });
  }
}

function checkSizes(root: unknown): void {
  const pending: unknown[] = [root];
  while (pending.length > 0) {
    const value = pending.pop();
    if (typeof value === "string" && value.length > LONGEST_TEXT) {
      throw new TooLargeError("The answer holds a text of more than 64 KB.");
    }
    if (Array.isArray(value)) {
      if (value.length > LONGEST_ARRAY) {
        throw new TooLargeError("The answer holds a list of more than 10,000 entries; narrow the period.");
      }
      for (const entry of value) pending.push(entry);
    } else if (isRecord(value)) {
      for (const entry of Object.values(value)) pending.push(entry);
    }
  }
}
