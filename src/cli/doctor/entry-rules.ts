import { isAbsolute } from "node:path";
import { tryParse } from "../../config/bad-value.ts";
import { type Environment, OPTIONS } from "../../config.ts";
import { isSet } from "../../mode.ts";
import { isCredentialShaped } from "../../secret.ts";
import { findCredentialArgument } from "../arguments.ts";
import type { HostSpec } from "../init/host-spec.ts";
import { knownVariables } from "./environment.ts";
import { type Finding, fail, warn } from "./finding.ts";
import type { FoundEntry } from "./host-entry.ts";

/** What the rules may look at besides the entry. */
export interface Surroundings {
  readonly spec: HostSpec;
  readonly file: string;
  readonly env: Environment;
  readonly exists: (path: string) => boolean;
  /** What is wrong with a credential file, or null. */
  readonly credentialFileProblem: (variable: string, path: string) => string | null;
  /** True when other users of the machine may read the settings file. */
  readonly isShared: boolean;
  /** Ids that VS Code asks for. */
  readonly inputIds: readonly string[];
}

type Report = (status: typeof warn, text: string, fix: string) => void;

const CREDENTIALS = ["ALEPHANT_VIRTUAL_KEY", "ALEPHANT_PAT"] as const;
const PLACEHOLDER = /\$\{|\{env:|\{file:|^\$[A-Za-z_]|<[^>]*>/;

/** Everything that is wrong with one entry; empty when nothing is. */
export function judgeEntry(entry: FoundEntry, around: Surroundings): Finding[] {
  const findings: Finding[] = [];
  const report: Report = (status, text, fix) =>
    findings.push(status(around.spec.title, `${around.file}: ${text}`, fix));
  judgeStart(entry, around, report);
  const isSandbox = entry.args.some((word) => word.startsWith("--sandbox"));
  if (!isSandbox) {
    judgeChoice(entry, around, report);
    for (const [name, value] of Object.entries(entry.env)) judgeValue(name, value, around, report);
  }
  return findings;
}

function judgeStart(
  { name, command, args, isOff, wrongSection }: FoundEntry,
  { spec, exists }: Surroundings,
  report: Report,
): void {
  if (wrongSection !== null) {
    report(
      fail,
      `"${name}" stands under "${wrongSection}".`,
      `${spec.title} reads "${spec.section.join(".")}": move it there.`,
    );
  }
  if (isOff) report(warn, `"${name}" is switched off.`, "Switch it on in the host or in this file.");
  if (findCredentialArgument(args) !== null || args.some(isCredentialShaped)) {
    report(
      fail,
      "A credential stands among the arguments, where every process can see it.",
      "Move it, and replace it: it is exposed.",
    );
  }
  if (/^npx(\.cmd)?$/.test(command) && !args.some((word) => word === "-y" || word === "--yes")) {
    report(warn, "npx may wait for an answer that nobody can give.", 'Add "-y" in front of the arguments.');
  }
  const paths = [command, ...args].filter((word) => isAbsolute(word));
  const missing = paths.find((path) => !exists(path));
  if (missing !== undefined)
    report(fail, `It starts ${missing}, which is not there.`, `Run: alephant-mcp init ${spec.id}`);
}

/** Which credential is listed at all, here or in the environment that the host passes on. */
function judgeChoice({ env: own, forwarded }: FoundEntry, { env, spec }: Surroundings, report: Report): void {
  const isListed = (name: string): boolean => name in own || forwarded.includes(name);
  const isListedAnyHow = (name: string): boolean => isListed(name) || isListed(`${name}_FILE`);
  // Codex passes on what is listed and nothing else.
  const isInherited = (name: string): boolean => spec.secret.by !== "forward" && isSet(env[name]);
  const listed = CREDENTIALS.filter(isListedAnyHow);
  if (listed.length === 2) {
    report(
      fail,
      "Both kinds of credential are listed.",
      "Keep ALEPHANT_VIRTUAL_KEY, or ALEPHANT_PAT with ALEPHANT_WORKSPACE_ID.",
    );
  }
  for (const name of CREDENTIALS) {
    if (isListed(name) && isListed(`${name}_FILE`))
      report(fail, `${name} and ${name}_FILE are both listed.`, "Keep one of them.");
  }
  if (listed.length === 0 && !CREDENTIALS.some((name) => isInherited(name) || isInherited(`${name}_FILE`))) {
    report(fail, "No credential is listed.", `Run: alephant-mcp init ${spec.id}`);
  }
  if (listed[0] === "ALEPHANT_PAT" && !isListed("ALEPHANT_WORKSPACE_ID") && !isInherited("ALEPHANT_WORKSPACE_ID")) {
    report(fail, "A PAT is listed without ALEPHANT_WORKSPACE_ID.", "Add the UUID of the workspace.");
  }
  if (!isListed("ALEPHANT_API_BASE_URL") && !isInherited("ALEPHANT_API_BASE_URL")) {
    report(
      fail,
      "ALEPHANT_API_BASE_URL is not listed.",
      `Add ALEPHANT_API_BASE_URL, for example ${OPTIONS.ALEPHANT_API_BASE_URL.example}`,
    );
  }
  const known = knownVariables();
  for (const name of [...Object.keys(own), ...forwarded]) {
    if (name.startsWith("ALEPHANT_") && !known.includes(name))
      report(warn, `${name} is not read by this program.`, "Check its spelling.");
  }
  for (const name of forwarded.filter((each) => known.includes(each) && !isSet(env[each]))) {
    report(warn, `${name} is passed on, but not set in this shell.`, `Export it before you start ${spec.title}.`);
  }
}

function judgeValue(name: string, value: string, around: Surroundings, report: Report): void {
  const { spec, env, inputIds } = around;
  const way = spec.secret;
  const input = way.by === "prompt" ? /^\$\{input:([^}]+)\}$/.exec(value)?.[1] : undefined;
  const variable = way.by === "reference" ? way.pattern.exec(value)?.slice(1).find(isSet) : undefined;
  if (input !== undefined) {
    if (!inputIds.includes(input))
      report(fail, `${name} asks for an input that "inputs" does not describe.`, `Run: alephant-mcp init ${spec.id}`);
  } else if (variable !== undefined) {
    const hasDefault = value.includes(":-");
    if (!isSet(env[variable]) && !hasDefault) {
      report(
        warn,
        `${name} comes from ${variable}, which is not set in this shell.`,
        `Export it before you start ${spec.title}.`,
      );
    }
  } else if (PLACEHOLDER.test(value) && !(way.by === "prompt" && value.startsWith("${env:"))) {
    report(
      fail,
      `${name} holds a placeholder that ${spec.title} does not fill in.`,
      `Run: alephant-mcp init ${spec.id}`,
    );
  } else if (value.trim() === "") {
    report(warn, `${name} is empty, which counts as unset.`, "Give it a value, or take it out.");
  } else {
    judgeLiteral(name, value, around, report);
  }
}

function judgeLiteral(name: string, value: string, around: Surroundings, report: Report): void {
  const { spec, isShared } = around;
  if (isCredentialShaped(value) || CREDENTIALS.some((credential) => credential === name)) {
    const fix =
      spec.secret.by === "file" || spec.secret.by === "inherit"
        ? `Put it into a file of mode 600 and name that in ${name}_FILE: alephant-mcp init ${spec.id}`
        : `Let ${spec.title} fill it in: alephant-mcp init ${spec.id}`;
    report(
      isShared ? fail : warn,
      `${name} stands in clear${isShared ? " in a file that other users may read" : ""}.`,
      fix,
    );
    return;
  }
  if (name.endsWith("_FILE")) {
    const problem = around.credentialFileProblem(name, value);
    if (problem !== null) report(fail, problem, "See above for an example.");
    return;
  }
  const option = Object.values(OPTIONS).find((known) => known.name === name);
  if (option === undefined) return;
  const parsed = tryParse<unknown>(option.parse, value.trim());
  if ("problem" in parsed) report(fail, `${name} ${parsed.problem}`, "Correct the value.");
}
