import type { Environment } from "../config.ts";
import type { GuardedProcess } from "./stdio-guard.ts";

/** What a command gets from the process; only main.ts touches the process itself. */
export interface Host {
  readonly env: Environment;
  readonly target: GuardedProcess;
  /** Writes one line to stderr. */
  readonly say: (line: string) => void;
  /** Removes a variable from the environment, so that no later dump of it holds a credential. */
  readonly forget: (name: string) => void;
  readonly version: string;
  /** Effective user id; null where the system has none. */
  readonly userId: number | null;
}
