import * as z from "zod";
import { buildBasis, spanText } from "../../finops/basis.ts";
import { changeText } from "../../finops/change.ts";
import { compareEntity, type EntityComparison } from "../../finops/entity-comparison.ts";
import { signedUsdText, usdText } from "../../finops/money.ts";
import type { Windows } from "../../finops/window.ts";
import { analysis, change } from "../../gather/answer.ts";
import { ENTITY_SUBJECTS, lookUpEntity } from "../../gather/entity-list.ts";
import { isFailedWith, notesOnFailures, requirePart } from "../../gather/part.ts";
import { countReads } from "../../gather/reads.ts";
import { quoted, shortName } from "../../gather/short-name.ts";
import { gatherUsage } from "../../gather/usage.ts";
import { defineTool } from "../../tool/define.ts";
import { notFound } from "../../tool/errors.ts";
import { comparisonPeriod, uuid } from "../../tool/params.ts";

const nullable = z.number().nullable();
const figures = z.strictObject({
  cost_usd: nullable,
  requests: nullable,
  tokens: nullable,
  cost_per_request_usd: nullable,
  cost_per_1k_tokens_usd: nullable,
});

/** Both windows and the 56 days before them, from which the usual range is forecast. */
const HISTORY_DAYS = { "7d": 14 + 56, "30d": 60 + 56 };

function headline(who: string, result: EntityComparison, { current, previous }: Windows): string {
  const window = `${current === null ? "no complete day" : spanText(current)} (complete days, UTC)`;
  const spent = `${who} spent ${usdText(result.current.cost_usd)} in ${window}`;
  const before = previous === null ? "" : ` ${usdText(result.previous.cost_usd)} in ${spanText(previous)}`;
  return `${spent}, against${before}: ${changeText(result.change.cost)}${why(result)}; ${verdict(result)}.`;
}

function why({ split, delta_usd: delta }: EntityComparison): string {
  if (split.volume_usd === null || delta === null || delta === 0) return "";
  return ` (${signedUsdText(split.volume_usd)} by number of requests, ${signedUsdText(split.unit_cost_usd)} by cost per request)`;
}

function verdict({ unusual, usual_range_usd: usual }: EntityComparison): string {
  if (unusual === "unknown") return "whether that is unusual for it cannot be told";
  if (usual === null) return unusual === "high" ? "it had no spend at all before" : "as in all the days before";
  const range = `its usual range of ${usdText(usual.low)} to ${usdText(usual.high)}`;
  return {
    high: `that is unusually high, above ${range}`,
    low: `that is unusually low, below ${range}`,
    no: `that is within ${range}`,
  }[unusual];
}

export default defineTool({
  name: "compare_entity_periods",
  title: "Compare periods of one entity",
  description:
    "Compares one agent, member or department (team) with itself: US dollars, requests, tokens and unit costs of the " +
    "last 7 or 30 complete UTC days against the previous ones (the week or month before that), the change split into " +
    'volume and cost per request, and whether spend is unusually high given the weeks before. Use it for "did this ' +
    'team spend more than before". For one window use get_agent_analytics, get_member_analytics or ' +
    "get_department_analytics; for the whole workspace diagnose_cost_anomaly. Today is never compared; null is " +
    "unknown. Needs read scope.",
  modes: ["manager"],
  toolset: "finops",
  effect: "read",
  input: z.strictObject({
    entity_type: z.enum(["agent", "member", "department"]).describe("What to compare: agent, member or department."),
    entity_id: uuid("entity", "list_agents, list_members or list_departments").describe(
      "Its id (UUID); from list_agents, list_members or list_departments; or from a row of drill_down_spend.",
    ),
    period: comparisonPeriod(),
  }),
  output: analysis({
    entity: z.strictObject({ type: z.string(), id: z.string(), name: z.string().optional() }),
    current: figures,
    previous: figures,
    delta_usd: nullable,
    change: z.strictObject({ cost: change, requests: change, tokens: change, cost_per_request: change }),
    split: z.strictObject({ volume_usd: nullable, unit_cost_usd: nullable }),
    unusual: z.enum(["high", "low", "no", "unknown"]),
    usual_range_usd: z.strictObject({ low: z.number(), expected: z.number(), high: z.number() }).nullable(),
    today_so_far_usd: nullable,
    calendar_adjusted_pct: z.number().optional(),
  }),
  async run({ entity_type: type, entity_id: id, period = "7d" }, { api, now, progress }) {
    const entity = { type, id };
    const read = countReads(progress, 2);
    const options = { entity, historyDays: HISTORY_DAYS[period], scopeStart: "first_use" as const };
    const [{ windows, usage }, listed] = await Promise.all([
      read("daily usage", gatherUsage(api, { period }, now, options)),
      read("name", lookUpEntity(api, entity)),
    ]);
    if (isFailedWith(usage, "not_found")) throw notFound(ENTITY_SUBJECTS[type], id);
    const series = requirePart(usage);
    const isUsed = series.days.some(({ costMicro, requests }) => (costMicro ?? 0) !== 0 || (requests ?? 0) > 0);
    if (listed.exists === "no" && !isUsed) throw notFound(ENTITY_SUBJECTS[type], id);
    const { result, notes } = compareEntity(windows, series);
    const name = listed.name === null ? {} : { name: shortName(listed.name) };
    return {
      headline: headline(
        quoted(
          type.replace(/^./, (letter) => letter.toUpperCase()),
          { id, ...name },
        ),
        result,
        windows,
      ),
      basis: buildBasis({
        windows,
        now,
        source: ["usage_series", "computed"],
        degraded: series.degraded,
        notes: [...notes, ...notesOnFailures([listed.list])],
      }),
      entity: { ...entity, ...name },
      ...result,
    };
  },
});
