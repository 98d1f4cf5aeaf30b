import { HttpResponse, http } from "msw";
import type { Tool } from "../../src/tool/define.ts";
import { type Answered, connect } from "./client.ts";
import { mswServer } from "./msw-server.ts";

export const ORIGIN = "https://service.example.test";
const WORKSPACE_ID = "550e8400-e29b-41d4-a716-446655440000";

/** USD by date; a date without an entry has no row. */
export type Daily = Readonly<Record<string, number>>;

/** Items of one dimension as the service sends them. */
export interface Item {
  readonly id: string;
  readonly name?: string;
  readonly cost: number;
  readonly requests?: number;
}

/** A workspace small enough to be written down; a number in place of an answer is the HTTP status of its failure. */
export interface SmallWorkspace {
  readonly usage?: Daily | number;
  /** By the id of an agent, member or department. */
  readonly entities?: Readonly<Record<string, Daily>>;
  /** By the first day of the window asked for. */
  readonly costs?: (dateFrom: string) => Readonly<Record<string, readonly Item[]>> | number;
  readonly models?: (dateFrom: string) => readonly object[] | number;
  /** Rows of the model catalogue. */
  readonly catalogue?: readonly object[] | number;
  /** Rows of `agents`, `members`, `departments` and `virtual-keys`, cut into pages of 100. */
  readonly lists?: Readonly<Record<string, readonly object[] | number>>;
  /** A page number of `virtual-keys` that fails. */
  readonly failingPage?: number;
  readonly subscription?: object | number;
  /** Answers of further paths, or in place of the usual ones. */
  readonly bodies?: Readonly<Record<string, (query: URLSearchParams) => object | number>>;
}

const PAGE = 100;

/** Answers every request of one test file from the workspace of the running test. */
export function useSmallService() {
  const server = mswServer();
  return {
    /** One call of one tool at an instant. */
    async ask(
      workspace: SmallWorkspace,
      tool: Tool,
      { args = {}, now }: { args?: Record<string, unknown>; now: string },
    ): Promise<Answered> {
      server.use(...handlers(workspace));
      const harness = await connect({
        mode: "manager",
        baseUrl: ORIGIN,
        credential: "pat_wsa3f8c2_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        workspaceId: WORKSPACE_ID,
        now: () => new Date(now),
        tools: [tool],
      });
      try {
        return await harness.call(tool.name, args);
      } finally {
        await harness.close();
      }
    },
  };
}

function reply(data: object | number) {
  if (typeof data !== "number") return HttpResponse.json({ code: 0, message: "ok", data });
  return HttpResponse.json({ code: data * 100 + 1, message: "failed", data: null }, { status: data });
}

function handlers(workspace: SmallWorkspace) {
  const {
    usage = {},
    entities = {},
    costs,
    models,
    catalogue = 404,
    lists = {},
    failingPage,
    subscription,
    bodies = {},
  } = workspace;
  const at = (path: string, answer: (query: URLSearchParams) => object | number) =>
    http.get(`${ORIGIN}/api/v1/${path}`, ({ request }) => reply(answer(new URL(request.url).searchParams)));
  return [
    ...Object.entries(bodies).map(([path, body]) => at(path, body)),
    at("analytics/usage", (query) => {
      const id = query.get("agentId") ?? query.get("memberId") ?? query.get("departmentId");
      const daily = id === null ? usage : (entities[id] ?? 404);
      if (typeof daily === "number") return daily;
      const [from, to] = [query.get("dateFrom") ?? "", query.get("dateTo") ?? "9999"];
      const dates = Object.keys(daily).filter((date) => date >= from && date <= to);
      const series = dates.map((date) => ({ date, cost: daily[date], requests: 10, tokens: 1_000 }));
      return { period: { dateFrom: from, dateTo: to }, series };
    }),
    at("analytics/costs", (query) => {
      const cuts = costs?.(query.get("dateFrom") ?? "") ?? 500;
      if (typeof cuts === "number") return cuts;
      return { breakdown: Object.entries(cuts).map(([dimension, items]) => ({ dimension, items })) };
    }),
    at("analytics/models", (query) => {
      const rows = models?.(query.get("dateFrom") ?? "") ?? 500;
      return typeof rows === "number" ? rows : { models: rows };
    }),
    at("models", () => (typeof catalogue === "number" ? catalogue : { models: catalogue })),
    at("subscriptions/current", () => subscription ?? 404),
    ...["agents", "members", "departments", "virtual-keys"].map((name) =>
      at(name, (query) => {
        const rows = lists[name] ?? [];
        if (typeof rows === "number") return rows;
        const page = Number(query.get("page"));
        if (page === failingPage) return 500;
        return { data: rows.slice((page - 1) * PAGE, page * PAGE), total: rows.length };
      }),
    ),
  ];
}

/** A made-up id, the same for the same number. */
export function id(number: number): string {
  return `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;
}
