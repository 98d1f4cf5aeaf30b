import type { Mode } from "./mode.ts";

/** What a server says of itself in its answer to `initialize`. */
export interface Greeting {
  readonly serverInfo: { readonly name: string; readonly title: string; readonly version: string };
  readonly capabilities: { readonly tools: object; readonly prompts: object; readonly completions: object };
  readonly instructions: string;
}

const INSTRUCTIONS: Record<Mode, string> = {
  vk:
    "Spend, usage and budget of one Alephant virtual key, read-only. Start with get_my_scope. " +
    "Quote figures with the window and notes of their basis; a null is unknown, not zero.",
  manager:
    "LLM spend, budgets, virtual keys, agents, members and departments of one Alephant workspace. Start with " +
    "get_executive_dashboard or get_usage_summary. Quote figures with the window and notes of their basis; a null is " +
    "unknown, not zero. Before a tool that changes something, show the person what will change and wait for a yes.",
};

export function greet({
  mode,
  isSandbox,
  version,
}: {
  readonly mode: Mode;
  readonly isSandbox: boolean;
  readonly version: string;
}): Greeting {
  return {
    serverInfo: {
      name: "alephant-mcp",
      title: isSandbox ? "Alephant (sandbox: simulated data)" : "Alephant",
      version,
    },
    capabilities: { tools: {}, prompts: {}, completions: {} },
    instructions: isSandbox ? `SANDBOX: every figure is simulated. ${INSTRUCTIONS[mode]}` : INSTRUCTIONS[mode],
  };
}
