import mustache from "mustache";
import type { Mode } from "./mode.ts";

export interface PromptArgument {
  readonly name: string;
  readonly description: string;
  /** A closed list of values; absent for an id. A value may carry words for the body, such as the window that stands for "weekly". */
  readonly values?: Readonly<Record<string, Readonly<Record<string, string>> | null>> | undefined;
  readonly default?: string | undefined;
  /** The other argument and its values that make this one necessary. */
  readonly required_with?: Readonly<Record<string, readonly string[]>> | undefined;
}

/** A file of prompts/: its front matter, and a Mustache text. */
export interface Prompt {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly modes: readonly Mode[];
  readonly arguments: readonly PromptArgument[];
  readonly body: string;
}

/** Arguments of a prompt that cannot be used as given; the message names the argument and its choices. */
export class PromptArgumentError extends Error {
  override readonly name = "PromptArgumentError";
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

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
