import type { Sandbox } from "../../src/sandbox/serve.ts";

/** The environment of a program that asks this workspace. @param more settings beside */
export function settings(
  { url, credentials }: Sandbox,
  timeoutMs: number,
  more: Readonly<Record<string, string>> = {},
): Record<string, string> {
  return {
    ALEPHANT_API_BASE_URL: url,
    ALEPHANT_PAT: credentials.pats.admin,
    ALEPHANT_WORKSPACE_ID: credentials.workspaceId,
    ALEPHANT_RATE_LIMIT_RPM: "0",
    ALEPHANT_TIMEOUT_MS: String(timeoutMs),
    ...more,
  };
}
