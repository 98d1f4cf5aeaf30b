import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";

/**
 * A success. Hosts show the model either the text or the structure, so both carry the same JSON, character by character.
 * Keys whose value is undefined do not survive serialisation; they are dropped from both forms alike.
 * @param isForUser marks what is meant for the person's eyes; a host may ignore it
 */
export function toResult(value: Record<string, unknown>, isForUser = false): CallToolResult {
  const text = { type: "text" as const, text: JSON.stringify(value) };
  return {
    content: [isForUser ? { ...text, annotations: { audience: ["user"] } } : text],
    structuredContent: value,
  };
}

/** A failure: text alone, because several hosts lose or hide the text when a structure stands beside it. */
export function toErrorResult(text: string): CallToolResult {
  return { isError: true, content: [{ type: "text", text }] };
}
