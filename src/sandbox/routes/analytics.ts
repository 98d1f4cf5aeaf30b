import { type Context, Hono } from "hono";
import { dayText, monthStart } from "../dataset/days.ts";
import type { Env } from "../simulation.ts";
import { requirePat } from "../wire/auth.ts";
import { periodField, rate, sendSaas } from "../wire/envelope.ts";
import { dateWindow, entityFilter } from "../wire/query.ts";
import { breakdownOf, costDimensions } from "./breakdown.ts";
import { percent, quality, usd } from "./figures.ts";
import { dailySeries } from "./series.ts";

/** Workspace analytics over free windows: overview, usage, costs, models and the monthly roll-up. */
export function analyticsRoutes(): Hono<Env> {
  const routes = new Hono<Env>();
  routes.use(async (c, next) => {
    requirePat(c, "read");
    await next();
  });
  routes.get("/overview", overview);
  routes.get("/usage", usage);
  routes.get("/costs", costs);
  routes.get("/models", models);
  routes.get("/budget-status", budgetStatus);
  routes.get("/usage-history", usageHistory);
  routes.get("/efficiency", (c) => sendSaas(c, {}));
  return routes;
}

function overview(c: Context<Env>): Response {
  const sim = c.get("sim");
  const { from, to } = dateWindow(c);
  const total = sim.ledger.total(from, to, sim.at());
  if (sim.switches.overviewShape === "snake") return sendSaas(c, { total_cost: usd(total.cents) });
  if (sim.switches.overviewShape === "counts") {
    return sendSaas(c, {
      totalMembers: sim.world.members.length,
      totalAgents: sim.world.agents.length,
      totalVirtualKeys: sim.world.keys.length,
      totalDepartments: sim.world.departments.length,
      totalCostCents: total.cents,
    });
  }
  const { success, latency } = quality(sim, from, to);
  return sendSaas(c, {
    ...periodField(sim, from, to),
    totalRequests: total.requests,
    totalCost: usd(total.cents),
    totalTokens: total.input + total.output,
    successRate: rate(sim, success),
    avgLatency: latency,
  });
}

function usage(c: Context<Env>): Response {
  const sim = c.get("sim");
  const range = dateWindow(c);
  const series = dailySeries(sim, range, entityFilter(c));
  return sendSaas(c, { ...periodField(sim, range.from, range.to), series });
}

function costs(c: Context<Env>): Response {
  const sim = c.get("sim");
  const range = dateWindow(c);
  const filter = entityFilter(c);
  const dimensions = costDimensions(sim, range, breakdownOf(sim, range, filter));
  const period = periodField(sim, range.from, range.to);
  if (sim.switches.costsShape === "flat") return sendSaas(c, { ...period, items: dimensions[0]?.items ?? [] });
  return sendSaas(c, { ...period, breakdown: dimensions });
}

function models(c: Context<Env>): Response {
  const sim = c.get("sim");
  const range = dateWindow(c);
  const { models: tallies } = breakdownOf(sim, range, entityFilter(c));
  const used = sim.world.models
    .map((model) => ({ model, tally: tallies[model.index] }))
    .filter((row) => row.tally !== undefined && row.tally.requests > 0)
    .sort((a, b) => (b.tally?.cents ?? 0) - (a.tally?.cents ?? 0));
  const named = sim.switches.modelsShape === "items";
  const rows = used.map(({ model, tally }) => {
    const { cents = 0, requests = 0, input = 0, output = 0 } = tally ?? {};
    const name = sim.modelName(model);
    const sum = input + output;
    const isSplit = sim.switches.modelsTokens === "split";
    const tokens = isSplit
      ? { inputTokens: input, outputTokens: output }
      : named
        ? { totalTokens: sum }
        : { tokens: sum };
    const { provider } = model;
    return named
      ? { name, provider, requestCount: requests, totalCost: usd(cents), ...tokens }
      : { model: name, provider, requests, cost: usd(cents), ...tokens };
  });
  const period = periodField(sim, range.from, range.to);
  if (sim.switches.modelsShape === "data") return sendSaas(c, { ...period, data: rows });
  return sendSaas(c, { ...period, [named ? "items" : "models"]: rows });
}

/** The vendor calls this one a placeholder; here it counts the billing period against the policy. */
function budgetStatus(c: Context<Env>): Response {
  const sim = c.get("sim");
  const config = sim.policy.read();
  const budget = Number(config.amount);
  const { cents } = sim.ledger.total(sim.billingPeriod().from, sim.today(), sim.at());
  const remaining = Math.round(budget * 100 - cents) / 100;
  const usagePct = percent(cents, budget * 100, 2);
  const { period, exceededAction } = config;
  return sendSaas(c, { budget, spent: usd(cents), remaining, usagePct, period, exceededAction });
}

function usageHistory(c: Context<Env>): Response {
  const sim = c.get("sim");
  const months = [2, 1, 0].map((back) => {
    const from = monthStart(sim.today(), back);
    const to = Math.min(sim.today(), monthStart(sim.today(), back - 1) - 1);
    const { cents, requests, input, output } = sim.ledger.total(from, to, sim.at());
    return { month: dayText(from).slice(0, 7), cost: usd(cents), requests, tokens: input + output };
  });
  return sendSaas(c, { months });
}
