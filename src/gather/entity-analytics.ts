import * as z from "zod";
import type { ManagerApi } from "../api/manager.ts";
import type { EntityTotals } from "../api/resources/entity-analytics.ts";
import type { Answer, EntityFilter } from "../api/spend.ts";
import { buildBasis, type Note } from "../finops/basis.ts";
import { isAnyKnown } from "../finops/change.ts";
import { type EntityUsage, entityUsage } from "../finops/entity-usage.ts";
import { usdText } from "../finops/money.ts";
import type { Part } from "../finops/part.ts";
import { resolveWindows, type Windows } from "../finops/window.ts";
import { notFound } from "../tool/errors.ts";
import { analysis, change } from "./answer.ts";
import { ENTITY_SUBJECTS, existingEntity } from "./entity-list.ts";
import { isFailedWith, type NamedPart, notesOnFailures, part, requireAny } from "./part.ts";
import { changeSentence, windowText } from "./sentences.ts";
import { gatherSpan } from "./span-usage.ts";
import { trendSchema } from "./trend.ts";
import { asPart, gatherUsage } from "./usage.ts";

const nullable = z.number().nullable();

export const entityAnalysis = analysis({
  id: z.string(),
  total_cost_usd: nullable,
  lower_bound: z.boolean(),
  requests: nullable,
  tokens: nullable,
  share_of_workspace_pct: nullable,
  unit_costs: z.strictObject({ per_request_usd: nullable, per_1k_tokens_usd: nullable }),
  change: z.strictObject({
    ...{ cost: change, requests: change, tokens: change },
    current_cost_usd: nullable,
    previous_cost_usd: nullable,
    calendar_adjusted_pct: z.number().optional(),
  }),
  trend: trendSchema,
  days: z
    .strictObject({
      today_so_far_usd: nullable,
      yesterday_usd: nullable.optional(),
      avg_complete_usd: nullable,
      dates: z.array(z.string()),
      cost_usd: z.array(nullable),
    })
    .nullable(),
});

export type EntityPeriod = "24h" | "7d" | "30d";
const DAYS = { "24h": 1, "7d": 7, "30d": 30 } as const;

/** Two whole weeks and today: what the trend against the same weekdays takes. */
const TREND_HISTORY_DAYS = 14;

/**
 * What one agent, member or department used. Its own route and the daily series are asked side by side, because the route is
 * known to answer with placeholders and knows one window only.
 * @throws ToolError NOT_FOUND naming the kind of thing and the tool that lists it
 */
export async function entityAnswer(
  api: ManagerApi,
  entity: EntityFilter,
  period: EntityPeriod,
  now: Date,
): Promise<z.input<typeof entityAnalysis>> {
  const { total } = resolveWindows({ period, now });
  const [own, { windows, usage }, workspace] = await Promise.all([
    part(`The ${entity.type} analytics`, api.entityAnalytics(entity, DAYS[period])),
    gatherUsage(api, { period }, now, { entity, historyDays: TREND_HISTORY_DAYS, scopeStart: "first_use" }),
    gatherSpan(api, { from: total.from, to: total.to }, now, "The usage series of the workspace"),
  ]);
  const { result, notes } = entityUsage({
    windows,
    usage: asPart(usage),
    stated: totalsOf(own),
    workspace: asPart(workspace),
  });
  if (!result.hasEvidence) {
    const isUnknown = isFailedWith(own, "not_found") || isFailedWith(usage, "not_found");
    if (isUnknown) throw notFound(ENTITY_SUBJECTS[entity.type], entity.id);
    requireAny([own, usage]);
    notes.push(...(await proveExistence(api, entity)));
  }
  const { cost, requests, tokens } = result.usage.change;
  return {
    headline: headline(entity, result.usage, windows),
    basis: buildBasis({
      windows,
      now,
      source: sources(result.source, usage, workspace),
      degraded: [own, usage].some((each) => each.status === "ok" && each.degraded),
      notes: [...notes, ...notesOnFailures([workspace]), ...wordOn24h(windows)],
      compares: isAnyKnown({ cost, requests, tokens }),
    }),
    id: entity.id,
    ...result.usage,
  };
}

function totalsOf(own: NamedPart<Answer<EntityTotals>>): Part<EntityTotals> {
  return own.status === "ok"
    ? { status: "ok", data: own.data.value, degraded: own.degraded }
    : { status: "failed", reason: own.reason };
}

/** Zeros everywhere look the same for an idle entity and for an id that names nothing; only its list can tell. */
async function proveExistence(api: ManagerApi, entity: EntityFilter): Promise<Note[]> {
  const exists = await existingEntity(api, entity);
  if (exists === "no") throw notFound(ENTITY_SUBJECTS[entity.type], entity.id);
  if (exists === "yes") return [];
  const text = `No use is recorded, and the list of ${entity.type}s could not be read to its end: the id may name nothing.`;
  return [{ code: "sub_call_failed", text }];
}

function sources(totals: string, usage: NamedPart<unknown>, workspace: NamedPart<unknown>): string[] {
  return [totals, ...(usage.status === "ok" || workspace.status === "ok" ? ["usage_series"] : [])];
}

function wordOn24h({ period }: Windows): Note[] {
  if (period !== "24h") return [];
  const text = "24h is today so far in UTC, and yesterday apart; get_live_24h has the workspace's rolling 24 hours.";
  return [{ code: "window_mismatch", text }];
}

function headline({ type, id }: EntityFilter, usage: EntityUsage, windows: Windows): string {
  const name = `${type.slice(0, 1).toUpperCase()}${type.slice(1)} ${id}`;
  const compared = changeSentence(usage.change.cost, windows);
  if (windows.period === "24h") {
    const [today, yesterday] = [usdText(usage.total_cost_usd), usdText(usage.days?.yesterday_usd ?? null)];
    return `${name} cost ${today} today so far (${windows.today}, UTC, still open) and ${yesterday} yesterday; ${compared}.`;
  }
  const window = windowText(windows);
  if (usage.total_cost_usd === 0 && (usage.requests ?? 0) === 0) return `${name} has no usage recorded in ${window}.`;
  const least = usage.lower_bound ? "at least " : "";
  const share = usage.share_of_workspace_pct === null ? "" : `, ${usage.share_of_workspace_pct}% of the workspace`;
  return `${name} cost ${least}${usdText(usage.total_cost_usd)} in ${window}${share}; ${compared}.`;
}
