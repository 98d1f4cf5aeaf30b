import type { Mode } from "../mode.ts";
import { isCredentialShaped } from "../secret.ts";
import type { CallInvocation } from "./call.ts";
import type { DoctorInvocation } from "./doctor/doctor.ts";
import type { ExportInvocation } from "./export/export.ts";
import type { InitInvocation } from "./init/init.ts";
import type { ToolsInvocation } from "./tools.ts";

export type Invocation =
  | { readonly command: "serve"; readonly sandbox: Mode | null }
  | {
      readonly command: "audit";
      readonly sandbox: Mode | null;
      readonly json: boolean;
      readonly failOverPct: number | null;
    }
  | ExportInvocation
  | { readonly command: "log"; readonly sandbox: boolean; readonly json: boolean; readonly limit: number }
  | { readonly command: "sandbox"; readonly port: number; readonly seed: number }
  | InitInvocation
  | DoctorInvocation
  | ToolsInvocation
  | CallInvocation;

/** Exit codes of the program. */
export const EXIT = { ok: 0, runtime: 1, usage: 2, threshold: 3 } as const;

/** `--audit` is kept beside the command of that name. */
export function normaliseArguments(args: readonly string[]): string[] {
  return args.includes("--audit") ? ["audit", ...args.filter((word) => word !== "--audit")] : [...args];
}

/** A credential on the command line: refused before anything else happens, because others can already see it. */
export function findCredentialArgument(args: readonly string[]): { readonly variable: string } | null {
  for (const word of args) {
    const value = word.includes("=") ? word.slice(word.indexOf("=") + 1) : word;
    if (value.startsWith("pat_")) return { variable: "ALEPHANT_PAT" };
    if (/^vk-./.test(value)) return { variable: "ALEPHANT_VIRTUAL_KEY" };
    if (/^--?(token|api-?key|key|secret|password|pat|virtual-?key|credential)(=|$)/i.test(word)) {
      return { variable: /virtual/i.test(word) ? "ALEPHANT_VIRTUAL_KEY" : "ALEPHANT_PAT or ALEPHANT_VIRTUAL_KEY" };
    }
    // Anywhere else in a word: a header, a second `=`, a field of JSON.
    if (isCredentialShaped(word)) {
      return { variable: word.includes("vk-") ? "ALEPHANT_VIRTUAL_KEY" : "ALEPHANT_PAT" };
    }
  }
  return null;
}
