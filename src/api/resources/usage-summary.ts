import type { Answer, Period } from "../answer.ts";
import { answer, payloadRow } from "../envelope.ts";
import type { Http } from "../http.ts";
import { path } from "../path.ts";
import type { Payload } from "../payload.ts";
import type { Row } from "../row.ts";

export interface UsageSummary {
  costUsd: number | null;
  requests: number | null;
  /** `input` and `output` are null when the service reports one number only. */
  tokens: { input: number | null; output: number | null; total: number | null };
  /** Signed percent against the period before, as the service computes it (today included). */
  vsPrevious: { requestsPct: number | null; costPct: number | null } | null;
}

export async function readUsageSummary(http: Http, period: Period): Promise<Answer<UsageSummary>> {
  return parseUsageSummary(await http.get(path`/api/v1/cockpit/usage-summary`, { query: { period } }));
}

const KNOWN = ["degraded", "dataSource", "period", "totalCostCents", "totalCost", "totalRequests", "totalTokens"];

export function parseUsageSummary(payload: Payload): Answer<UsageSummary> {
  const row = payloadRow(payload, KNOWN);
  const previous = row.row("vsPreviousPeriod");
  return answer(
    {
      costUsd: row.cents("totalCostCents") ?? row.usd("totalCost"),
      requests: row.count("totalRequests"),
      tokens: tokens(row),
      vsPrevious: previous && { requestsPct: previous.number("requestsPct"), costPct: previous.number("costPct") },
    },
    row,
  );
}

function tokens(row: Row): UsageSummary["tokens"] {
  const split = row.row("totalTokens");
  const input = split?.count("input") ?? row.count("totalInputTokens");
  const output = split?.count("output") ?? row.count("totalOutputTokens");
  const sum = input !== null && output !== null ? input + output : null;
  return { input, output, total: row.count("totalTokens") ?? split?.count("total") ?? sum };
}
