import * as z from "zod";
import type { EntityFilter } from "../../api/spend.ts";
import { buildBasis, isFailedNote } from "../../finops/basis.ts";
import { type DrillDown, drillDown } from "../../finops/drill-down.ts";
import { analysis, change } from "../../gather/answer.ts";
import { type Children, childrenOf, childrenSchema } from "../../gather/children.ts";
import { costTableFields } from "../../gather/cost-table.ts";
import { DIMENSIONS, type DimensionName } from "../../gather/dimension.ts";
import { firstLevel, type GatheredDrillDown, gatherDrillDown } from "../../gather/drill-down.ts";
import { childSentence, drillDownHeadline } from "../../gather/drill-down-headline.ts";
import { fullestThatFits, MOST_BYTES } from "../../gather/fit-answer.ts";
import { notesOnFailures } from "../../gather/part.ts";
import { countReads } from "../../gather/reads.ts";
import { chooseWindow } from "../../gather/request.ts";
import { shortName } from "../../gather/short-name.ts";
import { defineTool } from "../../tool/define.ts";
import { explicitSpan, limit, period, uuid } from "../../tool/params.ts";

const nullable = z.number().nullable();
const row = z.strictObject({
  id: z.string(),
  name: z.string().optional(),
  cost_usd: nullable,
  share_pct: nullable,
  cumulative_pct: nullable,
  requests: nullable,
  change,
});

/** Models and master keys have no series and no owner that could be read below them. */
const NO_SECOND_LEVEL: Children = {
  status: "none",
  reason: "There is no second level below a model or a master key; use dimension department, agent or member.",
};

function toRow({ id, name, ...figures }: DrillDown["rows"][number]): z.input<typeof row> {
  return { id, ...(name !== null && !id.endsWith(name) && { name: shortName(name) }), ...figures };
}

const USUAL_ROWS = 10;

/** As many rows as asked for, or the most that fit. */
function formsUpTo(limit: number): number[] {
  return [limit, 40, 35, 30, 25, 20, 15, 10, 6, 3].filter((rows) => rows <= limit);
}

/** The answer with a number of rows per level. */
function answerWith(rows: number, gathered: GatheredDrillDown, { dimension, id, entity, now }: Asked) {
  const { windows, usage, level, comparison, other } = gathered;
  const degraded = level.list.status === "ok" && level.list.degraded;
  const first = drillDown({ ...firstLevel(gathered), limit: rows });
  const below = entity && childrenOf(entity, gathered, { now, limit: rows });
  const inBrief = entity && below && childSentence(entity.type, below.children, first.result);
  const hasUsage = usage.status === "ok";
  return {
    headline: drillDownHeadline(dimension, first.result, { windows, other }, inBrief),
    basis: buildBasis({
      windows,
      now,
      source: [dimension === "model" ? "model_rows" : "cost_breakdown", ...(hasUsage ? ["usage_series"] : [])],
      degraded: degraded || (hasUsage && usage.degraded),
      notes: [
        ...first.notes.filter((note) => !isFailedNote(note)),
        ...(below?.notes ?? []),
        ...(hasUsage ? usage.data.notes : []),
        ...notesOnFailures([usage, ...(comparison ? [comparison.current, comparison.previous] : [])]),
      ],
      compares: comparison !== null || windows.isLongCycle,
    }),
    ...first.result,
    rows: first.result.rows.map(toRow),
    children: id === undefined ? null : (below?.children ?? NO_SECOND_LEVEL),
  };
}

interface Asked {
  readonly dimension: DimensionName;
  readonly id: string | undefined;
  readonly entity: EntityFilter | null;
  readonly now: Date;
}

export default defineTool({
  name: "drill_down_spend",
  title: "Drill down into spend",
  description:
    "Splits (breaks down) the workspace's spend by department, agent, member, model or master key and ranks the top " +
    "spenders, largest first: US dollars, share and running share, requests, change on complete days. Use it for " +
    "which department spends the most, or people responsible for the bill. Rows plus other plus unattributed are the " +
    "total; null is unknown. entity_id shows one row inside: a department by agents and members, agents and members " +
    "by days. For model prices use get_cost_by_model; for why it moved diagnose_cost_anomaly. UTC, today included. " +
    "Needs read scope.",
  modes: ["manager"],
  toolset: "finops",
  effect: "read",
  input: z.strictObject({
    dimension: z.enum(DIMENSIONS).describe(`What to split by: ${DIMENSIONS.join(", ")}.`),
    entity_id: uuid("row", "an earlier answer")
      .optional()
      .describe("Row to go into (no model or master key): its id, a UUID from drill_down_spend. Default none."),
    period: period(),
    ...explicitSpan(),
    limit: limit(50, USUAL_ROWS, "Rows to show; the rest is summed as other"),
  }),
  output: analysis({ ...costTableFields, rows: z.array(row), children: childrenSchema.nullable() }),
  async run({ dimension, entity_id: id, ...args }, { api, now, progress }) {
    const canGoBelow = dimension !== "model" && dimension !== "master_key";
    const entity: EntityFilter | null = id !== undefined && canGoBelow ? { type: dimension, id } : null;
    const request = { dimension, choice: chooseWindow(args, "billing_cycle", now), entity };
    const gathered = await gatherDrillDown(api, request, now, countReads(progress, entity === null ? 3 : 5));
    const forms = formsUpTo(args.limit);
    const aim = args.limit > USUAL_ROWS ? MOST_BYTES : undefined;
    return fullestThatFits(forms, (rows) => answerWith(rows, gathered, { dimension, id, entity, now }), aim);
  },
});
