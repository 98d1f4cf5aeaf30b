import * as z from "zod";
import { buildBasis } from "../../finops/basis.ts";
import { basisBudget } from "../../finops/budget.ts";
import { dayOf, daysBetween } from "../../finops/day.ts";
import { resolveWindows } from "../../finops/window.ts";
import { policySpan, workspaceBudget } from "../../finops/workspace-budget.ts";
import { analysis } from "../../gather/answer.ts";
import { budgetFields, budgetSentence, landingRange } from "../../gather/budget.ts";
import { keyCaps } from "../../gather/key-caps.ts";
import { notesOnFailures, plainPart, requireAny } from "../../gather/part.ts";
import { gatherUsage } from "../../gather/usage.ts";
import { defineTool } from "../../tool/define.ts";

const nullable = z.number().nullable();
const day = z.string().nullable();

/** What a forecast needs at most; longer budget windows are read on top of it. */
const HISTORY_DAYS = 90;

export default defineTool({
  name: "get_workspace_budget_status",
  title: "Workspace budget status",
  description:
    "Tells whether the workspace is on budget: spend in US dollars since the budget window began, percent used against percent " +
    "of time gone, daily allowance, alert lines and when each is crossed, run-out dates with probability, and the landing range " +
    "(P10, P50, P90) at the window's end. Use it for \"will we stay on budget\". One key's budget is in list_virtual_keys. " +
    "Workspace, department and key limits act independently; the sum of key caps is information, not a budget.",
  modes: ["manager"],
  effect: "read",
  input: z.strictObject({}),
  output: analysis({
    ...budgetFields,
    at_period_end_usd: landingRange,
    budget_variance_usd: nullable,
    needed_change_pct: nullable,
    action: z.string().nullable(),
    thresholds: z.array(z.strictObject({ pct: z.number(), line_usd: z.number(), crossed_on: day, expected_on: day })),
    sum_of_key_caps_usd: nullable,
  }),
  async run(_args, { api, now }) {
    const today = dayOf(now);
    const [policyPart, recent, caps] = await Promise.all([
      plainPart("The budget policy", api.budgetPolicy()),
      gatherUsage(api, { period: "7d" }, now, { historyDays: HISTORY_DAYS }),
      plainPart("The list of keys", keyCaps(api)),
    ]);
    requireAny([policyPart, recent.usage]);
    const policy = policyPart.status === "ok" && policyPart.data.config !== null ? policyPart.data : null;
    const span = policySpan(policy, now);
    const windowDays = daysBetween(span.from, today);
    const isLong = windowDays > HISTORY_DAYS;
    const { usage } = isLong ? await gatherUsage(api, { period: "7d" }, now, { historyDays: windowDays }) : recent;
    const series = usage.status === "ok" ? usage.data : null;
    const { result, notes } = workspaceBudget({ policy, series, now, scopeId: "workspace" });
    const { use, outlook, thresholds } = result;
    const missing = policyPart.status === "ok" && policy === null;
    return {
      headline: budgetSentence("Workspace budget", use, outlook, policy?.action ?? null),
      basis: buildBasis({
        windows: resolveWindows({ ...span, now }),
        now,
        source: ["budget_policy", "usage_series", "computed"].filter((_, index) => index !== 0 || policy !== null),
        degraded: series?.degraded ?? false,
        compares: false,
        budget: basisBudget(use),
        notes: [
          ...notes,
          ...(missing ? [{ code: "sub_call_failed" as const, text: "The service returned no budget policy." }] : []),
          ...notesOnFailures([policyPart, usage, caps]),
          ...(caps.status === "ok" ? caps.data.notes : []),
        ],
      }),
      ...use,
      run_out: outlook.run_out,
      at_period_end_usd: outlook.landing_usd,
      budget_variance_usd: outlook.budget_variance_usd,
      needed_change_pct: outlook.needed_change_pct,
      action: policy?.action ?? null,
      thresholds,
      sum_of_key_caps_usd: caps.status === "ok" ? caps.data.sumUsd : null,
    };
  },
});
