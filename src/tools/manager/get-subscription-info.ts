import * as z from "zod";
import type { Subscription } from "../../api/resources/subscription.ts";
import { type Day, dayOf, daysBetween } from "../../finops/day.ts";
import { addKnown, usdText } from "../../finops/money.ts";
import { facts, plainBasis } from "../../gather/answer.ts";
import { notesOnAnswer } from "../../gather/service-remark.ts";
import { defineTool } from "../../tool/define.ts";
import { word } from "../../tool/quote.ts";

const output = facts({
  plan: z.string().optional(),
  status: z.string().optional(),
  billing_period: z.string().optional(),
  base_price_usd: z.number().optional(),
  cycle: z.strictObject({ from: z.string().optional(), to: z.string().optional(), days_left: z.int().optional() }),
  trial_ends_at: z.string().optional(),
  cancels_at_cycle_end: z.boolean().optional(),
  virtual_keys: z.strictObject({
    active: z.number().optional(),
    limit: z.number().optional(),
    base_limit: z.number().optional(),
  }),
  logged_requests: z.strictObject({ this_month: z.number().optional(), monthly_limit: z.number().optional() }),
  usage: z.strictObject({
    master_keys: z.number().optional(),
    agents: z.number().optional(),
    members: z.number().optional(),
    departments: z.number().optional(),
  }),
});

function headline({ plan, status, billingPeriod, basePriceUsd, periodEnd }: Subscription, keys: string): string {
  const name = `The workspace is on ${plan === null ? "a plan that was not reported" : `the ${word(plan)} plan`}`;
  const state = status === null ? "" : ` (${word(status)})`;
  const price =
    basePriceUsd === null
      ? ""
      : `, base price ${usdText(basePriceUsd)}${billingPeriod ? ` ${word(billingPeriod)}` : ""}`;
  return `${name}${state}${price}${keys}${periodEnd === null ? "" : `; the cycle ends on ${periodEnd}`}.`;
}

function daysLeft(end: Day | null, today: Day): number | undefined {
  return end === null || end < today ? undefined : daysBetween(today, end);
}

export default defineTool({
  name: "get_subscription_info",
  title: "Subscription",
  description:
    "Returns the workspace's Alephant subscription: plan, status, base price in US dollars, start and end of the " +
    "billing cycle with days left (UTC), limits of virtual keys and of logged requests, and the use of each. Use it " +
    "for the plan one is on, what Alephant itself charges each month, when it renews, or how many more keys may be " +
    "created under it. The price is the fee for the service; for spend on models use get_usage_summary; for spending " +
    "limits get_workspace_budget_status. A missing field was not reported. Needs read scope.",
  modes: ["manager"],
  toolset: "policy",
  effect: "read",
  input: z.strictObject({}),
  output,
  async run(_args, { api, now }) {
    const answer = await api.subscription();
    const { value: plan, degraded } = answer;
    const { usage } = plan;
    const limit = addKnown(plan.baseKeyLimit, plan.extraKeys);
    const active = usage?.virtualKeys ?? null;
    const keys = active === null ? "" : `; ${active}${limit === null ? "" : ` of ${limit}`} virtual keys are in use`;
    return {
      headline: headline(plan, keys),
      basis: plainBasis(now, ["subscription"], { degraded, notes: notesOnAnswer("The subscription", answer) }),
      plan: plan.plan ?? undefined,
      status: plan.status ?? undefined,
      billing_period: plan.billingPeriod ?? undefined,
      base_price_usd: plan.basePriceUsd ?? undefined,
      cycle: {
        from: plan.periodStart ?? undefined,
        to: plan.periodEnd ?? undefined,
        days_left: daysLeft(plan.periodEnd, dayOf(now)),
      },
      trial_ends_at: plan.trialEndsAt ?? undefined,
      cancels_at_cycle_end: plan.cancelsAtPeriodEnd ?? undefined,
      virtual_keys: {
        active: active ?? undefined,
        limit: limit ?? undefined,
        base_limit: plan.baseKeyLimit ?? undefined,
      },
      logged_requests: { this_month: usage?.requestsThisMonth ?? undefined, monthly_limit: plan.logLimit ?? undefined },
      usage: {
        master_keys: usage?.masterKeys ?? undefined,
        agents: usage?.agents ?? undefined,
        members: usage?.members ?? undefined,
        departments: usage?.departments ?? undefined,
      },
    };
  },
});
