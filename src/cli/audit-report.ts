import * as z from "zod";
import type { Mode } from "../mode.ts";
import type { Block } from "./audit-blocks.ts";
import type { Threshold } from "./audit-threshold.ts";
import { VIEWS } from "./audit-views.ts";
import { wrapText } from "./text-width.ts";

/** Everything an audit has found out. */
export interface Audit {
  readonly mode: Mode;
  readonly version: string;
  readonly isSandbox: boolean;
  readonly host: string;
  readonly workspaceId: string | null;
  readonly generatedAt: Date;
  readonly blocks: readonly Block[];
  /** Null when no limit was given. */
  readonly threshold: Threshold | null;
}

/** For machines: one object, on one line. */
export function toJson(audit: Audit): string {
  const blocks = audit.blocks.map(({ name, tool, status, data, reason }) => [name, { tool, status, data, reason }]);
  const report = {
    mode: audit.mode,
    generated_at: audit.generatedAt.toISOString(),
    version: audit.version,
    sandbox: audit.isSandbox,
    threshold: audit.threshold,
    blocks: Object.fromEntries(blocks),
  };
  return `${JSON.stringify(report)}\n`;
}

const MODE_NAMES: Record<Mode, string> = { vk: "VK mode", manager: "Manager mode" };
const INDENT = "  ";
/** Longer lines are hard to read even where the terminal is wider. */
const MAX_WIDTH = 120;
const MIN_WIDTH = 40;

const shown = z.object({
  headline: z.string(),
  basis: z.object({ notes: z.array(z.object({ text: z.string() })) }),
});

/** For people: plain text that fits the terminal. */
export function toText(audit: Audit, columns: number): string {
  const width = Math.min(MAX_WIDTH, Math.max(MIN_WIDTH, columns));
  const sections = [heading(audit, width), ...audit.blocks.map((block) => section(block, width))];
  const notes = notesOf(audit.blocks);
  if (notes.length > 0) sections.push(["NOTES", ...notes.flatMap((note) => bullet(note, width))]);
  if (audit.threshold !== null) sections.push(wrapText(`Budget use: ${audit.threshold.text}.`, width));
  return `${sections.map((lines) => lines.join("\n")).join("\n\n")}\n`;
}

function heading(audit: Audit, width: number): string[] {
  const instant = `${audit.generatedAt.toISOString().slice(0, 16).replace("T", " ")} UTC`;
  const workspace = audit.workspaceId === null || audit.isSandbox ? [] : [`workspace ${audit.workspaceId}`];
  const facts = [MODE_NAMES[audit.mode], audit.host, ...workspace, instant, `alephant-mcp ${audit.version}`];
  return [
    "ALEPHANT AUDIT",
    ...wrapText(facts.join(", "), width),
    ...(audit.isSandbox ? ["All figures are simulated."] : []),
  ];
}

function section({ title, tool, data, reason }: Block, width: number): string[] {
  if (data === null) return [title.toUpperCase(), ...wrapText(`Failed: ${reason ?? "no reason given"}`, width)];
  const view = VIEWS[tool];
  const lines = view === undefined ? [] : view(data, width - INDENT.length);
  const details = lines.map((line) => `${INDENT}${line}`.trimEnd());
  return [title.toUpperCase(), ...wrapText(shown.parse(data).headline, width), "", ...details];
}

/** Each note once, whichever block it came with; of two that begin alike the one that says more. */
function notesOf(blocks: readonly Block[]): string[] {
  const texts = blocks.flatMap(({ data }) =>
    data === null ? [] : shown.parse(data).basis.notes.map(({ text }) => text),
  );
  const unique = [...new Set(texts)];
  return unique.filter((text) => !unique.some((other) => other !== text && other.startsWith(text)));
}

function bullet(text: string, width: number): string[] {
  return wrapText(text, width - INDENT.length).map((line, index) => `${index === 0 ? "- " : INDENT}${line}`);
}
