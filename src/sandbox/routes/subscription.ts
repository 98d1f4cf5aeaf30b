import { type Context, Hono } from "hono";
import { dayText } from "../dataset/days.ts";
import type { Env, Simulation } from "../simulation.ts";
import { requirePat } from "../wire/auth.ts";
import { sendSaas } from "../wire/envelope.ts";
import { planLimit } from "./rows.ts";

export function subscriptionRoutes(): Hono<Env> {
  const routes = new Hono<Env>();
  routes.get("/current", (c) => {
    requirePat(c, "read");
    return current(c);
  });
  routes.get("/log-usage", (c) => {
    requirePat(c, "read");
    return logUsage(c);
  });
  return routes;
}

function requestsThisPeriod(sim: Simulation): number {
  return sim.ledger.total(sim.billingPeriod().from, sim.today(), sim.at()).requests;
}

/** Room for twice the usual requests, in steps of half a million. */
function logLimit(sim: Simulation): number {
  return 500_000 * Math.max(2, Math.ceil(sim.world.scale.keys / 60));
}

function current(c: Context<Env>): Response {
  const sim = c.get("sim");
  const { from, to } = sim.billingPeriod();
  const { masters, agents, members, departments } = sim.world;
  return sendSaas(c, {
    tier: "team",
    status: "active",
    billingPeriod: "monthly",
    basePriceCents: 9_900,
    baseVkLimit: planLimit(sim),
    extraVkCount: 0,
    logLimit: logLimit(sim),
    currentPeriodStart: dayText(from),
    currentPeriodEnd: dayText(to),
    trialEndsAt: null,
    cancelAtPeriodEnd: false,
    usage: {
      masterKeys: masters.length,
      virtualKeys: sim.keys.activeCount(),
      agents: agents.length,
      members: members.length,
      departments: departments.length,
      requestsThisMonth: requestsThisPeriod(sim),
    },
  });
}

function logUsage(c: Context<Env>): Response {
  const sim = c.get("sim");
  const { from, to } = sim.billingPeriod();
  const used = requestsThisPeriod(sim);
  return sendSaas(c, { used, limit: logLimit(sim), periodStart: dayText(from), periodEnd: dayText(to) });
}
