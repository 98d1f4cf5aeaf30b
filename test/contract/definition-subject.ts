import * as z from "zod";
import type { Effect } from "../../src/tool/define.ts";
import type { WireTool } from "../../src/tool/wire.ts";

/** One definition as a client of one mode reads it, and what the code knows beside it. */
export interface Subject {
  readonly wire: WireTool;
  readonly effect: Effect;
  /** Whether a PAT is needed: no virtual key may call it. */
  readonly needsPat: boolean;
  /** Names of all output fields, at every level, without those of the basis that all answers share. */
  readonly fields: readonly string[];
  /** Words that an output field may hold. */
  readonly values: readonly string[];
  /** All tools of the mode, itself among them. */
  readonly listed: readonly string[];
  /** All tools of both modes. */
  readonly known: readonly string[];
}

/** A rule finds what is wrong with a definition. `bad` are changes to a good definition that it must find. */
export interface Rule {
  readonly name: string;
  readonly check: (subject: Subject) => readonly string[];
  readonly bad: readonly ((good: Subject) => Subject)[];
}

type Parameter = WireTool["inputSchema"]["properties"][string];

export const parametersOf = ({ wire }: Subject): [string, Parameter][] => Object.entries(wire.inputSchema.properties);
export const wordsIn = (text: string): string[] => text.split(/\s+/).filter((word) => word !== "");
export const firstSentence = (text: string): string => /^[\s\S]*?\.(?=\s|$)/.exec(text)?.[0] ?? text;
export const namesIn = (text: string, names: readonly string[]): string[] =>
  names.filter((name) => new RegExp(`\\b${name}\\b`).test(text));
export const allText = ({ wire }: Subject): string =>
  [wire.description, ...Object.values(wire.inputSchema.properties).map(({ description = "" }) => description)].join(
    " ",
  );

/** Nothing, or the complaint. */
export const unless = (isGood: boolean, complaint: string): string[] => (isGood ? [] : [complaint]);
export const says = (pattern: RegExp, what: string) => (subject: Subject) =>
  unless(pattern.test(allText(subject)), `does not say ${what}`);

export const described =
  (change: (text: string) => string) =>
  (good: Subject): Subject => ({ ...good, wire: { ...good.wire, description: change(good.wire.description) } });
export const without = (pattern: RegExp) => described((text) => text.replaceAll(pattern, ""));
export const withoutParameters = (good: Subject): Subject => ({
  ...good,
  wire: { ...good.wire, inputSchema: { ...good.wire.inputSchema, properties: {} } },
});
export const withParameter =
  (name: string, schema: Parameter, isRequired = false) =>
  (good: Subject): Subject => {
    const { inputSchema } = good.wire;
    const properties = { ...inputSchema.properties, [name]: schema };
    const required = isRequired ? [name] : [];
    return { ...good, wire: { ...good.wire, inputSchema: { ...inputSchema, properties, required } } };
  };
export const as =
  (part: Partial<Subject>) =>
  (good: Subject): Subject => ({ ...good, ...part });

export const isRequired = ({ wire }: Subject, name: string): boolean => {
  const { required } = wire.inputSchema;
  return Array.isArray(required) && required.includes(name);
};

/** Share of two-word sequences that two texts have in common, 0 to 1. */
export function likeness(a: string, b: string): number {
  const [one, two] = [pairsIn(a), pairsIn(b)];
  const both = [...one].filter((pair) => two.has(pair)).length;
  return both / (one.size + two.size - both);
}

function pairsIn(text: string): ReadonlySet<string> {
  const words = text.toLowerCase().match(/[a-z0-9_]+/g) ?? [];
  return new Set(words.slice(1).map((word, index) => `${words[index]} ${word}`));
}

/** What a result of this schema may hold: names of fields at every level, and words of closed lists. */
export function contentsOf(output: z.ZodObject): Pick<Subject, "fields" | "values"> {
  const { properties = {} } = z.toJSONSchema(output, { io: "output" });
  const { basis: _shared, ...own } = properties;
  const text = JSON.stringify({ properties: own });
  const found = (pattern: RegExp): string[] => [...text.matchAll(pattern)].map(([, word = ""]) => word);
  return { fields: found(/"([a-z][a-z0-9_]*)":\{/g), values: found(/"([a-z][a-z0-9_]*)"(?=[,\]])/g) };
}
