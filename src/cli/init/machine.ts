import { existsSync } from "node:fs";
import { homedir, platform } from "node:os";
import { cwd } from "node:process";
import type { Environment } from "../../config.ts";
import { type Output, standardOutput } from "../stdout.ts";
import { type AskLine, terminalLine } from "../terminal-line.ts";
import type { Place } from "./place.ts";

/** Asks a person a yes-or-no question. */
type Ask = (question: string) => Promise<boolean>;

/** What the set-up commands use of the machine. */
export interface Machine {
  readonly place: Place;
  readonly output: Output;
  /** Null when nobody sits at a terminal. */
  readonly ask: Ask | null;
}

export function thisMachine(env: Environment): Machine {
  const askLine = terminalLine();
  return {
    place: { home: homedir(), platform: platform(), env, folder: cwd(), exists: existsSync },
    output: standardOutput(),
    ask: askLine === null ? null : asYes(askLine),
  };
}

/** Only a clear yes is one; the end of the input is a no. */
function asYes(askLine: AskLine): Ask {
  return async (question) => /^y(es)?$/i.test((await askLine(`${question} [y/N] `))?.trim() ?? "");
}
