import { PROMPTS } from "../../src/prompt-files.ts";
import { TOOLS } from "../../src/tools/index.ts";
import { type Blocks, fillBlocks } from "./blocks.ts";
import { errorTable, noteTable } from "./codes.ts";
import { installLinks } from "./install-links.ts";
import { optionTable } from "./options.ts";
import { promptTable } from "./prompts.ts";
import { toolTables } from "./tools.ts";

function blocks(): Blocks {
  return {
    options: optionTable(),
    tools: toolTables(TOOLS),
    prompts: promptTable(PROMPTS),
    errors: errorTable(),
    notes: noteTable(),
    links: installLinks(),
  };
}

/** README.md as it should be: the given prose, and its tables made anew from the code. */
export function renderReadme(current: string): string {
  return fillBlocks(current, blocks());
}
