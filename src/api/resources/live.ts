import type { Answer } from "../answer.ts";
import { answer, payloadRow } from "../envelope.ts";
import type { Http } from "../http.ts";
import { path } from "../path.ts";
import type { Payload } from "../payload.ts";
import type { Row } from "../row.ts";
import { readModelName } from "./model-costs.ts";
import { within } from "./query.ts";

export interface LiveSummary {
  costUsd: number | null;
  requests: number | null;
  tokens: number | null;
  inputTokens: number | null;
  outputTokens: number | null;
  successPct: number | null;
  avgLatencyMs: number | null;
}

export interface LiveModel {
  model: string;
  provider: string | null;
  costUsd: number | null;
  requests: number | null;
  tokens: number | null;
}

export interface LiveKey {
  id: string | null;
  label: string | null;
  costUsd: number | null;
  requests: number | null;
}

/** The last 24 hours, rolling. A part is null when the answer does not carry it. */
export interface Live24h {
  summary: LiveSummary | null;
  topModels: LiveModel[] | null;
  topKeys: LiveKey[] | null;
  /** True when a cost came in the service's raw storage units, which are not money. */
  hasRawCost: boolean;
}

export async function readLive24h(http: Http, limit: number): Promise<Answer<Live24h>> {
  const query = { limit: within("limit", limit, 1, 10) };
  return parseLive24h(await http.get(path`/api/v1/analytics/live-24h`, { query }));
}

const COST = ["cost", "totalCost"];

export function parseLive24h(payload: Payload): Answer<Live24h> {
  const known = ["summary", "topModels", "models", "topKeys", "keys"];
  const row = payloadRow(payload, known, { numericStrings: true });
  const summary = row.row("summary");
  const models = row.rows("topModels", "models");
  const keys = row.rows("topKeys", "keys");
  const all = [summary, ...(models ?? []), ...(keys ?? [])];
  return answer(
    {
      summary: summary && readSummary(summary),
      topModels: models?.map(readModel) ?? null,
      topKeys: keys?.map(readKey) ?? null,
      hasRawCost: all.some((part) => part?.hasRawCost(...COST)),
    },
    row,
  );
}

function readSummary(row: Row): LiveSummary {
  const inputTokens = row.count("inputTokens", "promptTokens", "promptTokensSum");
  const outputTokens = row.count("outputTokens", "completionTokens", "completionTokensSum");
  const sum = inputTokens !== null && outputTokens !== null ? inputTokens + outputTokens : null;
  return {
    costUsd: row.usd(...COST),
    requests: row.count("requests", "totalRequests", "requestCount"),
    tokens: row.count("tokens", "totalTokens") ?? sum,
    inputTokens,
    outputTokens,
    successPct: row.percentOrFraction("successRate", "success"),
    avgLatencyMs: row.nonNegative("avgLatencyMs", "avgLatency"),
  };
}

function readModel(row: Row): LiveModel {
  return {
    model: readModelName(row, "model", "name", "id"),
    provider: row.text("provider"),
    costUsd: row.usd(...COST),
    requests: row.count("requests", "totalRequests", "requestCount"),
    tokens: row.count("tokens", "totalTokens"),
  };
}

function readKey(row: Row): LiveKey {
  return {
    id: row.id("id", "keyId"),
    label: row.text("label", "name"),
    costUsd: row.usd(...COST),
    requests: row.count("requests", "totalRequests", "requestCount"),
  };
}
