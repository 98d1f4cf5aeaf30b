import { HttpResponse, http } from "msw";
import type { Mode } from "../../src/mode.ts";
import type { Tool } from "../../src/tool/define.ts";
import { type Answered, connect } from "./client.ts";
import { mswServer } from "./msw-server.ts";
import { ORIGIN } from "./small-service.ts";

export interface Span {
  readonly from: string;
  readonly to: string;
}

/** What one agent cost on one day with one model, in whole dollars. */
export interface Entry {
  readonly date: string;
  readonly agent: string;
  readonly model: string;
  readonly cost: number;
}

/** A service that answers every route from the same entries, so that its routes can only differ in the windows they choose. */
export interface Ledger {
  readonly mode?: Mode;
  readonly entries: readonly Entry[];
  /** The window of a question without dates. @default the calendar month up to today */
  readonly cycle?: Span;
  /** What an answer says of its window. @default `{dateFrom, dateTo}` */
  readonly states?: (window: Span) => unknown;
  /** The window a route answers for. @default the one asked for */
  readonly serves?: (asked: Span, path: string) => Span;
  /** Days without spend have no row. */
  readonly omitsZeroDays?: boolean;
  readonly subscription?: object;
  /** By path; takes the place of an answer's `data`, or is the HTTP status of a failure. */
  readonly over?: Readonly<Record<string, (usual: Record<string, unknown>) => object | number>>;
}

export interface LedgerAnswer extends Answered {
  /** Paths with their queries, in the order they were asked for. */
  readonly asked: readonly string[];
}

const CREDENTIALS = {
  manager: "pat_wsa3f8c2_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
  vk: "vk-agent-0123456789abcdef0123456789",
} as const;
const DAY_MS = 86_400_000;
const REQUESTS = 10;
const TOKENS = 1_000;

/** The day some days later. */
export function plusDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

/** Every date of a span. */
export function datesOf({ from, to }: Span): string[] {
  const dates: string[] = [];
  for (let day = from; day <= to; day = plusDays(day, 1)) dates.push(day);
  return dates;
}

/** Answers every request of one test file from the ledger of the running test. */
export function useLedgerService() {
  const server = mswServer();
  return {
    /** One call of one tool at an instant. */
    async ask(
      ledger: Ledger,
      tool: Tool,
      { args = {}, now }: { args?: Record<string, unknown>; now: string },
    ): Promise<LedgerAnswer> {
      const asked: string[] = [];
      const mode = ledger.mode ?? "manager";
      server.use(
        http.get(`${ORIGIN}/api/v1/*`, ({ request }) => {
          const url = new URL(request.url);
          const path = url.pathname.replace("/api/v1/", "");
          asked.push(`${path}${url.search}`);
          const usual = answerOf(ledger, path, url.searchParams, now.slice(0, 10));
          const data = usual === null ? 404 : (ledger.over?.[path]?.(usual) ?? usual);
          if (typeof data === "number")
            return HttpResponse.json({ code: data * 100 + 1, data: null }, { status: data });
          return HttpResponse.json(mode === "vk" ? data : { code: 0, message: "ok", data });
        }),
      );
      const harness = await connect({
        mode,
        baseUrl: ORIGIN,
        credential: CREDENTIALS[mode],
        ...(mode === "manager" && { workspaceId: "550e8400-e29b-41d4-a716-446655440000" }),
        now: () => new Date(now),
        tools: [tool],
      });
      try {
        return { ...(await harness.call(tool.name, args)), asked };
      } finally {
        await harness.close();
      }
    },
  };
}

