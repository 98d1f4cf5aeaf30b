import type { Answer, Span } from "../answer.ts";
import { spanQuery } from "../day.ts";
import { answer, payloadRow } from "../envelope.ts";
import type { Http } from "../http.ts";
import { path } from "../path.ts";
import { type Payload, unexpectedShape } from "../payload.ts";
import type { Row } from "../row.ts";
import { largestFirst } from "./model-costs.ts";

/** The dimensions that are known by name; the service may send others. */
export type KnownDimension = "agent" | "department" | "member" | "master_key" | "virtual_key" | "model";

export interface CostItem {
  /** UUID of the entity, or the model's name; null when the service names the item only. */
  id: string | null;
  name: string | null;
  provider: string | null;
  costUsd: number | null;
  requests: number | null;
  tokens: number | null;
  /** RFC 3339 in UTC. */
  lastUsedAt: string | null;
}

export interface CostDimension {
  /** A known dimension in the singular, or the service's own word, cleaned. */
  dimension: KnownDimension | (string & {});
  /** Largest cost first; items without a cost last. */
  items: CostItem[];
}

/** The same money cut in several ways: never add dimensions together. */
export interface CostBreakdown {
  dimensions: CostDimension[];
}

export async function readCosts(http: Http, span: Span | "billing_cycle"): Promise<Answer<CostBreakdown>> {
  return parseCosts(await http.get(path`/api/v1/analytics/costs`, { query: spanQuery(span) }));
}

/** @throws ShapeError for flat items that do not all name their dimension: one cannot be read for another */
export function parseCosts(payload: Payload): Answer<CostBreakdown> {
  const row = payloadRow(payload, ["breakdown", "items", "period"]);
  const parts = row.rows("breakdown")?.map(readDimension) ?? flat(row) ?? (isNull(row) ? [] : null);
  if (parts === null) throw unexpectedShape(payload);
  return answer({ dimensions: merge(parts) }, row);
}

function readDimension(row: Row): CostDimension {
  return { dimension: dimensionWord(row.needText("dimension")), items: (row.rows("items") ?? []).map(readItem) };
}

function flat(row: Row): CostDimension[] | null {
  const items = row.rows("items");
  if (items === null || items.length === 0 || items.some((item) => item.text("dimension") === null)) return null;
  return items.map((item) => ({ dimension: dimensionWord(item.needText("dimension")), items: [readItem(item)] }));
}

/** The service writes null for an empty list. */
function isNull(row: Row): boolean {
  return row.has("breakdown") && row.text("breakdown") === null && row.row("breakdown") === null;
}

function merge(parts: readonly CostDimension[]): CostDimension[] {
  const merged = new Map<string, CostItem[]>();
  for (const { dimension, items } of parts) merged.set(dimension, [...(merged.get(dimension) ?? []), ...items]);
  return [...merged].map(([dimension, items]) => ({ dimension, items: largestFirst(items) }));
}

function readItem(row: Row): CostItem {
  return {
    id: row.id("id", "entityId"),
    name: row.text("name", "label"),
    provider: row.text("provider"),
    costUsd: row.usd("cost", "totalCost"),
    requests: row.count("requests", "totalRequests", "requestCount"),
    tokens: row.count("tokens", "totalTokens"),
    lastUsedAt: row.instant("lastUsed", "lastRequestAt", "lastUsedAt"),
  };
}

const DIMENSIONS: Readonly<Record<string, KnownDimension>> = {
  agent: "agent",
  department: "department",
  member: "member",
  user: "member",
  master_key: "master_key",
  masterkey: "master_key",
  virtual_key: "virtual_key",
  virtualkey: "virtual_key",
  model: "model",
};

/** Singular or plural, in any of the spellings. */
function dimensionWord(text: string): string {
  const word = text
    .toLowerCase()
    .replace(/[\s-]+/g, "_")
    .replace(/s$/, "");
  return (Object.hasOwn(DIMENSIONS, word) ? DIMENSIONS[word] : undefined) ?? text;
}
