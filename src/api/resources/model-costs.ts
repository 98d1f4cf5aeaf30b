import type { Answer, Span } from "../answer.ts";
import { spanQuery } from "../day.ts";
import { answer } from "../envelope.ts";
import type { Http } from "../http.ts";
import { findRows } from "../list.ts";
import { path } from "../path.ts";
import type { Payload } from "../payload.ts";
import type { Row } from "../row.ts";

/** What one model cost inside a window. */
export interface ModelCost {
  provider: string | null;
  model: string;
  costUsd: number | null;
  requests: number | null;
  tokens: number | null;
  inputTokens: number | null;
  outputTokens: number | null;
}

export async function readModelCosts(http: Http, span: Span | "billing_cycle"): Promise<Answer<ModelCost[]>> {
  return parseModelCosts(await http.get(path`/api/v1/analytics/models`, { query: spanQuery(span) }));
}

export function parseModelCosts(payload: Payload): Answer<ModelCost[]> {
  const { rows, beside } = findRows(payload, ["models"]);
  return answer(largestFirst(rows.map(readModelCost)), beside);
}

function readModelCost(row: Row): ModelCost {
  const inputTokens = row.count("inputTokens", "promptTokens");
  const outputTokens = row.count("outputTokens", "completionTokens");
  const sum = inputTokens !== null && outputTokens !== null ? inputTokens + outputTokens : null;
  return {
    provider: row.text("provider"),
    model: readModelName(row, "model", "name", "id"),
    costUsd: row.usd("cost", "totalCost"),
    requests: row.count("requests", "requestCount", "totalRequests"),
    tokens: row.count("tokens", "totalTokens") ?? sum,
    inputTokens,
    outputTokens,
  };
}

/** A model that the service could not name still has its cost. @throws ShapeError when there is no field for the name */
export function readModelName(row: Row, ...names: string[]): string {
  const name = row.text(...names);
  return name ?? (row.has(...names) ? UNNAMED : row.needText(...names));
}

const UNNAMED = "(unnamed)";

/** Sorted by cost, so that any later limit cuts the small ones; unknown costs last. */
export function largestFirst<T extends { costUsd: number | null }>(rows: readonly T[]): T[] {
  const weight = ({ costUsd }: T) => costUsd ?? Number.NEGATIVE_INFINITY;
  return [...rows].sort((a, b) => Math.sign(weight(b) - weight(a)) || 0);
}
