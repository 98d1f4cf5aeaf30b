import type { Hit } from "./types.ts";

/** Oldest hits are dropped beyond this, so that a long benchmark stays small. */
const MOST = 20_000;

export class HitLog {
  #hits: Hit[] = [];

  add(hit: Hit): void {
    this.#hits.push(hit);
    if (this.#hits.length > MOST) this.#hits = this.#hits.slice(MOST / 2);
  }

  all(): Hit[] {
    return [...this.#hits];
  }

  clear(): void {
    this.#hits = [];
  }
}

/** All headers of a request; of a credential only the beginning, so that a log can be shown. */
export function headersOfInterest(headers: Headers): Record<string, string> {
  const seen: Record<string, string> = {};
  headers.forEach((value, name) => {
    seen[name] = name === "authorization" ? value.replace(/^(\S+ +\S{0,14})\S*$/, "$1…") : value;
  });
  return seen;
}

/** A body as JSON when it is JSON, as text when it is not, null when it is empty. */
export function readBody(text: string): unknown {
  if (text === "") return null;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
