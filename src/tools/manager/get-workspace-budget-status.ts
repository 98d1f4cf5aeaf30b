import * as z from "zod";
import { buildBasis } from "../../finops/basis.ts";
import { basisBudget } from "../../finops/budget.ts";
import { resolveWindows } from "../../finops/window.ts";
import { policySpan } from "../../finops/workspace-budget.ts";
import { analysis } from "../../gather/answer.ts";
import { budgetFields, budgetSentence, landingRange } from "../../gather/budget.ts";
import { keyCaps } from "../../gather/key-caps.ts";
import { notesOnFailures, plainPart, requireAny } from "../../gather/part.ts";
import { gatherHistory, gatherWorkspaceBudget } from "../../gather/workspace-budget.ts";
import { defineTool } from "../../tool/define.ts";

const nullable = z.number().nullable();
const day = z.string().nullable();

export default defineTool({
  name: "get_workspace_budget_status",
  title: "Workspace budget status",
  description:
    "Tells whether the workspace stays within its budget (the company's), or is over it: US dollars spent since its " +
    "window began and left until its end, percent used against percent of time gone, daily allowance, alert lines, " +
    'when money will run out at this pace, and a forecast of the end (P10-P90). Use it for "are we on track, will we ' +
    'blow it". For one key use list_virtual_keys; to change it set_budget_policy. UTC, today included. Department ' +
    "and key limits act independently. No budget is said, never 0. Needs read scope.",
  modes: ["manager"],
  toolset: "policy",
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
    const [budget, caps] = await Promise.all([
      gatherWorkspaceBudget(api, gatherHistory(api, now), now),
      plainPart("The list of keys", keyCaps(api)),
    ]);
    const { policyPart, policy, usage, notes } = budget;
    requireAny([policyPart, usage]);
    const { use, outlook, thresholds } = budget.result;
    return {
      headline: budgetSentence("Workspace budget", use, outlook, policy ?? { action: null }),
      basis: buildBasis({
        windows: resolveWindows({ ...policySpan(policy, now), now }),
        now,
        source: ["budget_policy", "usage_series", "computed"].filter((_, index) => index !== 0 || policy !== null),
        degraded: usage.status === "ok" && usage.degraded,
        compares: false,
        budget: basisBudget(use),
        notes: [
          ...notes,
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
