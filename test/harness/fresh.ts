import type { Sandbox } from "../../src/sandbox/serve.ts";
import { type Answered, connect, type HarnessOptions } from "./client.ts";
import { NOON } from "./sandbox.ts";

export type Caller = (name: string, args?: Record<string, unknown>) => Promise<Answered>;

/** Calls with a connection of its own each, because the writes of one connection are spaced out in time. */
export function freshCalls(sandbox: Sandbox, more: Partial<HarnessOptions> = {}): Caller {
  const { credentials, url } = sandbox;
  return async (name, args) => {
    const harness = await connect({
      mode: "manager",
      baseUrl: url,
      credential: credentials.pats.admin,
      workspaceId: credentials.workspaceId,
      now: () => NOON,
      ...more,
    });
    try {
      return await harness.call(name, args);
    } finally {
      await harness.close();
    }
  };
}

/** The changing requests that reached the sandbox, as method, path and body. */
export function writesOf(sandbox: Sandbox): { method: string; path: string; body: unknown }[] {
  return sandbox
    .hits()
    .filter(({ method }) => method !== "GET")
    .map(({ method, path, body }) => ({ method, path, body }));
}
