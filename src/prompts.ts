import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import matter from "gray-matter";
import mustache from "mustache";
import * as z from "zod";
import type { Mode } from "./mode.ts";

/** A value of an argument may carry words for the body, such as the window that stands for "weekly". */
const values = z.record(z.string(), z.record(z.string(), z.string()).nullable());

const argument = z.strictObject({
  name: z.string(),
  description: z.string(),
  /** A closed list of values; absent for an id. */
  values: values.optional(),
  default: z.string().optional(),
  /** The other argument and its values that make this one necessary. */
  required_with: z.record(z.string(), z.array(z.string())).optional(),
});

const frontMatter = z.strictObject({
  name: z.string(),
  title: z.string(),
  description: z.string(),
  modes: z.array(z.enum(["vk", "manager"])),
  arguments: z.array(argument),
});

export type PromptArgument = z.output<typeof argument>;
export interface Prompt extends z.output<typeof frontMatter> {
  readonly body: string;
}

/** Arguments of a prompt that cannot be used as given; the message names the argument and its choices. */
export class PromptArgumentError extends Error {
  override readonly name = "PromptArgumentError";
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** In the order they are offered; a test proves that no file of prompts/ is missing. */
const ORDER = ["cost_audit_report", "cost_optimization", "workspace_health_check", "cost_deep_dive"];

/** Reads prompts/*.md, which lies beside src/ in a checkout and beside dist/ in the package. */
export function loadPrompts(directory = new URL("../prompts/", import.meta.url)): Prompt[] {
  return readdirSync(fileURLToPath(directory))
    .filter((file) => file.endsWith(".md"))
    .map((file) => parsePrompt(readFileSync(new URL(file, directory), "utf8")))
    .sort((a, b) => ORDER.indexOf(a.name) - ORDER.indexOf(b.name));
}

export function parsePrompt(text: string): Prompt {
  const { data, content } = matter(text);
  return { ...frontMatter.parse(data), body: content.trim() };
}

/** What `prompts/list` says of a prompt. None of its arguments has to be given. */
export function wirePrompt({ name, title, description, arguments: specs }: Prompt) {
  return {
    name,
    title,
    description,
    arguments: specs.map((spec) => ({ name: spec.name, description: spec.description, required: false })),
  };
}

/**
 * The text of a prompt for one mode. Works without arguments wherever each has a default.
 * @throws PromptArgumentError for an unknown argument, a value outside its list, or a missing id.
 */
export function renderPrompt(prompt: Prompt, given: Readonly<Record<string, string>>, mode: Mode): string {
  const known = prompt.arguments.map(({ name }) => name);
  const stranger = Object.keys(given).find((name) => !known.includes(name));
  if (stranger !== undefined) {
    throw new PromptArgumentError(`Unknown argument "${stranger}"; ${prompt.name} takes: ${known.join(", ")}.`);
  }
  const chosen = Object.fromEntries(
    prompt.arguments.map((spec) => [spec.name, given[spec.name]?.trim() || spec.default || ""]),
  );
  const view: Record<string, unknown> = { [mode]: true };
  for (const spec of prompt.arguments) view[spec.name] = viewOf(spec, chosen);
  return mustache.render(prompt.body, view, undefined, { escape: String }).replace(/\n{3,}/g, "\n\n");
}

/** The tools that a prompt calls in one mode, over all values of its arguments. */
export function toolsNamedIn(prompt: Prompt, mode: Mode): string[] {
  const texts = choicesOf(prompt.arguments).map((chosen) => renderPrompt(prompt, chosen, mode));
  return [...new Set(texts.flatMap((text) => [...text.matchAll(/`([a-z0-9_]+)\(/g)].map(([, name = ""]) => name)))];
}

const ANY_ID = "00000000-0000-0000-0000-000000000000";

/** Every combination of the values of arguments; an id is always given. */
function choicesOf(specs: readonly PromptArgument[]): Record<string, string>[] {
  return specs.reduce<Record<string, string>[]>(
    (choices, { name, values: list }) =>
      choices.flatMap((choice) =>
        Object.keys(list ?? { [ANY_ID]: null }).map((value) => ({ ...choice, [name]: value })),
      ),
    [{}],
  );
}

function viewOf(spec: PromptArgument, chosen: Readonly<Record<string, string>>): unknown {
  const value = chosen[spec.name] ?? "";
  if (spec.values !== undefined) {
    const words = Object.hasOwn(spec.values, value) ? spec.values[value] : undefined;
    if (words === undefined) {
      throw new PromptArgumentError(`${spec.name} must be one of: ${Object.keys(spec.values).join(", ")}.`);
    }
    return { value, [`is_${value}`]: true, ...words };
  }
  const needed = Object.entries(spec.required_with ?? {}).some(([other, list]) => list.includes(chosen[other] ?? ""));
  if (value === "" && needed) throw new PromptArgumentError(`${spec.name} is required here: ${spec.description}`);
  if (value !== "" && !UUID.test(value)) throw new PromptArgumentError(`${spec.name} must be a UUID.`);
  return { value: value.toLowerCase(), is_given: value !== "" };
}

/** Choices for completion/complete, those that start with what was typed so far. */
export function completeArgument(prompt: Prompt, name: string, typed: string): string[] {
  const choices = Object.keys(prompt.arguments.find((spec) => spec.name === name)?.values ?? {});
  return choices.filter((choice) => choice.startsWith(typed));
}
