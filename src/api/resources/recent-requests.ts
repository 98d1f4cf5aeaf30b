import type { Answer } from "../answer.ts";
import { answer } from "../envelope.ts";
import type { Http } from "../http.ts";
import { path } from "../path.ts";
import type { Payload } from "../payload.ts";
import type { Row } from "../row.ts";
import { findCockpitRows } from "./cockpit-rows.ts";
import { within } from "./query.ts";

export interface RecentRequest {
  id: string | null;
  model: string | null;
  provider: string | null;
  inputTokens: number | null;
  outputTokens: number | null;
  costUsd: number | null;
  status: string | null;
  latencyMs: number | null;
  createdAt: string | null;
}

export interface RecentRequests {
  rows: RecentRequest[];
  total: number | null;
  limit: number;
  offset: number;
}

export async function readRecentRequests(http: Http, limit: number, offset: number): Promise<Answer<RecentRequests>> {
  const query = { limit: within("limit", limit, 1, 100), offset: within("offset", offset, 0, Number.MAX_SAFE_INTEGER) };
  return parseRecentRequests(await http.get(path`/api/v1/cockpit/recent-requests`, { query }), query);
}

export function parseRecentRequests(
  payload: Payload,
  { limit, offset }: { limit: number; offset: number },
): Answer<RecentRequests> {
  const { rows, total, beside } = findCockpitRows(payload);
  return answer({ rows: rows.map(readRequest), total, limit, offset }, beside);
}

function readRequest(row: Row): RecentRequest {
  return {
    id: row.id("id"),
    model: row.text("model"),
    provider: row.text("provider"),
    inputTokens: row.count("tokensIn"),
    outputTokens: row.count("tokensOut"),
    costUsd: row.cents("costCents"),
    status: row.word(["success", "failed", "pending"], "status"),
    latencyMs: row.nonNegative("latencyMs"),
    createdAt: row.instant("createdAt"),
  };
}
