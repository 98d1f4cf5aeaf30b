import { ArgumentError } from "./errors.ts";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** True for the 8-4-4-4-12 hex form; version and variant digits are not checked, because legal ids fail such checks. */
export function isUuid(text: string): boolean {
  return UUID.test(text);
}

/**
 * The id in lower case.
 * @throws ArgumentError when it does not look like a UUID; the text itself is not repeated.
 */
export function uuid(text: string, what = "id"): string {
  if (!isUuid(text)) throw new ArgumentError(`The ${what} is not a UUID (8-4-4-4-12 hex digits).`);
  return text.toLowerCase();
}

/** A path that the tag below built; a plain string does not pass for one. */
export class ApiPath {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  toString(): string {
    return this.#text;
  }
}

/**
 * Builds every URL path: path`/api/v1/agents/${id}/analytics`. Values must be UUIDs, so that no value can leave its segment.
 * @throws ArgumentError for any other value, before anything is sent.
 */
export function path(parts: TemplateStringsArray, ...ids: string[]): ApiPath {
  const text = parts.reduce((left, right, i) => `${left}${encodeURIComponent(uuid(ids[i - 1] ?? ""))}${right}`);
  return new ApiPath(text);
}
