import { installedProgram } from "../../installation.ts";
import type { Mode } from "../../mode.ts";
import { EXIT } from "../arguments.ts";
import type { Host } from "../host.ts";
import { renderTable } from "../table.ts";
import { diffLines } from "./diff.ts";
import { blockOf, EditError, editText, type Wanted } from "./edit.ts";
import { ChangedMeanwhileError, readSettings, undoSettings, writeSettings } from "./file.ts";
import type { HostSpec } from "./host-spec.ts";
import { HOSTS, isInstalled, targetFile } from "./hosts.ts";
import { planLaunch, type Setup, SetupError, type Wish } from "./launch.ts";
import { type Machine, thisMachine } from "./machine.ts";
import { nextSteps } from "./next-steps.ts";

/** `alephant-mcp init` as it was typed. */
export interface InitInvocation {
  readonly command: "init";
  /** Null: every host that is found. */
  readonly host: string | null;
  /** Null: what the environment's credentials suggest. */
  readonly mode: Mode | null;
  readonly sandbox: Mode | null;
  readonly action: "write" | "print" | "dry-run" | "undo";
  readonly yes: boolean;
  readonly project: boolean;
  readonly local: boolean;
  /** An absolute path, or null. */
  readonly credentialFile: string | null;
}

/**
 * Sets the server up in hosts: shows the exact change, asks, keeps a backup, writes.
 * @returns 0 when done, declined or already there; 1 when a file could not be changed; 2 when it is not clear what is wanted
 */
export async function runInit(
  invocation: InitInvocation,
  host: Pick<Host, "env" | "say">,
  machine: Machine = thisMachine(host.env),
): Promise<number> {
  const hosts = chooseHosts(invocation, machine);
  if (hosts === null) {
    host.say(`There is no host "${invocation.host}". Known: ${HOSTS.map(({ id }) => id).join(", ")}.`);
    return EXIT.usage;
  }
  const isNamed = invocation.host !== null;
  if (hosts.length === 0 || (!isNamed && isUnclear(invocation, machine))) {
    await machine.output.write(`${hostTable(machine)}\n`);
    host.say(
      hosts.length === 0
        ? "No host was found here. Name one to set it up all the same: alephant-mcp init <host>"
        : "Nobody can be asked here. Name one: alephant-mcp init <host> --yes, or take all that were found: alephant-mcp init --yes",
    );
    return EXIT.usage;
  }
  let worst: number = EXIT.ok;
  for (const spec of hosts) worst = Math.max(worst, await setUp(spec, invocation, host, machine));
  return worst;
}

function chooseHosts({ host }: InitInvocation, { place }: Machine): readonly HostSpec[] | null {
  if (host === null) return HOSTS.filter((spec) => isInstalled(spec, place));
  const spec = HOSTS.find(({ id }) => id === host);
  return spec === undefined ? null : [spec];
}

function isUnclear({ action, yes }: InitInvocation, { ask }: Machine): boolean {
  return action === "write" && !yes && ask === null;
}

function hostTable({ place, output }: Machine): string {
  const rows = HOSTS.map((spec) => [
    spec.id,
    isInstalled(spec, place) ? "found" : "-",
    spec.file(place) ?? "(no known place)",
  ]);
  return renderTable(
    [{ head: "host" }, { head: "here" }, { head: "settings", shrinkTo: 20 }],
    rows,
    output.columns,
  ).join("\n");
}

