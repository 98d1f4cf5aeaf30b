import { resolve } from "node:path";
import { fileProblem } from "../../audit/state-folder.ts";
import { addDays, dayOf } from "../../finops/day.ts";
import type { FocusEntity } from "../../finops/focus-charge.ts";
import type { FocusVersion } from "../../finops/focus-columns.ts";
import { csvHeader } from "../../finops/focus-csv.ts";
import { type FocusCut, focusNotes } from "../../finops/focus-notes.ts";
import { focusWindow } from "../../finops/focus-window.ts";
import { toUsd } from "../../finops/money.ts";
import { type Span, spanDays } from "../../finops/window.ts";
import { type FocusSource, keySource, managerSource, SIMULATED } from "../../gather/focus.ts";
import type { Mode } from "../../mode.ts";
import { toToolError } from "../../tool/errors.ts";
import type { Session } from "../../tool/invoke.ts";
import { EXIT } from "../arguments.ts";
import type { Host } from "../host.ts";
import { untilInterrupted } from "../interruption.ts";
import { openSession } from "../session.ts";
import { type Output, standardOutput } from "../stdout.ts";
import { type DaysWritten, problemsText, writeDays } from "./days.ts";
import { asKey, asManager, patientAsk } from "./patient.ts";
import { toJson, toText } from "./summary.ts";
import { createWholeFile, fileExists, type WholeFile } from "./whole-file.ts";

export interface ExportInvocation {
  readonly command: "export";
  readonly sandbox: Mode | null;
  /** UTC days; null: see `focusWindow`. */
  readonly from: string | null;
  readonly to: string | null;
  readonly focus: FocusVersion;
  /** Null: by model, with a virtual key by key. */
  readonly by: "model" | FocusEntity | null;
  /** Null: a name of its own in the current folder. */
  readonly out: string | null;
  readonly force: boolean;
  readonly includeToday: boolean;
  readonly json: boolean;
}

/**
 * Writes the spend of a window as a FOCUS file and prints what the file holds, never its rows.
 * @returns 0; 1 when a day could not be read or does not add up, or the file cannot be written: then there is no file; 2 for a
 * window or a name that cannot be used
 * @throws ConfigError
 */
export async function runExport(
  invocation: ExportInvocation,
  host: Host,
  output: Output = standardOutput(),
): Promise<number> {
  const { signal, release } = untilInterrupted(host);
  const { mode, session, close } = await openSession(host, invocation.sandbox);
  try {
    const plan = planExport(invocation, mode, session);
    if ("problem" in plan) {
      host.say(`alephant-mcp: ${plan.problem}`);
      return EXIT.usage;
    }
    const written = await writeFile(plan, invocation, { mode, session, host, signal });
    if (typeof written === "string") {
      host.say(session.redact(`alephant-mcp: no file was written: ${written}`));
      return EXIT.runtime;
    }
    const { tally, cutShortDays } = written;
    const summary = {
      path: plan.path,
      focusVersion: invocation.focus,
      mode,
      cut: plan.cut,
      rows: tally.rows,
      billedUsd: toUsd(tally.billed),
      window: { ...plan.span, days: spanDays(plan.span) },
      notes: focusNotes(tally, { ...plan, cutShortDays }),
      isSandbox: session.isSandbox,
      generatedAt: plan.now,
      version: host.version,
    };
    await output.write(invocation.json ? toJson(summary) : toText(summary, output.columns));
    return EXIT.ok;
  } finally {
    release();
    await close();
  }
}

interface Plan {
  readonly span: Span;
  readonly cut: FocusCut;
  readonly path: string;
  readonly now: Date;
  readonly today: "included" | "left_out" | null;
  readonly endsYesterday: boolean;
}

/** Everything that can be refused before anything is asked. */
function planExport(
  { from, to, by, out, force, focus, includeToday }: ExportInvocation,
  mode: Mode,
  session: Session,
): Plan | { readonly problem: string } {
  const now = session.clock.now();
  if (mode === "vk" && by !== null) return { problem: "--by needs a PAT: a virtual key knows its daily totals only." };
  const window = focusWindow({ from, to, includeToday, mode, now });
  if (window.status === "refused") return { problem: window.problem };
  const { span, includesToday, leftOutToday } = window;
  const cut: FocusCut = mode === "vk" ? "key" : (by ?? "model");
  const source = session.isSandbox ? "alephant-sandbox" : "alephant";
  const path = resolve(out ?? `${source}-focus-${focus}-by-${cut}-${span.from}-to-${span.to}.csv`);
  if (!force && fileExists(path)) return { problem: `${path} exists already. Use --force to replace it, or --out.` };
  const today = includesToday ? "included" : leftOutToday ? "left_out" : null;
  return { span, cut, path, now, today, endsYesterday: span.to === addDays(dayOf(now), -1) };
}

interface Surroundings {
  readonly mode: Mode;
  readonly session: Session;
  readonly host: Host;
  readonly signal: AbortSignal;
}

/** @returns why there is no file, as the end of a sentence, or what was written */
async function writeFile(
  plan: Plan,
  { focus, force }: ExportInvocation,
  surroundings: Surroundings,
): Promise<DaysWritten | string> {
  const { session, host, signal } = surroundings;
  let file: WholeFile;
  try {
    file = createWholeFile(plan.path, force);
  } catch (error) {
    return `${plan.path} cannot be made (${fileProblem(error)}).`;
  }
  try {
    const source = await openSource(plan, surroundings);
    file.append(csvHeader(focus));
    const written = await writeDays(source, {
      version: focus,
      write: (text) => file.append(text),
      onDays: progress(source.days.length, host),
    });
    if (signal.aborted) return "interrupted.";
    if (written.problems.length > 0) return problemsText(written.problems);
    file.commit();
    return written;
  } catch (error) {
    if (signal.aborted) return "interrupted.";
    if (isFileError(error)) return `${plan.path} cannot be written (${fileProblem(error)}).`;
    const circumstances = { effect: "read", subject: null, checkWith: null, ending: null, hasSent: false } as const;
    return toToolError(error, { ...circumstances, timeoutMs: session.timeoutMs }).text;
  } finally {
    file.discard();
  }
}

async function openSource({ span, cut, now }: Plan, { session, host, signal }: Surroundings): Promise<FocusSource> {
  const open = await session.openApi();
  const ask = patientAsk({ open, signal, onWait: saidOnce(host) });
  if (cut === "key") return keySource(asKey(ask), { span, now, isSimulated: session.isSandbox });
  const account = { id: session.service.workspaceId ?? "", name: session.isSandbox ? SIMULATED : null };
  return managerSource(asManager(ask), { span, now, cut, account });
}

/** Several requests may wait for the same thing. */
function saidOnce(host: Host): (message: string) => void {
  let last = "";
  return (message) => {
    if (message !== last) host.say(message);
    last = message;
  };
}

const PROGRESS_MS = 2_000;

function progress(total: number, host: Host): (read: number) => void {
  let toldAt = performance.now();
  return (read) => {
    if (read === total || performance.now() - toldAt < PROGRESS_MS) return;
    toldAt = performance.now();
    host.say(`${read} of ${total} days read`);
  };
}

function isFileError(error: unknown): boolean {
  return error instanceof Error && "syscall" in error && "code" in error;
}
