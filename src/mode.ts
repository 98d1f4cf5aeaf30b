/** Which half of the product a process serves; it never changes while the process lives. */
export type Mode = "vk" | "manager";

/** The part of the environment that decides the mode. Blank counts as unset. */
export interface CredentialVariables {
  readonly ALEPHANT_VIRTUAL_KEY?: string | undefined;
  readonly ALEPHANT_PAT?: string | undefined;
  readonly ALEPHANT_WORKSPACE_ID?: string | undefined;
}

export type ModeChoice =
  | { readonly mode: "vk"; readonly ignored: readonly string[] }
  | { readonly mode: "manager"; readonly ignored: readonly string[] };

/** A setting that stops the start: the variable, what is wrong with it, and a correct example. Never its value. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly variable: string;

  constructor(variable: string, problem: string, remedy: string) {
    super(`${variable} ${problem}\n${remedy}`);
    this.variable = variable;
  }
}

const NO_CREDENTIALS_REMEDY =
  "Set ALEPHANT_VIRTUAL_KEY=vk-… (one key, read-only), or ALEPHANT_PAT=pat_… with ALEPHANT_WORKSPACE_ID=<uuid> " +
  "(a whole workspace); to try it without an account: alephant-mcp --sandbox";

/** Blank is unset: several hosts hand over "" for a variable that does not exist. */
export function isSet(value: string | undefined): value is string {
  return value !== undefined && value.trim() !== "";
}

/**
 * Picks the mode. A PAT wins over a virtual key, because the wider credential was given on purpose.
 * @throws ConfigError when no credential is set, or when a PAT comes without its workspace.
 */
export function resolveMode(env: CredentialVariables): ModeChoice {
  if (isSet(env.ALEPHANT_PAT)) {
    if (!isSet(env.ALEPHANT_WORKSPACE_ID)) {
      throw new ConfigError(
        "ALEPHANT_WORKSPACE_ID",
        "is missing: a PAT works on one workspace, which must be named.",
        "Example: ALEPHANT_WORKSPACE_ID=550e8400-e29b-41d4-a716-446655440000",
      );
    }
    return { mode: "manager", ignored: isSet(env.ALEPHANT_VIRTUAL_KEY) ? ["ALEPHANT_VIRTUAL_KEY"] : [] };
  }
  if (isSet(env.ALEPHANT_VIRTUAL_KEY)) {
    return { mode: "vk", ignored: isSet(env.ALEPHANT_WORKSPACE_ID) ? ["ALEPHANT_WORKSPACE_ID"] : [] };
  }
  const names = ["ALEPHANT_VIRTUAL_KEY", "ALEPHANT_PAT"] as const;
  const empty = names.filter((name) => env[name] !== undefined);
  const problem =
    empty.length > 0
      ? `${empty.length === 1 ? "is" : "are"} empty, so there are no credentials.`
      : "and ALEPHANT_PAT are both unset: there are no credentials.";
  throw new ConfigError(empty.length > 0 ? empty.join(", ") : "ALEPHANT_VIRTUAL_KEY", problem, NO_CREDENTIALS_REMEDY);
}