async function setUp(
  spec: HostSpec,
  invocation: InitInvocation,
  { env, say }: Pick<Host, "env" | "say">,
  machine: Machine,
): Promise<number> {
  const { place, output } = machine;
  const file = targetFile(spec, place, invocation.project);
  if (invocation.project && file === null) {
    say(`${spec.title} has no settings of a project; leave out --project.`);
    return EXIT.usage;
  }
  if (invocation.action === "undo") return undo(spec, file, machine, say);
  let setup: Setup;
  try {
    setup = planLaunch(spec, wishOf(invocation, machine), place);
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    say(`alephant-mcp: ${error.message}`);
    return EXIT.usage;
  }
  const wanted: Wanted = { spec, entry: spec.entry(setup.launch), inputs: setup.inputs };
  const steps = nextSteps(spec, setup, env);
  if (invocation.action === "print" || file === null || spec.format === "yaml") {
    await output.write(await blockOf(wanted));
    if (invocation.action !== "print") say(`Add this to ${file ?? `the settings of ${spec.title}`} by hand.`);
    for (const step of steps) say(`- ${step}`);
    return EXIT.ok;
  }
  try {
    return await change(wanted, file, steps, invocation, machine, say);
  } catch (error) {
    const problem = problemOf(error);
    if (problem === null) throw error;
    say(`alephant-mcp: ${file}: ${problem}`);
    say("To add the entry by hand, this is it:");
    await output.write(await blockOf(wanted));
    return EXIT.runtime;
  }
}

async function change(
  wanted: Wanted,
  file: string,
  steps: readonly string[],
  { action, yes, project }: InitInvocation,
  { output, ask }: Machine,
  say: Host["say"],
): Promise<number> {
  const { id, title } = wanted.spec;
  const before = readSettings(file);
  const after = await editText(before, wanted);
  if (before === after) {
    await output.write(`${title} is set up already: ${file}\n`);
    return EXIT.ok;
  }
  const heading = `${title}: ${file}${before === null ? " (new file)" : ""}`;
  await output.write(`${[heading, ...diffLines(before ?? "", after)].join("\n")}\n`);
  if (action === "dry-run") return EXIT.ok;
  if (!yes && ask === null) {
    say("Nobody can be asked here, so nothing was written. Add --yes to write it.");
    return EXIT.usage;
  }
  if (!yes && !(await ask?.("Write this?"))) {
    await output.write("Nothing was written.\n");
    return EXIT.ok;
  }
  const backup = writeSettings(file, before, after);
  const undoing = `alephant-mcp init ${id}${project ? " --project" : ""} --undo`;
  await output.write(
    `Written.${backup === null ? "" : ` The old file: ${backup}.`} To take it back: ${undoing}\n${steps.map((step) => `- ${step}\n`).join("")}`,
  );
  return EXIT.ok;
}

async function undo(spec: HostSpec, file: string | null, { output }: Machine, say: Host["say"]): Promise<number> {
  const undone = file === null ? ({ outcome: "nothing" } as const) : undoSettings(file);
  switch (undone.outcome) {
    case "restored":
      await output.write(`${spec.title}: ${file} is as it was before.\n`);
      return EXIT.ok;
    case "removed":
      await output.write(`${spec.title}: ${file} was removed; it had not been there before.\n`);
      return EXIT.ok;
    case "nothing":
      say(`${spec.title}: there is nothing to take back.`);
      return EXIT.runtime;
    case "changed":
      say(
        `${spec.title}: ${file} was changed after the set-up, so it is left alone. Take the entry "alephant" out by hand.`,
      );
      for (const backup of undone.backups) say(`A file from before: ${backup}`);
      return EXIT.runtime;
  }
}

function wishOf({ mode, sandbox, local, credentialFile }: InitInvocation, { place: { env } }: Machine): Wish {
  const suggested: Mode = env.ALEPHANT_PAT || env.ALEPHANT_PAT_FILE ? "manager" : "vk";
  return {
    mode: sandbox ?? mode ?? suggested,
    isSandbox: sandbox !== null,
    credentialFile,
    local: local ? installedProgram() : null,
  };
}

function problemOf(error: unknown): string | null {
  if (error instanceof EditError) return error.message;
  if (error instanceof ChangedMeanwhileError) return "The file changed meanwhile, so nothing was written.";
  if (error instanceof Error && "code" in error && typeof error.code === "string" && "syscall" in error) {
    return `The file cannot be read or written (${error.code}).`;
  }
  return null;
}
