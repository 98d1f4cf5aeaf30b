import type { Mode } from "../mode.ts";
import type { Tool } from "./define.ts";

export interface Access {
  readonly mode: Mode;
  readonly readOnly: boolean;
}

/** What is listed and callable. A hidden tool is not registered at all: calling it reads like any unknown name. */
export function isVisible(tool: Tool, { mode, readOnly }: Access): boolean {
  return tool.modes.includes(mode) && (tool.effect === "read" || !readOnly);
}
