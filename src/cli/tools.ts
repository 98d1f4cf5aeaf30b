import type { Mode } from "../mode.ts";
import { SURFACE } from "../surface.ts";
import type { Tool } from "../tool/define.ts";
import { isVisible } from "../tool/policy.ts";
import { listsFor } from "../tool/surface.ts";
import { TOOLS } from "../tools/index.ts";
import { EXIT } from "./arguments.ts";
import type { Host } from "./host.ts";
import { openSession } from "./session.ts";
import { type Output, standardOutput } from "./stdout.ts";
import { renderTable } from "./table.ts";

export interface ToolsInvocation {
  readonly command: "tools";
  /** Needs no credential; null: the mode that the environment selects. */
  readonly mode: Mode | null;
  readonly json: boolean;
}

/**
 * Prints the tools that a host would list, with the settings as they are.
 * @throws ConfigError
 */
export async function runTools(
  { mode: wanted, json }: ToolsInvocation,
  host: Host,
  output: Output = standardOutput(),
): Promise<number> {
  // The sandbox is only named here, never started: it stands for "this mode, without a credential".
  const { mode, session, close } = await openSession(host, wanted);
  try {
    const tools = TOOLS.filter((tool) => isVisible(tool, { mode, ...session }));
    await output.write(
      json
        ? `${JSON.stringify({ tools: listsFor(SURFACE, { mode, ...session }).tools })}\n`
        : toText(mode, tools, output.columns),
    );
    return EXIT.ok;
  } finally {
    await close();
  }
}

const EFFECTS: Record<Tool["effect"], string> = { read: "reads", create: "creates", change: "changes" };

function toText(mode: Mode, tools: readonly Tool[], columns: number): string {
  const rows = tools.map((tool) => [tool.name, EFFECTS[tool.effect], parameters(tool), tool.title]);
  const table = renderTable(
    [{ head: "tool" }, { head: "effect" }, { head: "parameters", shrinkTo: 12 }, { head: "title", mayDrop: true }],
    rows,
    columns,
  );
  const changing = tools.filter(({ effect }) => effect !== "read").length;
  const summary = `${mode === "vk" ? "VK" : "Manager"} mode: ${tools.length} tools, ${changing} of which change something. ? = optional.`;
  return `${[...table, "", summary].join("\n")}\n`;
}

function parameters({ input }: Tool): string {
  const names = Object.entries(input.shape).map(([name, schema]) =>
    schema.safeParse(undefined).success ? `${name}?` : name,
  );
  return names.length > 0 ? names.join(" ") : "-";
}
