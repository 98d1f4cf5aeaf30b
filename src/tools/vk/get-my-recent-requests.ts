import * as z from "zod";
import type { RecentRequest, RecentRequests } from "../../api/resources/recent-requests.ts";
import { facts, plainBasis } from "../../gather/answer.ts";
import { cutByOffset, offsetListFields } from "../../gather/offset-list.ts";
import { gatherSavings, savings } from "../../gather/savings.ts";
import { notesOnAnswer } from "../../gather/service-remark.ts";
import { defineTool } from "../../tool/define.ts";
import { limit, offset } from "../../tool/params.ts";

const row = z.strictObject({
  at: z.string().optional(),
  model: z.string().optional(),
  provider: z.string().optional(),
  status: z.string().optional(),
  cost_usd: z.number().nullable(),
  input_tokens: z.number().nullable(),
  output_tokens: z.number().nullable(),
  latency_ms: z.number().optional(),
});

function toRow(request: RecentRequest): z.input<typeof row> {
  return {
    at: request.createdAt ?? undefined,
    model: request.model ?? undefined,
    provider: request.provider ?? undefined,
    status: request.status ?? undefined,
    cost_usd: request.costUsd,
    input_tokens: request.inputTokens,
    output_tokens: request.outputTokens,
    latency_ms: request.latencyMs ?? undefined,
  };
}

const SOURCE = ["recent_requests"];

const PLACEHOLDER = {
  code: "placeholder_suspected",
  text: "The vendor describes this endpoint as a placeholder; empty does not mean no requests.",
} as const;

function headline({ total }: RecentRequests, first: number, shown: number): string {
  if (shown === 0 && total !== null && total > 0)
    return `Offset ${first} is past the end: there are ${total} requests.`;
  if (shown === 0) return "The service listed no requests; that does not mean that there were none.";
  return `Requests ${first + 1} to ${first + shown}${total === null ? "" : ` of ${total}`}, in the service's order.`;
}

export default defineTool({
  name: "get_my_recent_requests",
  title: "My recent requests",
  description:
    "Lists the most recent single requests (calls) of this virtual key: time (UTC), model, provider, status, cost in US " +
    "dollars, tokens, latency in ms; savings: what the rows read could have saved (paid failures, repeats, caching, a " +
    "smaller model). Use it for individual calls: the last, a slow, a failed one. For totals use " +
    "get_usage_summary; by day get_daily_costs. The order is the service's; follow next to go on. The vendor calls this " +
    "endpoint a placeholder: an empty list is no proof that there were none.",
  modes: ["vk"],
  toolset: "analytics",
  effect: "read",
  input: z.strictObject({ limit: limit(100, 12), offset: offset() }),
  output: facts({ savings: savings.optional(), ...offsetListFields, rows: z.array(row) }),
  async run(args, { api, now }) {
    const answer = await api.recentRequests(args.limit, args.offset);
    const { rows, total } = answer.value;
    const found = await gatherSavings(api, rows);
    const notes = [...notesOnAnswer("The request list", answer), ...found.notes];
    const basis = plainBasis(now, rows.length === 0 ? SOURCE : [...SOURCE, "model_catalogue", "computed"], {
      degraded: answer.degraded,
      notes: rows.length === 0 ? [PLACEHOLDER, ...notes] : notes,
    });
    const isLast = total === null ? rows.length < args.limit : args.offset + rows.length >= total;
    const block = found.result === null ? {} : { savings: found.result };
    const frame = { headline: headline(answer.value, args.offset, rows.length), basis, ...block, total };
    const cut = cutByOffset(rows.map(toRow), { ...args, isLast, frame });
    return { ...frame, headline: headline(answer.value, args.offset, cut.returned), ...cut };
  },
});
