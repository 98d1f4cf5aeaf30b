import type { Sandbox } from "../sandbox/types.ts";
import { EXIT, type Invocation } from "./arguments.ts";
import type { Host } from "./host.ts";
import { type Output, standardOutput } from "./stdout.ts";

/** Serves the simulator on loopback until a signal ends it. */
export async function runSandbox(
  { port, seed }: Invocation & { command: "sandbox" },
  host: Host,
  output: Output = standardOutput(),
): Promise<number> {
  const { startSandbox } = await import("../sandbox/serve.ts");
  let sandbox: Sandbox;
  try {
    sandbox = await startSandbox({ port, seed });
  } catch (error) {
    host.say(`alephant-mcp: the sandbox cannot listen on port ${port} (${codeOf(error)}).`);
    return EXIT.runtime;
  }
  const ended = signalled(host);
  await output.write(introduction(sandbox));
  await ended;
  await sandbox.close();
  return EXIT.ok;
}

function signalled({ target }: Host): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) target.once(signal, () => resolve());
  });
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "unknown reason";
}

function introduction({ url, credentials }: Sandbox): string {
  return `The Alephant sandbox (simulated data) listens on ${url} until Ctrl-C.

# Manager mode: a whole workspace
export ALEPHANT_API_BASE_URL=${url}
export ALEPHANT_PAT=${credentials.pats.admin}
export ALEPHANT_WORKSPACE_ID=${credentials.workspaceId}

# VK mode: one virtual key (a PAT that is set too would win)
unset ALEPHANT_PAT ALEPHANT_WORKSPACE_ID
export ALEPHANT_API_BASE_URL=${url}
export ALEPHANT_VIRTUAL_KEY=${credentials.virtualKeys.agent}
`;
}
