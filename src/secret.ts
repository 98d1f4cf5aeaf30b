import { createHash } from "node:crypto";
import { inspect } from "node:util";

const MASK = "***";

/** What takes the place of anything that looks like a credential. */
export const REDACTED = "[redacted]";

/** A credential that does not print: every ordinary way of turning it into text yields `***`. */
export class Secret {
  readonly #value: string;
  #encodings: readonly string[] | undefined;

  constructor(value: string) {
    this.#value = value;
  }

  /** The plaintext, for the one place that needs it. */
  reveal(): string {
    return this.#value;
  }

  /** First 8 hex digits of the SHA-256: tells two credentials apart in a log. */
  fingerprint(): string {
    return createHash("sha256").update(this.#value).digest("hex").slice(0, 8);
  }

  /** The plaintext and the encodings it could reappear in, longest first. Empty for a value too short to be told from prose. */
  encodings(): readonly string[] {
    this.#encodings ??= encodingsOf(this.#value);
    return this.#encodings;
  }

  toString(): string {
    return MASK;
  }

  toJSON(): string {
    return MASK;
  }

  [Symbol.toPrimitive](): string {
    return MASK;
  }

  [inspect.custom](): string {
    return MASK;
  }
}

/** Below this length an encoding would also match innocent text. */
const SHORTEST = 8;

function encodingsOf(value: string): string[] {
  const percent = encodeURIComponent(value);
  const lowerPercent = percent.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase());
  const found = new Set([value, percent, lowerPercent, JSON.stringify(value).slice(1, -1)]);
  for (const offset of [0, 1, 2]) {
    const base64 = base64Core(value, offset);
    found.add(base64);
    found.add(base64.replaceAll("+", "-").replaceAll("/", "_"));
  }
  return [...found].filter((text) => text.length >= SHORTEST).sort((a, b) => b.length - a.length);
}

/**
 * The base64 digits that depend on the value alone when it starts `offset` bytes into a group of three, as it does behind a
 * user name or a scheme; digits shared with a neighbour are left out.
 */
function base64Core(value: string, offset: number): string {
  const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(value, "utf8")]);
  const firstOwn = Math.ceil((offset * 8) / 6);
  const endOwn = Math.floor((bytes.length * 8) / 6);
  return bytes.toString("base64").slice(firstOwn, endOwn);
}

/** Shapes of credentials, ours and others'. Every quantifier is bounded, so that hostile text costs linear time. */
const SHAPES: readonly RegExp[] = [
  /(?:vk-|pat_)[A-Za-z0-9_:-]{0,40}?[A-Za-z0-9]{16,256}/g,
  /\bBearer\s{1,4}[A-Za-z0-9._~+/=:-]{8,2048}/gi,
  /\b(?:proxy-authorization|authorization|x-api-key|set-cookie|cookie)["']?\s{0,4}[:=]\s{0,4}["']?[^\s"']{4,2048}/gi,
  /\bsk-[A-Za-z0-9_-]{16,256}/g,
  /\bgh[pousr]_[A-Za-z0-9]{20,255}/g,
  /\bAKIA[A-Z0-9]{16}\b/g,
  /\/\/[^\s/@:]{1,256}:[^\s/@]{1,256}@/g,
];

/** A run of what web tokens are made of. It begins where such a run begins, so that a long one is read once. */
const TOKEN_RUN = /(?<![A-Za-z0-9_.-])[A-Za-z0-9_.-]{20,}/g;
const SHORTEST_PART = 8;

/** Web tokens: three parts, the first of them an object in base64. One expression for it would take quadratic time. */
function withoutWebTokens(run: string): string {
  const parts = run.split(".");
  const kept: string[] = [];
  for (let i = 0; i < parts.length; i += 1) {
    const part = parts[i] ?? "";
    const start = /(?:^|-)eyJ/.exec(part);
    const from = start === null ? -1 : start.index + start[0].length - 3;
    const isToken = from >= 0 && part.length - from >= 3 + SHORTEST_PART && i + 2 < parts.length;
    if (isToken && (parts[i + 1] ?? "").length >= SHORTEST_PART) {
      kept.push(part.slice(0, from) + REDACTED);
      i += 2;
    } else {
      kept.push(part);
    }
  }
  return kept.join(".");
}

/**
 * Removes the given credentials, in every encoding they could reappear in, and anything shaped like a credential.
 * Invisible characters must have been removed before, and the text must not have been cut yet.
 */
export function redact(text: string, secrets: readonly Secret[] = []): string {
  let result = text;
  for (const secret of secrets) {
    for (const encoding of secret.encodings()) result = result.replaceAll(encoding, REDACTED);
  }
  for (const shape of SHAPES) result = result.replace(shape, REDACTED);
  result = result.replace(TOKEN_RUN, withoutWebTokens);
  return result;
}

/** True for text that has the shape of a credential; such text is refused as a label. */
export function isCredentialShaped(text: string): boolean {
  return redact(text) !== text;
}
