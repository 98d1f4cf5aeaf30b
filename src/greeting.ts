import type { Mode } from "./mode.ts";
import { TOOLSETS_OF, type Toolset } from "./toolset.ts";

/** What a server says of itself in its answer to `initialize`. */
export interface Greeting {
  readonly serverInfo: { readonly name: string; readonly title: string; readonly version: string };
  readonly capabilities: { readonly tools: object; readonly prompts: object; readonly completions: object };
  readonly instructions: string;
}

export interface Greeter {
  readonly mode: Mode;
  readonly version: string;
  readonly isSandbox: boolean;
  readonly readOnly: boolean;
  readonly toolsets: readonly Toolset[];
}

export function greet(greeter: Greeter): Greeting {
  const { isSandbox, version } = greeter;
  const title = isSandbox ? "Alephant (sandbox: simulated data)" : "Alephant";
  return {
    serverInfo: { name: "alephant-mcp", title, version },
    capabilities: { tools: {}, prompts: {}, completions: {} },
    instructions: instructions(greeter),
  };
}

const ABOUT: Record<Mode, string> = {
  vk: "Spend, usage and budget of one Alephant virtual key, read-only.",
  manager: "LLM spend, budgets, virtual keys, agents, members and departments of one Alephant workspace.",
};

/** Where to begin, as long as that tool is listed. */
const START: Record<Mode, Partial<Record<Toolset, string>>> = {
  vk: { core: "Start with get_my_scope." },
  manager: {
    core: "For a figure start with get_usage_summary.",
    finops: "For a report start with get_executive_dashboard.",
  },
};

/** A hint for hosts that pass it on; every definition says what it needs itself. */
function instructions({ mode, isSandbox, readOnly, toolsets }: Greeter): string {
  const offered = TOOLSETS_OF[mode];
  const listed = offered.filter((name) => toolsets.includes(name));
  const sentences = [
    ...(isSandbox ? ["SANDBOX: every figure is simulated."] : []),
    ABOUT[mode],
    ...listed.flatMap((name) => START[mode][name] ?? []),
    ...(listed.length < offered.length ? [`ALEPHANT_TOOLSETS lists only these sets: ${listed.join(", ")}.`] : []),
    "Quote figures with the window and notes of their basis; a null is unknown, not zero.",
    ...(mode === "vk" || readOnly
      ? []
      : ["Before a tool that changes something, show the person what will change and wait for a yes."]),
  ];
  return sentences.join(" ");
}
