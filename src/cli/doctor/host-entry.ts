import type { ParseError } from "jsonc-parser";
import { isRecord } from "../init/edit.ts";
import { ENTRY_NAME, type HostSpec } from "../init/host-spec.ts";

/** An entry of ours in a host's file, brought to one form. */
export interface FoundEntry {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly forwarded: readonly string[];
  readonly isOff: boolean;
  /** The section it stands in, when that is not the one the host reads. */
  readonly wrongSection: string | null;
}

/** What a host's file says; null when it cannot be read as JSON or TOML. */
export async function readDocument({ format }: HostSpec, text: string): Promise<Record<string, unknown> | null> {
  const bare = text.replace(/^\ufeff/, "");
  if (format === "json") {
    const { parse } = await import("jsonc-parser");
    const errors: ParseError[] = [];
    const value: unknown = bare.trim() === "" ? {} : parse(bare, errors, { allowTrailingComma: true });
    return errors.length === 0 && isRecord(value) ? value : null;
  }
  const { parse } = await import("smol-toml");
  try {
    return parse(bare, { integersAsBigInt: "asNeeded" });
  } catch {
    return null;
  }
}

const SECTIONS = ["mcpServers", "servers", "mcp", "context_servers", "mcp_servers"];

/** Our entries: those of our name, and those that start our program under another one. */
export function findEntries({ section }: HostSpec, document: Record<string, unknown>): FoundEntry[] {
  const right = section.reduce<unknown>((value, key) => (isRecord(value) ? value[key] : undefined), document);
  const found = entriesIn(right, null);
  if (found.length > 0) return found;
  return SECTIONS.filter((name) => name !== section[0]).flatMap((name) => entriesIn(document[name], name));
}

function entriesIn(servers: unknown, wrongSection: string | null): FoundEntry[] {
  if (!isRecord(servers)) return [];
  return Object.entries(servers).flatMap(([name, value]) => {
    if (!isRecord(value)) return [];
    const entry = normalise(name, isRecord(value.transport) ? { ...value, ...value.transport } : value, wrongSection);
    const isOurs = name === ENTRY_NAME || [entry.command, ...entry.args].some((word) => word.includes("alephant-mcp"));
    return isOurs ? [entry] : [];
  });
}

function normalise(name: string, value: Record<string, unknown>, wrongSection: string | null): FoundEntry {
  const [command = "", ...own] = texts(Array.isArray(value.command) ? value.command : [value.command]);
  const env = isRecord(value.environment) ? value.environment : isRecord(value.env) ? value.env : {};
  return {
    name,
    command,
    args: [...own, ...texts(value.args)],
    env: Object.fromEntries(Object.entries(env).map(([key, item]) => [key, String(item)])),
    forwarded: texts(value.env_vars),
    isOff: value.enabled === false || value.disabled === true,
    wrongSection,
  };
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}
