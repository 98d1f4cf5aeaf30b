import type { Answer } from "../answer.ts";
import { answer, payloadRow } from "../envelope.ts";
import type { Http } from "../http.ts";
import { path } from "../path.ts";
import type { Payload } from "../payload.ts";
import type { Row } from "../row.ts";

export interface Subscription {
  plan: string | null;
  status: string | null;
  /** `monthly`, `yearly` or `unknown(…)`. */
  billingPeriod: string | null;
  basePriceUsd: number | null;
  baseKeyLimit: number | null;
  extraKeys: number | null;
  /** Logged requests per month. */
  logLimit: number | null;
  /** YYYY-MM-DD. */
  periodStart: string | null;
  periodEnd: string | null;
  trialEndsAt: string | null;
  cancelsAtPeriodEnd: boolean | null;
  usage: SubscriptionUsage | null;
}

export interface SubscriptionUsage {
  masterKeys: number | null;
  virtualKeys: number | null;
  agents: number | null;
  members: number | null;
  departments: number | null;
  requestsThisMonth: number | null;
}

export async function readSubscription(http: Http): Promise<Answer<Subscription>> {
  return parseSubscription(await http.get(path`/api/v1/subscriptions/current`));
}

const KNOWN = ["tier", "plan", "status", "billingPeriod", "currentPeriodStart", "billingCycleStart", "baseVkLimit"];
const STATUSES = ["active", "trialing", "past_due", "canceled", "expired"];

export function parseSubscription(payload: Payload): Answer<Subscription> {
  const row = payloadRow(payload, KNOWN);
  const usage = row.row("usage");
  return answer(
    {
      plan: row.text("tier", "plan"),
      status: row.word(STATUSES, "status"),
      billingPeriod: row.word(["monthly", "yearly"], "billingPeriod"),
      basePriceUsd: row.cents("basePriceCents"),
      baseKeyLimit: row.nonNegative("baseVkLimit"),
      extraKeys: row.nonNegative("extraVkCount"),
      logLimit: row.nonNegative("logLimit"),
      periodStart: row.day("currentPeriodStart", "billingCycleStart"),
      periodEnd: row.day("currentPeriodEnd", "billingCycleEnd"),
      trialEndsAt: row.instant("trialEndsAt"),
      cancelsAtPeriodEnd: row.flag("cancelAtPeriodEnd"),
      usage: usage && readCounts(usage),
    },
    row,
  );
}

function readCounts(row: Row): SubscriptionUsage {
  return {
    masterKeys: row.nonNegative("masterKeys"),
    virtualKeys: row.nonNegative("virtualKeys"),
    agents: row.nonNegative("agents"),
    members: row.nonNegative("members"),
    departments: row.nonNegative("departments"),
    requestsThisMonth: row.count("requestsThisMonth"),
  };
}
