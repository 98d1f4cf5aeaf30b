import type { Answer, Period, Span } from "../answer.ts";
import { shiftDay, spanQuery } from "../day.ts";
import { answer } from "../envelope.ts";
import { UnsupportedWindowError } from "../errors.ts";
import type { Http } from "../http.ts";
import { path } from "../path.ts";
import type { Payload } from "../payload.ts";
import type { Row } from "../row.ts";
import type { DailyUsage } from "../spend.ts";
import { findCockpitRows } from "./cockpit-rows.ts";
import { largestFirst, type ModelCost, readModelName } from "./model-costs.ts";
import { byDate, cut, readCockpitDay } from "./usage-rows.ts";

/** The longest window of fixed length that a virtual key can ask for, and the days it reaches back from today. */
const LONGEST: Period = "30d";
const LONGEST_DAYS = 30;

/**
 * The daily rows of a virtual key. The service offers only windows of its own that end today, so the span is cut out of the
 * 30-day rows; a span that begins before them is also looked for in the billing cycle, which may reach further back.
 */
export async function readKeyUsage(
  http: Http,
  span: Span | "billing_cycle",
  today: string,
): Promise<Answer<DailyUsage>> {
  if (span === "billing_cycle") return readKeyDays(http, "billing_cycle", "billing_cycle", null);
  spanQuery(span);
  const reach: Span = { from: shiftDay(today, 1 - LONGEST_DAYS), to: today };
  if (span.from >= reach.from) return readKeyDays(http, LONGEST, span, reach);
  const [thirty, cycle] = await Promise.all([
    readKeyDays(http, LONGEST, span, reach),
    readKeyDays(http, "billing_cycle", span, null),
  ]);
  return reachesFurther(cycle, thirty) ? cycle : thirty;
}

async function readKeyDays(
  http: Http,
  period: Period,
  span: Span | "billing_cycle",
  reach: Span | null,
): Promise<Answer<DailyUsage>> {
  const payload = await http.get(path`/api/v1/cockpit/daily-costs`, { query: { period } });
  return parseKeyUsage(payload, span, reach);
}

/** @param reach the span the period is documented to have; null when only the answer can tell */
export function parseKeyUsage(payload: Payload, span: Span | "billing_cycle", reach: Span | null): Answer<DailyUsage> {
  const { rows, beside } = findCockpitRows(payload);
  const read = answer(byDate(rows, readCockpitDay), beside);
  return { ...read, value: cut(read.value, span, read.period ?? reach) };
}

function reachesFurther(a: Answer<DailyUsage>, b: Answer<DailyUsage>): boolean {
  const from = a.value.covered?.from;
  return from !== undefined && from < (b.value.covered?.from ?? "9999");
}

/** What each model cost a virtual key. @throws UnsupportedWindowError for a window the service does not offer */
export async function readKeyModelCosts(
  http: Http,
  span: Span | "billing_cycle",
  today: string,
): Promise<Answer<ModelCost[]>> {
  const query = { period: periodOf(span, today) };
  return parseKeyModelCosts(await http.get(path`/api/v1/cockpit/cost-by-model`, { query }));
}

export function parseKeyModelCosts(payload: Payload): Answer<ModelCost[]> {
  const { rows, beside } = findCockpitRows(payload);
  return answer(largestFirst(rows.map(readKeyModel)), beside);
}

/** The server's own share (`pct`) is not read: shares are computed from the costs. */
function readKeyModel(row: Row): ModelCost {
  return {
    provider: row.text("provider"),
    model: readModelName(row, "model"),
    costUsd: row.cents("costCents"),
    requests: row.count("requests"),
    tokens: null,
    inputTokens: null,
    outputTokens: null,
  };
}

function periodOf(span: Span | "billing_cycle", today: string): Period {
  if (span === "billing_cycle") return "billing_cycle";
  const lengths: [Period, number][] = [
    ["24h", 1],
    ["7d", 7],
    ["30d", 30],
  ];
  const found = lengths.find(([, days]) => span.to === today && span.from === shiftDay(today, 1 - days));
  if (found !== undefined) return found[0];
  throw new UnsupportedWindowError(
    "A virtual key can ask for cost by model only over today, the last 7 days, the last 30 days or the billing cycle.",
  );
}
