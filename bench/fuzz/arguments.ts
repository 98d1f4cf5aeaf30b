import fc from "fast-check";

/** The part of a tool's input schema that a generator reads. */
export interface ListedTool {
  readonly name: string;
  readonly inputSchema: object;
}

const UUID = "550e8400-e29b-41d4-a716-446655440000";
const NASTY = [
  "",
  " ",
  "\u0000",
  "../../x",
  "%2e%2e%2f",
  "__proto__",
  "\ud800",
  "x".repeat(5_000),
  "pat_ws000000_fuzzSECRETfuzzSECRETfuzz",
  "1e400",
  "2026-02-30",
  "9999-12-31",
  UUID.toUpperCase(),
  "\u202e\u200b\u001b[31m",
];
const NUMBERS = [0, -0, -1, 1, 0.001, 25.005, 1e9, 1e308, -1e308, 2 ** 53, Number.MAX_SAFE_INTEGER];

const junk = fc.oneof(
  fc.constantFrom<unknown>(...NASTY, ...NUMBERS, null, true, [], {}),
  fc.jsonValue({ maxDepth: 3 }),
  fc.string({ maxLength: 30 }),
);

/** Arguments of a tool: mostly of the right names and kinds, sometimes of none. */
export function argumentsOf({ inputSchema }: ListedTool): fc.Arbitrary<Record<string, unknown>> {
  const properties = "properties" in inputSchema ? inputSchema.properties : null;
  const fields = Object.entries(typeof properties === "object" && properties !== null ? properties : {}).map(
    ([name, schema]): [string, fc.Arbitrary<unknown>] => [
      name,
      fc.oneof({ weight: 4, arbitrary: fitting(schema) }, { weight: 1, arbitrary: junk }),
    ],
  );
  const known = fc.record(Object.fromEntries(fields), { requiredKeys: [] });
  const strange = fc.dictionary(
    fc.oneof(fc.string({ maxLength: 12 }), fc.constantFrom("__proto__", "constructor", "toString")),
    junk,
    { maxKeys: 3 },
  );
  return fc.oneof(
    { weight: 6, arbitrary: known },
    { weight: 1, arbitrary: fc.tuple(known, strange).map(([a, b]) => ({ ...a, ...b })) },
    { weight: 1, arbitrary: strange },
  );
}

function fitting(schema: unknown): fc.Arbitrary<unknown> {
  const facts = new Map<string, unknown>(typeof schema === "object" && schema !== null ? Object.entries(schema) : []);
  const choices = facts.get("enum");
  if (Array.isArray(choices)) return fc.constantFrom<unknown>(...choices);
  switch (facts.get("type")) {
    case "integer":
      return fc.integer({ min: -2, max: 250 });
    case "number":
      return fc.oneof(
        fc.constantFrom(...NUMBERS),
        fc.integer({ min: 1, max: 1_000_000 }).map((cents) => cents / 100),
      );
    case "boolean":
      return fc.boolean();
    case "array":
      return fc.array(fc.oneof(fitting(facts.get("items")), junk), { maxLength: 6 });
    default:
      return fc.oneof(fc.constantFrom(UUID, "7d", "2026-11-01", ...NASTY), fc.string({ maxLength: 40 }));
  }
}
