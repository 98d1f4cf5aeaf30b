import { createHash } from "node:crypto";

/**
 * One text for values that mean the same: names sorted, texts in NFC, `1.0` as `1`, nothing for what is undefined.
 * @throws TypeError for a value that JSON cannot carry: two such values would look alike
 */
export function canonical(value: unknown): string {
  switch (typeof value) {
    case "string":
      return JSON.stringify(value.normalize("NFC"));
    case "boolean":
      return String(value);
    case "number":
      if (Number.isFinite(value)) return JSON.stringify(value);
      break;
    case "object":
      if (value === null) return "null";
      if (Array.isArray(value)) return `[${value.map((item) => canonical(item ?? null)).join(",")}]`;
      return `{${members(value).join(",")}}`;
  }
  throw new TypeError(`JSON has no ${typeof value} of this kind`);
}

function members(value: object): string[] {
  return Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .map(([name, item]): [string, unknown] => [name.normalize("NFC"), item])
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([name, item]) => `${JSON.stringify(name)}:${canonical(item)}`);
}

/** SHA-256 of the canonical text, in hex: equal for equal meaning, and for nothing else. */
export function digest(value: unknown): string {
  return createHash("sha256").update(canonical(value)).digest("hex");
}
