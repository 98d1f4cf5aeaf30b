import * as z from "zod";
import type { KeyBudgetStatus } from "../../api/resources/key-budget.ts";
import type { Answer } from "../../api/spend.ts";
import { buildBasis } from "../../finops/basis.ts";
import { basisBudget } from "../../finops/budget.ts";
import { daysToDate } from "../../finops/budget-window.ts";
import { type KeyBudgetFacts, keyBudget, keyBudgetWindow } from "../../finops/key-budget.ts";
import { resolveWindows } from "../../finops/window.ts";
import { analysis } from "../../gather/answer.ts";
import { budgetFields, budgetSentence, landingRange } from "../../gather/budget.ts";
import { notesOnFailures, part, requirePart } from "../../gather/part.ts";
import { gatherUsage } from "../../gather/usage.ts";
import { defineTool } from "../../tool/define.ts";
import { period } from "../../tool/params.ts";

const nullable = z.number().nullable();

function factsOf({ value: { key }, period: spentSpan }: Answer<KeyBudgetStatus>): KeyBudgetFacts | null {
  return key && { ...key, spentSpan };
}

export default defineTool({
  name: "get_my_budget",
  title: "My key's budget",
  description:
    "Tells how much budget this virtual key has left in US dollars and when it will run out: limit, spend since its " +
    "budget window began (UTC, with today), percent used against percent of time gone, daily allowance, run-out " +
    'dates with probability, and what happens when it is over (block or alert). Use it for "will the limit be hit ' +
    'before the reset". For plain spend use get_usage_summary. A limit of its agent or member stands beside it, ' +
    "never added. No budget set is said, never shown as 0.",
  modes: ["vk"],
  toolset: "policy",
  effect: "read",
  input: z.strictObject({ period: period("Window of the figures under reported, not of the budget") }),
  output: analysis({
    ...budgetFields,
    at_reset_usd: landingRange,
    budget_window: z.string().nullable(),
    action: z.string().nullable(),
    reported: z.strictObject({ period: z.string(), spent_usd: nullable }),
    entity_budget: z
      .strictObject({ budget_usd: nullable, spent_usd: nullable, used_pct: nullable, period: z.string() })
      .nullable(),
  }),
  async run(args, { api, now }) {
    const asked = args.period ?? "billing_cycle";
    const [statusPart, { windows, usage }] = await Promise.all([
      part("The budget", api.budgetStatus(asked)),
      gatherUsage(api, { period: "billing_cycle" }, now),
    ]);
    const status = requirePart(statusPart);
    const { key, entity } = status.value;
    const series = usage.status === "ok" ? usage.data : null;
    const facts = factsOf(status);
    const { result, notes } = keyBudget({ facts, degraded: status.degraded, series, now, scopeId: "key" });
    const window = keyBudgetWindow(facts, now);
    const spent = (usd: number | null) => (status.degraded && usd === 0 ? null : usd);
    return {
      headline: budgetSentence("This key's budget", result.use, result.outlook, key ?? { action: null }),
      basis: buildBasis({
        windows: window === null ? windows : resolveWindows({ ...daysToDate(window, now), now }),
        now,
        source: ["budget_status", ...(series === null ? [] : ["usage_series", "computed"])],
        degraded: status.degraded || (series?.degraded ?? false),
        compares: false,
        budget: basisBudget(result.use),
        notes: [...notes, ...notesOnFailures([usage])],
      }),
      ...result.use,
      run_out: result.outlook.run_out,
      at_reset_usd: result.outlook.landing_usd,
      budget_window: key?.window ?? null,
      action: key?.action ?? null,
      reported: { period: asked, spent_usd: spent(key?.spentUsd ?? null) },
      entity_budget: entity && {
        budget_usd: entity.budgetUsd,
        spent_usd: spent(entity.spentUsd),
        used_pct: status.degraded ? null : entity.usedPct,
        period: asked,
      },
    };
  },
});
