import * as z from "zod";
import { buildBasis, isFailedNote, type Note } from "../../finops/basis.ts";
import { diagnose } from "../../finops/diagnosis.ts";
import { analysis, change } from "../../gather/answer.ts";
import { causesSchema, toCauses } from "../../gather/cause-rows.ts";
import { gatherDiagnosis, MOST_CALLS, MOST_SERIES } from "../../gather/diagnosis.ts";
import { diagnosisHeadline } from "../../gather/diagnosis-headline.ts";
import { episodeSchema, todaySchema, toEpisode } from "../../gather/episode-rows.ts";
import { fullestThatFits } from "../../gather/fit-answer.ts";
import { moversSchema, moverTable } from "../../gather/mover-rows.ts";
import { requireAny } from "../../gather/part.ts";
import { countReads } from "../../gather/reads.ts";
import { HISTORY_DAYS } from "../../gather/workspace-budget.ts";
import { defineTool } from "../../tool/define.ts";
import { comparisonPeriod } from "../../tool/params.ts";

const nullable = z.number().nullable();
const usd = z.number();

/** Episodes are what the answer is about: rows of movers give way to them. */
const FORMS = [
  { episodes: 8, movers: 5 },
  { episodes: 8, movers: 3 },
  { episodes: 7, movers: 2 },
  { episodes: 6, movers: 1 },
  { episodes: 5, movers: 1 },
  { episodes: 3, movers: 1 },
];

function budgetNote(calls: number): Note {
  const text =
    `Only the workspace and at most ${MOST_SERIES} movers that stand out have their days checked, over ${HISTORY_DAYS} days; all ` +
    `other entities, models and master keys are compared by window (${calls} requests, at most ${MOST_CALLS}).`;
  return { code: "truncated_rows", text };
}

export default defineTool({
  name: "diagnose_cost_anomaly",
  title: "Diagnose cost anomaly",
  description:
    "Explains why spend (the bill) went up or down, or anything unusual going on: episodes of days outside " +
    "expectation (US dollars, 80% range, confidence), root causes, who drove it by department, agent, member, model " +
    "and key in the last 7 or 30 complete UTC days against as many before, and price, volume, mix. Use it for " +
    'anomalies: what caused the jump, "why did costs spike or increase". For one entity use compare_entity_periods; ' +
    "for the present split drill_down_spend. Largest impact first; today only alerts. Unread parts are named. Needs " +
    "read scope.",
  modes: ["manager"],
  toolset: "finops",
  effect: "read",
  input: z.strictObject({ period: comparisonPeriod() }),
  output: analysis({
    episodes: z.array(episodeSchema),
    more_episodes: z.int(),
    change: z.strictObject({
      current_usd: nullable,
      previous_usd: nullable,
      delta_usd: nullable,
      ...change.shape,
      calendar_adjusted_pct: usd.optional(),
    }),
    causes: causesSchema.nullable(),
    movers: z.record(z.string(), moversSchema),
    price_volume_mix: z
      .strictObject({
        volume_usd: usd,
        mix_usd: usd,
        tokens_per_request_usd: usd.optional(),
        price_usd: usd.optional(),
        cost_per_request_usd: usd.optional(),
        largest_price_move: z.strictObject({ model: z.string(), usd, pct: usd }).optional(),
        entered_usd: usd,
        left_usd: usd,
        credits_usd: usd.optional(),
        unattributed_usd: usd,
        total_delta_usd: usd,
      })
      .nullable(),
    checked: z.strictObject({ days: z.int().nullable(), entities: z.int(), not_judged: z.int() }),
    today_alert: todaySchema,
  }),
  async run({ period = "7d" }, { api, now, progress }) {
    const read = countReads(progress, MOST_CALLS);
    const { windows, input, usage, parts, gaps } = await gatherDiagnosis(api, { period, now, read });
    requireAny(parts);
    return fullestThatFits(FORMS, (limits) => {
      const { result, notes } = diagnose({ ...input, limits });
      return {
        headline: diagnosisHeadline(result, windows),
        basis: buildBasis({
          windows,
          now,
          source: [...(usage.status === "ok" ? ["usage_series"] : []), "cost_breakdown", "model_rows", "computed"],
          degraded: parts.some((each) => each.status === "ok" && each.degraded),
          notes: [...notes.filter((note) => !isFailedNote(note)), ...gaps, budgetNote(read.count())],
        }),
        ...result,
        episodes: result.episodes.map(toEpisode),
        causes: result.causes && toCauses(result.causes),
        movers: Object.fromEntries(
          Object.entries(result.movers).map(([name, each]) => [name, moverTable(each, name, input.checks)]),
        ),
      };
    });
  },
});
