import { type Change, toChanges } from "../audit/changes.ts";
import { type RecordRead, readLog } from "../audit/read-log.ts";
import { fileProblem } from "../audit/state-folder.ts";
import { auditFileSetting } from "../config.ts";
import { EXIT, type Invocation } from "./arguments.ts";
import { auditPlace } from "./change-record.ts";
import type { Host } from "./host.ts";
import { type Output, standardOutput } from "./stdout.ts";
import { type Column, renderTable } from "./table.ts";
import { wrapText } from "./text-width.ts";

/**
 * Prints the record of changes, the newest first, and ends. It needs no credential.
 * @returns 0; 1 when the record cannot be read
 * @throws ConfigError
 */
export async function runLog(
  { sandbox, json, limit }: Invocation & { command: "log" },
  host: Host,
  output: Output = standardOutput(),
): Promise<number> {
  const place = auditPlace(host, auditFileSetting(host.env), sandbox);
  if (place === null) {
    host.say("alephant-mcp: the system names no home folder, so there is no record of changes.");
    return EXIT.runtime;
  }
  let read: RecordRead;
  try {
    read = readLog(place.path);
  } catch (error) {
    host.say(`alephant-mcp: the record of changes ${place.path} cannot be read: ${fileProblem(error)}.`);
    return EXIT.runtime;
  }
  const changes = toChanges(read.lines).toReversed();
  const shown = { path: place.path, total: changes.length, changes: changes.slice(0, limit), ...read };
  await output.write(json ? toJson(shown) : toText(shown, output.columns));
  return EXIT.ok;
}

interface Shown extends Omit<RecordRead, "lines"> {
  readonly path: string;
  readonly total: number;
  readonly changes: readonly Change[];
}

function toJson({ path, total, changes, unreadable, unlinked }: Shown): string {
  const rows = changes.map(({ planId, targetId, ...change }) => ({ plan_id: planId, target_id: targetId, ...change }));
  const report = { path, total, returned: rows.length, unreadable_lines: unreadable, unlinked_lines: unlinked };
  return `${JSON.stringify({ ...report, changes: rows })}\n`;
}

const COLUMNS: readonly Column[] = [
  { head: "Time (UTC)" },
  { head: "Tool" },
  { head: "Target" },
  { head: "Arguments", shrinkTo: 12, mayDrop: true },
  { head: "Confirmed by", mayDrop: true },
  { head: "Outcome" },
];

/** Enough of an id to know it by; the form for machines has all of it. */
const ID_START = 8;

const CONFIRMED_BY = { elicit: "person", token: "token" } as const;

function toText({ path, total, changes, unreadable, unlinked }: Shown, columns: number): string {
  if (total === 0 && unreadable === 0) return `No change has been recorded in ${path}.\n`;
  const rows = changes.map((change) => [
    change.from.slice(0, 19).replace("T", " "),
    change.tool,
    change.targetId?.slice(0, ID_START) ?? "",
    argumentsText(change),
    change.approval === null ? "" : CONFIRMED_BY[change.approval],
    outcomeText(change),
  ]);
  const notes = [
    `${changes.length} of ${total} ${total === 1 ? "change" : "changes"} in ${path}.`,
    ...(unreadable === 0 ? [] : [`Lines that could not be read: ${unreadable}.`]),
    ...(unlinked === 0
      ? []
      : [`Lines that do not follow the one before: ${unlinked}. Something was changed or taken away.`]),
  ];
  const lines = [...renderTable(COLUMNS, rows, columns), "", ...notes.flatMap((note) => wrapText(note, columns))];
  return `${lines.join("\n")}\n`;
}

/** The target stands in a column of its own. */
function argumentsText({ args, targetId }: Change): string {
  if (typeof args !== "object" || args === null) return "";
  const parts = Object.entries(args).filter(([, value]) => value !== targetId);
  return parts.map(([name, value]) => `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`).join(" ");
}

function outcomeText({ outcome, code }: Change): string {
  const words = outcome.replaceAll("_", " ");
  return code === null ? words : `${words} (${code})`;
}
