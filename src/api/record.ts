/** A JSON object of unknown content. */
export type JsonRecord = { readonly [name: string]: unknown };

export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The object's own value under that name; `undefined` for inherited names such as `constructor`. */
export function own(record: JsonRecord, name: string): unknown {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

const known = new Map<string, readonly string[]>();

/** The spellings of a camelCase name: the service's families differ. The memo holds names from our source only. */
export function spellings(name: string): readonly string[] {
  let both = known.get(name);
  if (both === undefined) {
    both = [...new Set([name, name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)])];
    known.set(name, both);
  }
  return both;
}
