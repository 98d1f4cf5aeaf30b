import type { Mode } from "./mode.ts";

/** Sets of tools that a person can switch on alone, in the order of the documentation. Every tool is in exactly one. */
export const TOOLSETS = ["core", "keys", "analytics", "finops", "policy"] as const;
export type Toolset = (typeof TOOLSETS)[number];

/** The sets that have a tool in a mode; a test holds this against the tools. */
export const TOOLSETS_OF: Record<Mode, readonly Toolset[]> = {
  vk: ["core", "analytics", "policy"],
  manager: TOOLSETS,
};
