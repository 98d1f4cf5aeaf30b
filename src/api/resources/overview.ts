import type { Answer } from "../answer.ts";
import { answer, payloadRow } from "../envelope.ts";
import type { Http } from "../http.ts";
import { type ApiPath, path } from "../path.ts";
import type { Payload } from "../payload.ts";

/** The figures of the overview screen; every one may be missing. */
export interface Overview {
  costUsd: number | null;
  requests: number | null;
  tokens: number | null;
  /** 0-100. The service does not say whether it sends a percent or a fraction: above 1 is taken as percent. */
  successPct: number | null;
  /** Milliseconds, assumed. */
  avgLatencyMs: number | null;
  members: number | null;
  agents: number | null;
  virtualKeys: number | null;
  departments: number | null;
}

export const overviewPath: ApiPath = path`/api/v1/analytics/overview`;

export async function readOverview(http: Http): Promise<Answer<Overview>> {
  return parseOverview(await http.get(overviewPath));
}

const KNOWN = [
  ...["period", "totalCost", "totalCostCents", "totalRequests", "totalTokens", "successRate", "avgLatency"],
  ...["totalMembers", "totalAgents", "totalVirtualKeys", "totalDepartments"],
];

/** Every figure that is known is read and none is required: the body of this answer is not documented. */
export function parseOverview(payload: Payload): Answer<Overview> {
  const row = payloadRow(payload, KNOWN, { anyFields: true });
  return answer(
    {
      costUsd: row.usd("totalCost") ?? row.cents("totalCostCents"),
      requests: row.count("totalRequests"),
      tokens: row.count("totalTokens"),
      successPct: row.percentOrFraction("successRate"),
      avgLatencyMs: row.nonNegative("avgLatency"),
      members: row.nonNegative("totalMembers"),
      agents: row.nonNegative("totalAgents"),
      virtualKeys: row.nonNegative("totalVirtualKeys"),
      departments: row.nonNegative("totalDepartments"),
    },
    row,
  );
}
