import * as z from "zod";
import type { Mode } from "../../src/mode.ts";
import type { Tool } from "../../src/tool/define.ts";
import { isVisible } from "../../src/tool/policy.ts";
import { TOOLSETS } from "../../src/toolset.ts";
import { code, table } from "./blocks.ts";

const GROUPS = [
  { title: "Both modes", modes: "vk,manager" },
  { title: "VK mode only", modes: "vk" },
  { title: "Manager mode only", modes: "manager" },
] as const;

/** One table a group, in the order in which the tools are listed, and how many each mode offers. */
export function toolTables(tools: readonly Tool[]): string {
  const count = (mode: Mode, readOnly: boolean) =>
    tools.filter((tool) => isVisible(tool, { mode, readOnly, toolsets: TOOLSETS })).length;
  const counts =
    `VK mode lists ${count("vk", false)} tools, Manager mode ${count("manager", false)}, of which ` +
    `${count("manager", false) - count("manager", true)} change something; with \`ALEPHANT_READ_ONLY=1\` Manager mode lists ` +
    `${count("manager", true)}. A question mark marks an optional parameter.`;
  const groups = GROUPS.map(({ title, modes }) => {
    const rows = tools.filter((tool) => tool.modes.join() === modes).map(row);
    return `### ${title} (${rows.length})\n\n${table(["Tool", "Set", "Parameters", "What it does"], rows)}`;
  });
  return [counts, ...groups].join("\n\n");
}

function row(tool: Tool): string[] {
  const change = tool.effect === "read" ? "" : "**Changes something.** ";
  return [code(tool.name), tool.toolset, parameters(tool), `${change}${firstSentence(tool.description)}`];
}

function parameters(tool: Tool): string {
  const { properties = {}, required = [] } = z.toJSONSchema(tool.input, { io: "input" });
  const names = Object.keys(properties).map((name) => code(required.includes(name) ? name : `${name}?`));
  return names.join(" ") || "none";
}

function firstSentence(text: string): string {
  return /^[\s\S]*?\.(?=\s|$)/.exec(text)?.[0] ?? text;
}
