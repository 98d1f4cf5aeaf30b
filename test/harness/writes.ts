import type { Sandbox } from "../../src/sandbox/serve.ts";
import { writesOf } from "./fresh.ts";

/** One of the four tools that change something, with what a test needs to try it. */
export interface WriteCase {
  readonly tool: string;
  readonly args: Record<string, unknown>;
  /** The same call with one argument changed. */
  readonly otherArgs: Record<string, unknown>;
  /** What a person must answer. */
  readonly approval: string | true;
  readonly method: "POST" | "PATCH" | "PUT";
  /** Path of the change, as a fault of the sandbox names it. */
  readonly path: string;
  /** Somebody else changes the same thing, in a way that makes a plan void. Leaves no hit. */
  move(): Promise<void>;
}

const KEYS = "/api/v1/virtual-keys";
const POLICY = "/api/v1/policies/budget-control";

export const WRITE_TOOLS = [
  "create_virtual_key",
  "update_key_budget",
  "revoke_virtual_key",
  "set_budget_policy",
] as const;
export type WriteTool = (typeof WRITE_TOOLS)[number];

export function writeCase(sandbox: Sandbox, tool: WriteTool): WriteCase {
  const [masterKeyId, otherMasterKeyId] = sandbox.dataset.ids("masterKeys");
  const { agent: keyId, member: otherKeyId } = sandbox.credentials.keyIds;
  const cases: Record<WriteTool, Omit<WriteCase, "tool">> = {
    create_virtual_key: {
      args: { label: "Staging key", master_key_id: masterKeyId, budget_usd: 25, rate_limit_rpm: 100 },
      otherArgs: { label: "Staging key", master_key_id: otherMasterKeyId, budget_usd: 25, rate_limit_rpm: 100 },
      approval: true,
      method: "POST",
      path: KEYS,
      move: () =>
        asSomebodyElse(sandbox, "POST", KEYS, { label: "Staging key", masterKeyId, budget: 9, rateLimitRpm: 1 }),
    },
    update_key_budget: {
      args: { key_id: keyId, budget_usd: 25, budget_action: "alert_only" },
      otherArgs: { key_id: keyId, budget_usd: 25.01, budget_action: "alert_only" },
      approval: "SET 25.00",
      method: "PATCH",
      path: `${KEYS}/${keyId}`,
      move: () => asSomebodyElse(sandbox, "PATCH", `${KEYS}/${keyId}`, { budget: 99 }),
    },
    revoke_virtual_key: {
      args: { key_id: keyId },
      otherArgs: { key_id: otherKeyId },
      approval: `REVOKE ${keyId.slice(0, 4)}`,
      method: "POST",
      path: `${KEYS}/${keyId}/revoke`,
      move: () => asSomebodyElse(sandbox, "PATCH", `${KEYS}/${keyId}`, { label: "Renamed" }),
    },
    set_budget_policy: {
      args: { budget_usd: 500, action: "block" },
      otherArgs: { budget_usd: 500, action: "alert_only" },
      approval: "SET 500.00",
      method: "PUT",
      path: POLICY,
      move: () =>
        asSomebodyElse(sandbox, "PUT", POLICY, {
          config: { amount: 77, exceededAction: "pause", period: "monthly", thresholds: [100], currency: "USD" },
        }),
    },
  };
  return { tool, ...cases[tool] };
}

/** A change made past the server under test. */
export async function asSomebodyElse(sandbox: Sandbox, method: string, path: string, body: object): Promise<void> {
  const { pats, workspaceId } = sandbox.credentials;
  const before = writesOf(sandbox).length;
  if (before > 0) throw new Error("something was written already");
  const response = await fetch(`${sandbox.url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${pats.admin}`,
      "x-workspace-id": workspaceId,
      "content-type": "application/json",
    },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status}`);
  sandbox.resetHits();
}
