/** A JSON object of unknown content. */
export type JsonRecord = { readonly [name: string]: unknown };

export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The object's own value under that name; `undefined` for inherited names such as `constructor`. */
export function own(record: JsonRecord, name: string): unknown {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

const snakeNames = new Map<string, string>();

/** Both spellings of a camelCase name: the service's families differ. The memo holds names from our source only. */
export function spellings(name: string): [string, string] {
  let snake = snakeNames.get(name);
  if (snake === undefined) {
    snake = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    snakeNames.set(name, snake);
  }
  return [name, snake];
}