function answerOf(ledger: Ledger, path: string, query: URLSearchParams, today: string): Record<string, unknown> | null {
  const asked = windowOf(ledger, query, today);
  const window = ledger.serves?.(asked, path) ?? asked;
  const states = ledger.states ?? (({ from, to }: Span) => ({ dateFrom: from, dateTo: to }));
  const agent = query.get("agentId");
  const entries = ledger.entries.filter(
    (entry) =>
      entry.date >= window.from &&
      entry.date <= window.to &&
      entry.date <= today &&
      (agent ?? entry.agent) === entry.agent,
  );
  const beside = { period: states(window) };
  const cockpit = { ...beside, degraded: false, data_source: "live" };
  const days = datesOf({ from: window.from, to: window.to < today ? window.to : today })
    .map((date) => ({ date, rows: entries.filter((entry) => entry.date === date) }))
    .filter(({ rows }) => rows.length > 0 || ledger.omitsZeroDays !== true);
  const total = sumOf(entries);
  const requests = entries.length * REQUESTS;
  switch (path) {
    case "analytics/usage":
      return { ...beside, series: days.map(({ date, rows }) => ({ date, cost: sumOf(rows), ...countsOf(rows) })) };
    case "analytics/costs": {
      const items = groups(entries, ({ agent: id }) => id).map(([id, rows]) => ({
        id,
        cost: sumOf(rows),
        ...countsOf(rows),
      }));
      return { ...beside, breakdown: [{ dimension: "agent", items }] };
    }
    case "analytics/models":
      return { ...beside, models: modelsOf(entries).map(({ cost, ...row }) => ({ ...row, cost })) };
    case "analytics/overview":
      return { ...beside, totalCost: total, totalRequests: requests };
    case "analytics/live-24h":
      return { summary: { cost: total, requests }, topModels: [], topKeys: [] };
    case "virtual-keys":
      return { data: [], total: 0 };
    case "policies/budget-control":
      return { config: { amount: 100, period: "monthly", exceededAction: "pause", thresholds: [50], currency: "USD" } };
    case "subscriptions/current":
      return ledger.subscription === undefined ? null : { ...ledger.subscription };
    case "cockpit/daily-costs":
      return {
        ...cockpit,
        data: days.map(({ date, rows }) => ({ date, cost_cents: 100 * sumOf(rows), ...countsOf(rows) })),
      };
    case "cockpit/cost-by-model":
      return { ...cockpit, data: modelsOf(entries).map(({ cost, ...row }) => ({ ...row, cost_cents: 100 * cost })) };
    case "cockpit/usage-summary": {
      const tokens = { input: (entries.length * TOKENS * 4) / 5, output: (entries.length * TOKENS) / 5 };
      return { ...cockpit, total_cost_cents: 100 * total, total_requests: requests, total_tokens: tokens };
    }
    default:
      return null;
  }
}

function windowOf({ cycle }: Ledger, query: URLSearchParams, today: string): Span {
  const [from, to] = [query.get("dateFrom"), query.get("dateTo")];
  if (from !== null && to !== null) return { from, to };
  const lengths: Readonly<Record<string, number>> = { "24h": 1, "7d": 7, "30d": 30 };
  const days = lengths[query.get("period") ?? ""];
  if (days !== undefined) return { from: plusDays(today, 1 - days), to: today };
  return cycle ?? { from: `${today.slice(0, 8)}01`, to: today };
}

function sumOf(entries: readonly Entry[]): number {
  return entries.reduce((sum, { cost }) => sum + cost, 0);
}

function countsOf(entries: readonly Entry[]) {
  return { requests: entries.length * REQUESTS, tokens: entries.length * TOKENS };
}

function modelsOf(entries: readonly Entry[]) {
  return groups(entries, ({ model }) => model).map(([model, rows]) => ({
    ...{ provider: "acme", model, cost: sumOf(rows) },
    ...countsOf(rows),
  }));
}

function groups(entries: readonly Entry[], keyOf: (entry: Entry) => string): [string, Entry[]][] {
  const found = new Map<string, Entry[]>();
  for (const entry of entries) found.set(keyOf(entry), [...(found.get(keyOf(entry)) ?? []), entry]);
  return [...found];
}
