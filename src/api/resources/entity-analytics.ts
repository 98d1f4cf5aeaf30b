import type { Answer, EntityFilter, UsageDay } from "../answer.ts";
import { answer, payloadRow } from "../envelope.ts";
import { ArgumentError } from "../errors.ts";
import type { Http } from "../http.ts";
import { type ApiPath, path } from "../path.ts";
import type { Payload } from "../payload.ts";
import type { Row } from "../row.ts";
import { byDate, readUsageDay } from "./usage-rows.ts";

/** What one agent, member or department used. All zeros may mean that the route is not implemented. */
export interface EntityTotals {
  costUsd: number | null;
  requests: number | null;
  tokens: number | null;
  /** Daily rows, when the service sends them. */
  series: UsageDay[] | null;
  /** True when a cost came in the service's raw storage units, which are not money. */
  hasRawCost: boolean;
}

export async function readEntityTotals(
  http: Http,
  entity: EntityFilter,
  days: 1 | 7 | 30,
): Promise<Answer<EntityTotals>> {
  if (![1, 7, 30].includes(days)) throw new ArgumentError("The number of days must be 1, 7 or 30.");
  return parseEntityTotals(await http.get(entityPath(entity), { query: { days } }));
}

function entityPath({ type, id }: EntityFilter): ApiPath {
  switch (type) {
    case "agent":
      return path`/api/v1/agents/${id}/analytics`;
    case "member":
      return path`/api/v1/analytics/members/${id}/analytics`;
    case "department":
      return path`/api/v1/departments/${id}/analytics`;
  }
}

const COST = ["cost", "spend", "totalCost"];
const REQUESTS = ["requests", "totalRequests", "requestCount"];
const TOKENS = ["tokens", "totalTokens"];

/** Totals as stated, else summed over the daily rows. @throws ShapeError when the answer holds neither */
export function parseEntityTotals(payload: Payload): Answer<EntityTotals> {
  const known = [...COST, ...REQUESTS, ...TOKENS, "costSum", "series"];
  const row = payloadRow(payload, known, { numericStrings: true });
  const rows = row.rows("series");
  const series = rows && byDate(rows, readUsageDay);
  return answer(
    {
      costUsd: row.usd(...COST) ?? sum(series, ({ costUsd }) => costUsd),
      requests: row.count(...REQUESTS) ?? sum(series, ({ requests }) => requests),
      tokens: row.count(...TOKENS) ?? sum(series, ({ tokens }) => tokens),
      series,
      hasRawCost: [row, ...(rows ?? [])].some((part: Row) => part.hasRawCost(...COST)),
    },
    row,
  );
}

/** Null when a day is unknown: a sum over the known ones would look complete. Rounded to micro-USD, where floats drift. */
function sum(series: UsageDay[] | null, read: (day: UsageDay) => number | null): number | null {
  if (series === null || series.length === 0) return null;
  let total = 0;
  for (const day of series) {
    const value = read(day);
    if (value === null) return null;
    total += value;
  }
  return Math.round(total * 1e6) / 1e6;
}
