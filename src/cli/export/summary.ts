import type { Note } from "../../finops/basis.ts";
import { countText } from "../../finops/count.ts";
import type { FocusVersion } from "../../finops/focus-columns.ts";
import type { FocusCut } from "../../finops/focus-notes.ts";
import { usdText } from "../../finops/money.ts";
import type { Mode } from "../../mode.ts";
import { wrapText } from "../text-width.ts";

/** What is told about a file; never its rows. */
export interface Summary {
  readonly path: string;
  readonly focusVersion: FocusVersion;
  readonly mode: Mode;
  readonly cut: FocusCut;
  readonly rows: number;
  readonly billedUsd: number;
  readonly window: { readonly from: string; readonly to: string; readonly days: number };
  readonly notes: readonly Note[];
  readonly isSandbox: boolean;
  readonly generatedAt: Date;
  readonly version: string;
}

/** For machines: one object, on one line. */
export function toJson(summary: Summary): string {
  const report = {
    path: summary.path,
    focus_version: summary.focusVersion,
    mode: summary.mode,
    grain: ["day", summary.cut],
    rows: summary.rows,
    billed_cost_usd: summary.billedUsd,
    window: { ...summary.window, timezone: "UTC" },
    notes: summary.notes,
    sandbox: summary.isSandbox,
    generated_at: summary.generatedAt.toISOString(),
    version: summary.version,
  };
  return `${JSON.stringify(report)}\n`;
}

const MAX_WIDTH = 120;
const MIN_WIDTH = 40;

/** For people: plain text that fits the terminal. */
export function toText(summary: Summary, columns: number): string {
  const width = Math.min(MAX_WIDTH, Math.max(MIN_WIDTH, columns));
  const { window, cut } = summary;
  const facts = [
    ["File", summary.path],
    ["FOCUS", `${summary.focusVersion}, Cost and Usage`],
    ["Window", `${window.from} to ${window.to}, ${window.days} ${window.days === 1 ? "day" : "days"} (UTC)`],
    ["Rows", `${countText(summary.rows)}, by day and ${cut.replace("_", " ")}`],
    ["BilledCost", `${usdText(summary.billedUsd)}, day by day the sum of the usage series`],
  ];
  const lines = facts.map(([name = "", value = ""]) => `${name.padEnd(10)}  ${value}`);
  const simulated = summary.isSandbox ? ["All figures are simulated."] : [];
  const notes = summary.notes.flatMap(({ text }) => bullet(text, width));
  return `${[...simulated, ...lines, ...(notes.length === 0 ? [] : ["", "Notes", ...notes])].join("\n")}\n`;
}

function bullet(text: string, width: number): string[] {
  return wrapText(text, width - 2).map((line, index) => `${index === 0 ? "- " : "  "}${line}`);
}
