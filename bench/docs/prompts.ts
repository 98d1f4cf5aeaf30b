import type { Mode } from "../../src/mode.ts";
import type { Prompt, PromptArgument } from "../../src/prompts.ts";
import { code, table } from "./blocks.ts";

const MODE_NAMES: Record<Mode, string> = { vk: "VK", manager: "Manager" };

export function promptTable(prompts: readonly Prompt[]): string {
  return table(
    ["Prompt", "Modes", "Arguments", "What comes out"],
    prompts.map((prompt) => [
      code(prompt.name),
      prompt.modes.map((mode) => MODE_NAMES[mode]).join(", "),
      prompt.arguments.map(argument).join("; "),
      prompt.description,
    ]),
  );
}

function argument({ name, values, default: fallback, required_with: needed = {} }: PromptArgument): string {
  if (values === undefined) {
    const conditions = Object.entries(needed).map(([other, list]) => `${code(other)} is ${list.join(" or ")}`);
    return `${code(name)}: a UUID${conditions.length > 0 ? `, needed when ${conditions.join(" and ")}` : ""}`;
  }
  const choices = Object.keys(values).map((value) => (value === fallback ? `**${value}**` : value));
  return `${code(name)}: ${choices.join(", ")}`;
}
