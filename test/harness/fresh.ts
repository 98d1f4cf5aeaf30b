import type { Sandbox } from "../../src/sandbox/serve.ts";
import { type Answered, connect, type Harness, type HarnessOptions } from "./client.ts";
import { NOON } from "./sandbox.ts";

export type Caller = (name: string, args?: Record<string, unknown>) => Promise<Answered>;

/** A connection of a manager to a sandbox that is already running. */
export function connectTo({ credentials, url }: Sandbox, more: Partial<HarnessOptions> = {}): Promise<Harness> {
  return connect({
    mode: "manager",
    baseUrl: url,
    credential: credentials.pats.admin,
    workspaceId: credentials.workspaceId,
    now: () => NOON,
    ...more,
  });
}

/**
 * Changes with a connection of their own each, because the writes of one connection are spaced out in time: the plan, and the
 * second call that confirms it.
 */
export function freshChanges(sandbox: Sandbox, more: Partial<HarnessOptions> = {}): Caller {
  return async (name, args) => {
    const harness = await connectTo(sandbox, more);
    try {
      return await harness.change(name, args);
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
