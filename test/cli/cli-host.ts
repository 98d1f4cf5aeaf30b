import { EventEmitter } from "node:events";
import type { Host } from "../../src/cli/host.ts";
import type { Output } from "../../src/cli/stdout.ts";
import type { Environment } from "../../src/config.ts";
import type { Mode } from "../../src/mode.ts";
import type { Sandbox } from "../../src/sandbox/types.ts";

/** A process that is none: what a command says and prints is kept. */
export function fakeHost(
  env: Environment,
  columns = 100,
): { host: Host; output: Output; out: string[]; err: string[] } {
  const out: string[] = [];
  const err: string[] = [];
  const target = Object.assign(new EventEmitter(), {
    stdin: new EventEmitter(),
    stdout: new EventEmitter(),
    stderr: new EventEmitter(),
    exit: () => {},
  });
  return {
    out,
    err,
    host: {
      env,
      target,
      say: (line) => err.push(line),
      forget: () => {},
      version: "1.2.3",
      userId: process.getuid?.() ?? null,
    },
    output: {
      columns,
      write: async (text) => {
        out.push(text);
      },
    },
  };
}

/** The variables that lead to a running sandbox. */
export function sandboxEnvironment({ credentials, url }: Sandbox, mode: Mode): Environment {
  return {
    ALEPHANT_API_BASE_URL: url,
    ALEPHANT_RATE_LIMIT_RPM: "0",
    ...(mode === "vk"
      ? { ALEPHANT_VIRTUAL_KEY: credentials.virtualKeys.agent }
      : { ALEPHANT_PAT: credentials.pats.read, ALEPHANT_WORKSPACE_ID: credentials.workspaceId }),
  };
}
