import type { Mode } from "../mode.ts";
import type { Effect } from "./define.ts";
import { type Access, isVisible } from "./policy.ts";
import type { WireTool } from "./wire.ts";

/** What `prompts/list` says of one prompt. */
export interface WirePrompt {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly arguments: readonly { readonly name: string; readonly description: string; readonly required: boolean }[];
}

/** Everything that can be listed, with what decides whether it is. */
export interface Surface {
  readonly tools: readonly { readonly modes: readonly Mode[]; readonly effect: Effect; readonly wire: WireTool }[];
  readonly prompts: readonly { readonly modes: readonly Mode[]; readonly wire: WirePrompt }[];
}

/** What one process lists: the answers to `tools/list` and `prompts/list`. */
export interface Lists {
  readonly tools: readonly WireTool[];
  readonly prompts: readonly WirePrompt[];
}

export function listsFor({ tools, prompts }: Surface, access: Access): Lists {
  return {
    tools: tools.filter((tool) => isVisible(tool, access)).map(({ wire }) => wire),
    prompts: prompts.filter(({ modes }) => modes.includes(access.mode)).map(({ wire }) => wire),
  };
}
