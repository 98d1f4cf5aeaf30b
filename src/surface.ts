import { PROMPTS } from "./prompt-files.ts";
import { toolsNamedIn, wirePrompt } from "./prompts.ts";
import type { Surface } from "./tool/surface.ts";
import { wireTool } from "./tool/wire.ts";
import { TOOLS } from "./tools/index.ts";

/**
 * What can be listed, in order. The build runs this file once and puts its value in its place, so that a start which only
 * lists loads no schema library, no tool and no analysis; a test of the built program proves both equal.
 */
export const SURFACE: Surface = {
  tools: TOOLS.map((tool) => ({
    ...{ modes: tool.modes, effect: tool.effect, toolset: tool.toolset },
    wire: wireTool(tool),
  })),
  prompts: PROMPTS.map((prompt) => ({
    calls: Object.fromEntries(prompt.modes.map((mode) => [mode, toolsNamedIn(prompt, mode)])),
    wire: wirePrompt(prompt),
  })),
};
