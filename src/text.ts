import { redact, type Secret } from "./secret.ts";

/** Longest upstream text that is passed on, in code points. */
export const LONGEST_TEXT = 200;

export interface CleanOptions {
  /** Live credentials to remove besides everything that is shaped like one. */
  secrets?: readonly Secret[];
  /** Longest result in code points, the ellipsis included. @default 200 */
  limit?: number;
}

const ESC = "\\u001b";
/** Terminal strings (OSC, DCS, APC, PM, SOS) with their content, then CSI sequences; 7-bit and 8-bit forms. */
const TERMINAL_STRING = new RegExp(
  `(?:${ESC}[\\]PX^_]|[\\u0090\\u0098\\u009d-\\u009f])[^\\u0007${ESC}\\u0090\\u0098\\u009c-\\u009f]*(?:\\u0007|${ESC}\\\\|\\u009c)`,
  "g",
);
const CONTROL_SEQUENCE = new RegExp(`(?:${ESC}\\[|\\u009b)[0-?]*[ -/]*[@-~]`, "g");

const CONTROL = /\p{Cc}/gu;
const LONE_SURROGATE = /\p{Cs}/gu;
/** Characters that do not show, as ranges of code points. */
const INVISIBLE_RANGES: readonly (readonly [number, number])[] = [
  [0x00ad, 0x00ad], // soft hyphen
  [0x034f, 0x034f], // grapheme joiner
  [0x061c, 0x061c], // Arabic letter mark
  [0x115f, 0x1160], // Hangul fillers
  [0x17b4, 0x17b5], // Khmer inherent vowels
  [0x180b, 0x180f], // Mongolian selectors
  [0x200b, 0x200f], // zero-width spaces and direction marks
  [0x2028, 0x202e], // line and paragraph separators, direction overrides
  [0x2060, 0x206f], // word joiner, invisible operators, isolates
  [0x3164, 0x3164], // Hangul filler
  [0xfe00, 0xfe0f], // variation selectors
  [0xfeff, 0xfeff], // byte order mark
  [0xffa0, 0xffa0], // halfwidth Hangul filler
  [0xfff0, 0xfffb], // specials, interlinear annotation
  [0x1d173, 0x1d17a], // musical format controls
  [0xe0000, 0xe0fff], // tags, supplementary variation selectors
];
const INVISIBLE = new RegExp(
  `[${INVISIBLE_RANGES.map((ends) => ends.map((point) => `\\u{${point.toString(16)}}`).join("-")).join("")}]`,
  "gu",
);

/** Letters, digits and marks that none of the steps below looks at; words, ids and most names are made of nothing else. */
const PLAIN = /^[A-Za-z0-9 .,_-]*$/;
/** What begins a credential or a link even among those. */
const SUSPECT = /vk-|pat_|bearer|eyj|sk-|gh[pousr]_|akia|www\./i;

/** Most texts are such, and a long list has a hundred thousand of them. */
function isClean(text: string, { secrets = [], limit = LONGEST_TEXT }: CleanOptions): boolean {
  if (text.length > limit || !PLAIN.test(text) || SUSPECT.test(text)) return false;
  return !secrets.some((secret) => secret.encodings().some((encoding) => text.includes(encoding)));
}

/**
 * Makes a text that came from outside safe to show as data: no terminal sequences, nothing invisible, no credential, no
 * working link, at most 200 code points on one line. Cleaning twice changes nothing.
 */
export function clean(text: string, options: CleanOptions = {}): string {
  if (isClean(text, options)) return text;
  const visible = text
    .replace(TERMINAL_STRING, "")
    .replace(CONTROL_SEQUENCE, "")
    .normalize("NFC")
    .replace(LONE_SURROGATE, "\ufffd")
    .replace(CONTROL, " ")
    .replace(INVISIBLE, "")
    // Removing an invisible character can bring a letter and its accent together.
    .normalize("NFC");
  return settle(visible, (pass) => cap(breakLinks(redact(pass, options.secrets)), options.limit ?? LONGEST_TEXT));
}

/** One step can leave what another one works on: a broken link is longer, a cut text may end like a credential. */
function settle(text: string, step: (text: string) => string): string {
  let current = step(text);
  for (let pass = 0; pass < MOST_PASSES; pass += 1) {
    const next = step(current);
    if (next === current) break;
    current = next;
  }
  return current;
}

const MOST_PASSES = 8;

/** Markdown's own characters, escaped. For Markdown output only: a tool's text is JSON. */
export function inert(text: string): string {
  return text.replace(/[\\`*_{}[\]()<>#|~!]/g, "\\$&");
}

/** The order matters: the marker of a later step must not complete the pattern of an earlier one. */
function breakLinks(text: string): string {
  return text
    .replace(/(javascript|data|vbscript|file|mailto):/gi, "$1[:]")
    .replace(/(www)\./gi, "$1[.]")
    .replaceAll("://", "[:]//")
    .replace(/<(?=[A-Za-z/!?])/g, "< ")
    .replaceAll("](", "] (");
}

function cap(text: string, limit: number): string {
  if (text.length <= limit) return text;
  let end = 0;
  let points = 0;
  for (const point of text) {
    points += 1;
    if (points > limit) return `${text.slice(0, end)}…`;
    if (points < limit) end += point.length;
  }
  return text;
}
