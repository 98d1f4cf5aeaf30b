import * as z from "zod";
import type { EntityFilter } from "../../api/spend.ts";
import { buildBasis } from "../../finops/basis.ts";
import { type DrillDown, drillDown } from "../../finops/drill-down.ts";
import { usdText } from "../../finops/money.ts";
import { exactly, sumSpan } from "../../finops/usage-sum.ts";
import type { Windows } from "../../finops/window.ts";
import { analysis, change } from "../../gather/answer.ts";
import { type Children, childrenOf, childrenSchema, childSentence } from "../../gather/children.ts";
import { costTableFields } from "../../gather/cost-table.ts";
import { DIMENSIONS, type DimensionName } from "../../gather/dimension.ts";
import { gatherDrillDown } from "../../gather/drill-down.ts";
import { fullestThatFits } from "../../gather/fit-answer.ts";
import { notesOnFailures } from "../../gather/part.ts";
import { countReads } from "../../gather/reads.ts";
import { chooseWindow } from "../../gather/request.ts";
import { windowText } from "../../gather/sentences.ts";
import { quoted, shortName } from "../../gather/short-name.ts";
import { asPart } from "../../gather/usage.ts";
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

function headline(dimension: DimensionName, first: DrillDown, windows: Windows, below: string | null): string {
  const least = first.lower_bound ? "at least " : "";
  const spend = `Spend was ${least}${usdText(first.total_cost_usd)} in ${windowText(windows)}`;
  const [top] = first.rows;
  if (below !== null) return `${spend}; ${below}.`;
  if (!top || top.cost_usd === 0) return `${spend}; no ${dimension.replace("_", " ")} had any.`;
  const share = top.share_pct === null ? "" : ` (${top.share_pct}%)`;
  return `${spend}; ${quoted(dimension, top)} took most, ${usdText(top.cost_usd)}${share}, of ${first.listing.total} in all.`;
}

export default defineTool({
  name: "drill_down_spend",
  title: "Drill down into spend",
  description:
    "Splits the workspace's spend by one dimension, largest first: US dollars, share, running share, requests and change per row; rows " +
    "plus other plus unattributed are the total. With entity_id it goes one level below: the agents (and members) of a " +
    "department, or the days of an agent or member, reconciled with the row. Use it to find whose money it is. For models " +
    "with unit prices use get_cost_by_model; for why spend moved diagnose_cost_anomaly. Changes compare complete days only.",
  modes: ["manager"],
  effect: "read",
  input: z.strictObject({
    dimension: z.enum(DIMENSIONS).describe(`What to split by: ${DIMENSIONS.join(", ")}.`),
    entity_id: uuid("row", "an earlier answer")
      .optional()
      .describe("Department, agent or member to go below: the id (UUID) of its row. Default none."),
    period: period(),
    ...explicitSpan(),
    limit: limit(50, 10, "Rows to show; the rest is summed as other"),
  }),
  output: analysis({ ...costTableFields, rows: z.array(row), children: childrenSchema.nullable() }),
  async run({ dimension, entity_id: id, ...args }, { api, now, progress }) {
    const canGoBelow = dimension !== "model" && dimension !== "master_key";
    const entity: EntityFilter | null = id !== undefined && canGoBelow ? { type: dimension, id } : null;
    const request = { dimension, choice: chooseWindow(args, "billing_cycle", now), entity };
    const gathered = await gatherDrillDown(api, request, now, countReads(progress, entity === null ? 3 : 5));
    const { windows, usage, list, level, comparison } = gathered;
    const total = usage.status === "ok" ? exactly(sumSpan(usage.data, windows.total).cost) : null;
    const degraded = level.list.status === "ok" && level.list.degraded;
    return fullestThatFits(
      [args.limit, 25, 15, 10, 6, 3].filter((rows) => rows <= args.limit),
      (rows) => {
        const compared = comparison && { current: asPart(comparison.current), previous: asPart(comparison.previous) };
        const first = drillDown({ list, degraded, total, ...(compared && { comparison: compared }), limit: rows });
        const below = entity && childrenOf(entity, gathered, { now, limit: rows });
        const failed = [usage, ...(comparison ? [comparison.current, comparison.previous] : [])];
        return {
          headline: headline(
            dimension,
            first.result,
            windows,
            entity && below && childSentence(entity.type, below.children, first.result),
          ),
          basis: buildBasis({
            windows,
            now,
            source: [
              dimension === "model" ? "model_rows" : "cost_breakdown",
              ...(usage.status === "ok" ? ["usage_series"] : []),
            ],
            degraded: degraded || (usage.status === "ok" && usage.degraded),
            notes: [
              ...first.notes.filter(({ code }) => code !== "sub_call_failed"),
              ...(below?.notes ?? []),
              ...notesOnFailures(failed),
            ],
            compares: comparison !== null,
          }),
          ...first.result,
          rows: first.result.rows.map(toRow),
          children: id === undefined ? null : (below?.children ?? NO_SECOND_LEVEL),
        };
      },
    );
  },
});
