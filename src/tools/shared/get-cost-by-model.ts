import * as z from "zod";
import { buildBasis } from "../../finops/basis.ts";
import { costByModel, type ModelCosts } from "../../finops/by-model.ts";
import { dayOf } from "../../finops/day.ts";
import { usdText } from "../../finops/money.ts";
import { exactly, sumSpan } from "../../finops/usage-sum.ts";
import { resolveWindows, type Windows } from "../../finops/window.ts";
import { analysis, change } from "../../gather/answer.ts";
import type { OtherWindow } from "../../gather/asked-window.ts";
import { costTableFields } from "../../gather/cost-table.ts";
import { gatherModelComparison, gatherModels, NO_COMPARISON } from "../../gather/model-costs.ts";
import { notesOnFailures, requirePart } from "../../gather/part.ts";
import { chooseWindow } from "../../gather/request.ts";
import { windowText } from "../../gather/sentences.ts";
import { gatherUsage } from "../../gather/usage.ts";
import { gatherWhatIf, whatIf } from "../../gather/what-if.ts";
import { defineTool } from "../../tool/define.ts";
import { explicitSpan, limit, period } from "../../tool/params.ts";

const nullable = z.number().nullable();
const model = z.strictObject({
  provider: z.string().nullable(),
  model: z.string(),
  cost_usd: nullable,
  share_pct: nullable,
  requests: nullable,
  tokens: nullable,
  cost_per_request_usd: nullable,
  cost_per_1m_tokens_usd: nullable,
  change,
  flags: z.array(z.enum(["zero_priced", "cost_without_requests"])),
});

function headline(costs: ModelCosts, windows: Windows, other: OtherWindow | null): string {
  const { models, total_cost_usd, top_share_pct, lower_bound } = costs;
  const [top] = models;
  if (total_cost_usd === null) return `What was spent by model in ${windowText(windows)} is not known.`;
  const spend = `${lower_bound ? "at least " : ""}${usdText(total_cost_usd)}`;
  if (top === undefined && total_cost_usd > 0)
    return `Spend was ${spend} in ${windowText(windows)}; no model is named.`;
  if (top === undefined) return `No model was used in ${windowText(windows)}.`;
  if (other !== null)
    return `Spend was ${spend} in ${windowText(windows)}; the models are told for ${other.text}, the largest is ${top.model}: ${usdText(top.cost_usd)}.`;
  const share = top_share_pct === null ? "" : `, ${top_share_pct}%`;
  return `Spend was ${spend} in ${windowText(windows)}; the largest model is ${top.model}: ${usdText(top.cost_usd)}${share}.`;
}

export default defineTool({
  name: "get_cost_by_model",
  title: "Cost by model",
  description:
    "Splits LLM spend by model (a cost breakdown), largest first: US dollars, share in percent, requests, tokens, " +
    "average cost per request and per million tokens of each model, change. Use it to see how spend is shared " +
    "between models, or which model is most expensive or took most of the money. Rows plus other plus unattributed " +
    "are the total; null is unknown. For list prices use list_available_models; for teams drill_down_spend. UTC, " +
    "today included; changes compare complete days; a virtual key gets none, and only the windows of period.",
  modes: ["vk", "manager"],
  toolset: "core",
  effect: "read",
  input: z.strictObject({
    period: period(),
    ...explicitSpan(),
    limit: limit(50, 8, "Models to show; the rest is summed as other"),
  }),
  output: analysis({ ...costTableFields, top_share_pct: nullable, models: z.array(model), what_if: whatIf.optional() }),
  async run(args, { api, now }) {
    const choice = chooseWindow(args, "billing_cycle", now);
    const today = dayOf(now);
    const isCycle = "period" in choice && choice.period === "billing_cycle";
    const fixed = isCycle ? null : resolveWindows({ ...choice, now });
    const gathered = gatherUsage(api, choice, now);
    const resolved = gathered.then(({ windows }) => windows);
    const [{ windows, usage }, { models, other }, early] = await Promise.all([
      gathered,
      gatherModels(api, fixed, resolved, today),
      fixed === null ? null : gatherModelComparison(api, fixed, today),
    ]);
    const answer = requirePart(models);
    const comparison = early ?? (fixed === null ? await gatherModelComparison(api, windows, today) : null);
    const alternatives = await gatherWhatIf(api, answer.value);
    const series = usage.status === "ok" ? usage.data : null;
    const { result, notes } = costByModel({
      rows: answer.value,
      degraded: answer.degraded,
      otherWindow: other?.note,
      total: series && exactly(sumSpan(series, windows.total).cost),
      ...(comparison && { comparison }),
      limit: args.limit,
    });
    return {
      headline: headline(result, windows, other),
      basis: buildBasis({
        windows,
        now,
        source: usage.status === "ok" ? ["model_rows", "usage_series"] : ["model_rows"],
        degraded: answer.degraded,
        notes: [
          ...notes,
          ...notesOnFailures([usage]),
          ...(series?.notes ?? []),
          ...(api.mode === "vk" ? [NO_COMPARISON] : []),
          ...alternatives.notes,
        ],
        compares: comparison !== null || windows.isLongCycle,
      }),
      ...result,
      what_if: alternatives.rows.length > 0 ? [...alternatives.rows] : undefined,
    };
  },
});
