import type { WireTool } from "./wire.ts";

/**
 * A text without the clauses that name a hidden tool, so that nobody is sent to a tool that does not exist here. A clause ends
 * with a semicolon or with its sentence.
 */
export function withoutTools(text: string, hidden: ReadonlySet<string>): string {
  const names = (clause: string): boolean => (clause.match(/[a-z0-9_]+/g) ?? []).some((word) => hidden.has(word));
  const sentences = text.split(/(?<=\.) /).flatMap((sentence) => {
    if (!names(sentence)) return [sentence];
    const kept = sentence
      .replace(/\.$/, "")
      .split("; ")
      .filter((clause) => !names(clause))
      .join("; ");
    return kept === "" ? [] : [`${kept.slice(0, 1).toUpperCase()}${kept.slice(1)}.`];
  });
  return sentences.join(" ");
}

/** The definition as it reads where some tools are not listed: its own text and that of its parameters. */
export function withoutHiddenTools(tool: WireTool, hidden: ReadonlySet<string>): WireTool {
  if (hidden.size === 0) return tool;
  const { properties } = tool.inputSchema;
  return {
    ...tool,
    description: withoutTools(tool.description, hidden),
    inputSchema: { ...tool.inputSchema, properties: mapValues(properties, (schema) => withoutName(schema, hidden)) },
  };
}

type ParameterSchema = WireTool["inputSchema"]["properties"][string];

function withoutName(schema: ParameterSchema, hidden: ReadonlySet<string>): ParameterSchema {
  const { description } = schema;
  return description === undefined ? schema : { ...schema, description: withoutTools(description, hidden) };
}

function mapValues<T>(record: Readonly<Record<string, T>>, change: (value: T) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));
}
