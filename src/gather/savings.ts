import * as z from "zod";
import type { RecentRequest } from "../api/resources/recent-requests.ts";
import type { SpendApi } from "../api/spend.ts";
import type { Noted } from "../finops/basis.ts";
import { toMicroOrNull } from "../finops/money.ts";
import { findSavings, type Savings } from "../finops/savings.ts";
import { type RequestRow, SAVING_KINDS } from "../finops/savings-rules.ts";
import { notesOnFailures, part } from "./part.ts";
import { candidatesOf } from "./what-if.ts";

/** What the requests that were read could have saved; over those rows alone, never estimated from totals. */
export const savings = z.strictObject({
  window: z.strictObject({ from: z.string(), to: z.string(), days: z.number() }),
  rows: z.int(),
  cost_usd: z.number(),
  saving_usd: z.number(),
  per_month_usd: z.number().nullable(),
  items: z.array(
    z.strictObject({
      kind: z.enum(SAVING_KINDS),
      rows: z.int(),
      saving_usd: z.number(),
      confidence: z.enum(["high", "medium", "low"]),
      evidence: z.string(),
      next_step: z.string(),
    }),
  ),
});

/** Reads the list prices only when there are requests to price. */
export async function gatherSavings(api: SpendApi, requests: readonly RecentRequest[]): Promise<Noted<Savings | null>> {
  if (requests.length === 0) return findSavings([], null);
  const catalogue = await part("The model catalogue", api.listModels());
  const prices = catalogue.status === "ok" ? candidatesOf(catalogue.data.value) : null;
  const { result, notes } = findSavings(requests.map(toLogRow), prices);
  return { result, notes: [...notesOnFailures([catalogue]), ...notes] };
}

/** The list is that of one key; it does not tell cached tokens apart. */
function toLogRow(request: RecentRequest): RequestRow {
  return {
    at: request.createdAt,
    key: null,
    provider: request.provider,
    model: request.model,
    status: statusOf(request.status),
    inputTokens: request.inputTokens,
    outputTokens: request.outputTokens,
    cacheReadTokens: null,
    costMicro: toMicroOrNull(request.costUsd),
  };
}

function statusOf(word: string | null): RequestRow["status"] {
  return word === "success" || word === "failed" || word === "pending" ? word : "unknown";
}
