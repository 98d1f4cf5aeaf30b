import * as z from "zod";
import type { Effect, Tool } from "./define.ts";

/** What `tools/list` says of one tool. */
export interface WireTool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly inputSchema: {
    readonly type: "object";
    readonly properties: Readonly<
      Record<string, { readonly description?: string } & Readonly<Record<string, unknown>>>
    >;
  } & Readonly<Record<string, unknown>>;
  readonly outputSchema: { readonly type: "object" } & Readonly<Record<string, unknown>>;
  readonly annotations: {
    readonly readOnlyHint: boolean;
    readonly destructiveHint: boolean;
    readonly idempotentHint: boolean;
    readonly openWorldHint: boolean;
  };
}

/** A new key destroys nothing, but two calls make two keys; every call reaches a remote service. */
const HINTS: Record<Effect, WireTool["annotations"]> = {
  read: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: true },
  create: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: true },
  change: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: true },
};

/** The whole definition, whatever is listed beside it. */
export function wireTool(tool: Tool): WireTool {
  const { name, title, description } = tool;
  return {
    name,
    title,
    description,
    inputSchema: inputSchema(tool.input),
    outputSchema: outputSchema(tool.output),
    annotations: HINTS[tool.effect],
  };
}

function inputSchema(schema: z.ZodObject): WireTool["inputSchema"] {
  const { $schema: _dialect, type: _type, properties, ...rest } = z.toJSONSchema(schema, { io: "input" });
  const described = Object.entries(properties ?? {}).flatMap(([name, property]) =>
    typeof property === "object" ? [[name, { ...property }] as const] : [],
  );
  return { type: "object", properties: Object.fromEntries(described), ...rest };
}

/**
 * The advertised output schema names the top-level fields of one plain type. No host shows an output schema to a model, so
 * deeper levels would cost every conversation tokens and inform nobody; results are still checked against the full schema
 * before they leave. A field that may be null is left out: type unions are not portable, and an untyped one says nothing.
 */
function outputSchema(schema: z.ZodObject): WireTool["outputSchema"] {
  const { properties = {} } = z.toJSONSchema(schema, { io: "output" });
  const sketch = Object.entries(properties).flatMap(([name, property]) =>
    typeof property === "object" && typeof property.type === "string" ? [[name, { type: property.type }] as const] : [],
  );
  return { type: "object", properties: Object.fromEntries(sketch) };
}
