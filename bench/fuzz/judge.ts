import type { Answered } from "../faults/caller.ts";

/** What no answer may ever be, whatever came in; null = it is fine. */
export function wrongWith({ isError, text, value }: Answered, secrets: readonly string[]): string | null {
  if (secrets.some((secret) => text.includes(secret))) return "holds a credential";
  if (text.includes("\u001b") || text.includes("<script")) return "holds text that is not cleaned";
  if (isError) {
    const code = /^\[([A-Z_]+)\] /.exec(text)?.[1];
    if (code === undefined) return "an error without a code";
    if (code === "INTERNAL") return "an error that nobody foresaw";
    return text.length > 2_500 ? `an error of ${text.length} characters` : null;
  }
  if (text !== JSON.stringify(value)) return "text and structure differ";
  return Buffer.byteLength(text) > 8_192 ? `${Buffer.byteLength(text)} bytes` : null;
}
