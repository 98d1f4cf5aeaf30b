import { tryParse } from "../../config/bad-value.ts";
import { type Environment, OPTIONS } from "../../config.ts";
import { isSet, type Mode } from "../../mode.ts";
import type { HostSpec, Launch } from "./host-spec.ts";
import { defaultCredentialFile, type Place } from "./place.ts";

/** What the person wants to be set up. */
export interface Wish {
  readonly mode: Mode;
  /** Simulated data: no credential and no address are written. */
  readonly isSandbox: boolean;
  /** Read the credential from this absolute path, whatever the host could do. */
  readonly credentialFile: string | null;
  /** Start this installation instead of the published package. */
  readonly local: { readonly node: string; readonly launcher: string } | null;
}

/** A value that VS Code asks for. */
export interface InputSpec {
  readonly type: "promptString";
  readonly id: string;
  readonly description: string;
  readonly password: boolean;
}

export interface Setup {
  readonly launch: Launch;
  readonly inputs: readonly InputSpec[];
  /** Variables that must be there in the environment the host is started with. */
  readonly exported: readonly string[];
  /** The file that must hold the credential. */
  readonly credentialFile: string | null;
}

/** A setting that is missing or wrong; the message says what to do. */
export class SetupError extends Error {
  override readonly name = "SetupError";
}

/** Where the service is unless the environment says otherwise. */
const DEFAULT_BASE_URL = OPTIONS.ALEPHANT_API_BASE_URL.example;

const CREDENTIAL_OF = { vk: "ALEPHANT_VIRTUAL_KEY", manager: "ALEPHANT_PAT" } as const;
const INPUT_IDS = { vk: "alephant-virtual-key", manager: "alephant-pat" } as const;
const INPUT_TEXTS = { vk: "Alephant virtual key (vk-…)", manager: "Alephant personal access token (pat_…)" } as const;

/**
 * What stands in a host's settings for a wish: never a secret, only the host's own way to one.
 * @throws SetupError when the environment holds an address or workspace that cannot be used, or lacks one that is needed
 */
export function planLaunch(spec: HostSpec, wish: Wish, place: Place): Setup {
  const program = programOf(wish, place);
  if (wish.isSandbox) {
    const args = [...program.args, `--sandbox=${wish.mode}`];
    return {
      launch: { command: program.command, args, env: {}, forwarded: [] },
      inputs: [],
      exported: [],
      credentialFile: null,
    };
  }
  const variable = CREDENTIAL_OF[wish.mode];
  const env: Record<string, string> = {};
  const exported: string[] = [];
  const way = wish.credentialFile === null ? spec.secret : { by: "file" as const };
  const file = way.by === "file" ? (wish.credentialFile ?? defaultCredentialFile(place, variable)) : null;
  // Cline has no known place for constants either: everything comes from the environment it inherits.
  const addConstant = (name: string, value: string): void => {
    if (way.by === "inherit") exported.push(name);
    else env[name] = value;
  };
  addConstant("ALEPHANT_API_BASE_URL", baseUrlOf(place.env));
  if (way.by === "reference") env[variable] = way.write(variable);
  else if (way.by === "prompt") env[variable] = `\${input:${INPUT_IDS[wish.mode]}}`;
  else if (file !== null) env[`${variable}_FILE`] = file;
  if (way.by === "reference" || way.by === "forward" || way.by === "inherit") exported.push(variable);
  if (wish.mode === "manager") addConstant("ALEPHANT_WORKSPACE_ID", workspaceOf(place.env));
  return {
    launch: { ...program, env, forwarded: way.by === "forward" ? [variable] : [] },
    inputs:
      way.by === "prompt"
        ? [{ type: "promptString", id: INPUT_IDS[wish.mode], description: INPUT_TEXTS[wish.mode], password: true }]
        : [],
    exported,
    credentialFile: file,
  };
}

function programOf({ local }: Wish, { platform }: Place): { command: string; args: readonly string[] } {
  if (local !== null) return { command: local.node, args: [local.launcher] };
  // On Windows npx is a script, which some hosts cannot start by themselves.
  if (platform === "win32") return { command: "cmd", args: ["/c", "npx", "-y", "alephant-mcp"] };
  return { command: "npx", args: ["-y", "alephant-mcp"] };
}

function baseUrlOf(env: Environment): string {
  const text = env.ALEPHANT_API_BASE_URL;
  if (!isSet(text)) return DEFAULT_BASE_URL;
  const parsed = tryParse(OPTIONS.ALEPHANT_API_BASE_URL.parse, text.trim());
  if ("problem" in parsed) throw new SetupError(`ALEPHANT_API_BASE_URL ${parsed.problem}`);
  return text.trim();
}

function workspaceOf(env: Environment): string {
  const parsed = tryParse(OPTIONS.ALEPHANT_WORKSPACE_ID.parse, (env.ALEPHANT_WORKSPACE_ID ?? "").trim());
  if ("value" in parsed) return parsed.value;
  throw new SetupError(
    `Manager mode works on one workspace: set ALEPHANT_WORKSPACE_ID to its UUID and run this again. ` +
      `Example: ALEPHANT_WORKSPACE_ID=${OPTIONS.ALEPHANT_WORKSPACE_ID.example}`,
  );
}
