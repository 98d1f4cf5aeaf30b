import type { Mode } from "../../src/mode.ts";
import { type Sandbox, type SandboxOptions, startSandbox } from "../../src/sandbox/serve.ts";
import { connect, type Harness, type HarnessOptions } from "./client.ts";

/** A fixed noon, so that today is open and every figure of the sandbox repeats. */
export const NOON = new Date("2026-11-20T12:00:00Z");

export interface SandboxHarness extends Harness {
  readonly sandbox: Sandbox;
}

/** A client of the real server, talking to a sandbox of its own over a socket. */
export async function withSandbox(
  mode: Mode,
  options: SandboxOptions = {},
  more: Partial<HarnessOptions> = {},
): Promise<SandboxHarness> {
  const now = options.now ?? (() => NOON);
  const sandbox = await startSandbox({ ...options, now });
  const { credentials, url } = sandbox;
  const harness = await connect({
    mode,
    baseUrl: url,
    credential: mode === "vk" ? credentials.virtualKeys.agent : credentials.pats.admin,
    ...(mode === "manager" && { workspaceId: credentials.workspaceId }),
    now,
    ...more,
  });
  return {
    ...harness,
    sandbox,
    close: async () => {
      await harness.close();
      await sandbox.close();
    },
  };
}
