import type { Mode } from "../mode.ts";
import type { Tool } from "./define.ts";
import { type Access, isVisible } from "./policy.ts";
import type { WireTool } from "./wire.ts";
import { withoutHiddenTools } from "./wording.ts";

/** What `prompts/list` says of one prompt. */
export interface WirePrompt {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly arguments: readonly { readonly name: string; readonly description: string; readonly required: boolean }[];
}

/** Everything that can be listed, with what decides whether it is. */
export interface Surface {
  readonly tools: readonly (Pick<Tool, "modes" | "effect" | "toolset"> & { readonly wire: WireTool })[];
  readonly prompts: readonly {
    /** The tools that its text calls, for each mode that has it. */
    readonly calls: Partial<Record<Mode, readonly string[]>>;
    readonly wire: WirePrompt;
  }[];
}

/** What one process lists: the answers to `tools/list` and `prompts/list`. */
export interface Lists {
  readonly tools: readonly WireTool[];
  readonly prompts: readonly WirePrompt[];
}

/** Texts name only tools that are listed too, and a prompt that calls others is not offered. */
export function listsFor({ tools, prompts }: Surface, access: Access): Lists {
  const listed = tools.filter((tool) => isVisible(tool, access));
  const names = listed.map(({ wire }) => wire.name);
  const hidden = new Set(tools.map(({ wire }) => wire.name).filter((name) => !names.includes(name)));
  return {
    tools: listed.map(({ wire }) => withoutHiddenTools(wire, hidden)),
    prompts: prompts
      .filter(({ calls }) => calls[access.mode]?.every((name) => names.includes(name)))
      .map(({ wire }) => wire),
  };
}
