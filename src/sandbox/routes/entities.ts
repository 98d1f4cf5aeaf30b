import { type Context, Hono } from "hono";
import type { DayRange } from "../dataset/days.ts";
import { emptyTally, type Tally } from "../dataset/sums.ts";
import type { Env, Simulation } from "../simulation.ts";
import { requirePat } from "../wire/auth.ts";
import { looseNumber, periodField, sendSaas } from "../wire/envelope.ts";
import { badRequest } from "../wire/failure.ts";
import { type Filter, findDepartment, findOwner } from "../wire/query.ts";
import { usd } from "./figures.ts";
import { dailySeries, keysOf } from "./series.ts";

/** `days` back from today for one agent, member or department. */
export function entityRoutes(): Hono<Env> {
  const routes = new Hono<Env>();
  routes.get("/agents/:id/analytics", (c) => {
    requirePat(c, "read");
    const owner = findOwner(c.get("sim"), "agent", c.req.param("id"));
    return totals(c, { agentId: owner.id }, { owner }, "cost");
  });
  routes.get("/departments/:id/analytics", (c) => {
    requirePat(c, "read");
    const department = findDepartment(c.get("sim"), c.req.param("id"));
    return totals(c, { departmentId: department.id }, { department }, "spend");
  });
  routes.get("/analytics/members/:id/analytics", (c) => {
    requirePat(c, "read");
    const owner = findOwner(c.get("sim"), "member", c.req.param("id"));
    return memberSeries(c, owner.id, { owner });
  });
  return routes;
}

function windowOf(c: Context<Env>): DayRange {
  const days = c.req.query("days") ?? "30";
  if (!["1", "7", "30"].includes(days)) throw badRequest("days must be 1, 7 or 30");
  const to = c.get("sim").today();
  return { from: to - Number(days) + 1, to };
}

const UNKNOWN = { status: "accepted", result: { kind: "async", ready: false } };

type EntityId = { agentId: string } | { departmentId: string };

function totals(c: Context<Env>, id: EntityId, filter: NonNullable<Filter>, money: "cost" | "spend"): Response {
  const sim = c.get("sim");
  const { from, to } = windowOf(c);
  if (sim.switches.entityAnalytics === "unknown") return sendSaas(c, UNKNOWN);
  const real = sim.switches.entityAnalytics === "real";
  const tally = real ? sim.ledger.keys(keysOf(sim, filter), from, to, sim.at()) : emptyTally();
  const { requests, tokens, cost } = figures(sim, tally);
  return sendSaas(c, { ...id, ...periodField(sim, from, to), [money]: cost, requests, tokens });
}

function figures(sim: Simulation, { cents, requests, input, output }: Tally) {
  return {
    cost: looseNumber(sim, usd(cents), "usd"),
    requests: looseNumber(sim, requests, "count"),
    tokens: looseNumber(sim, input + output, "count"),
  };
}

function memberSeries(c: Context<Env>, memberId: string, filter: NonNullable<Filter>): Response {
  const sim = c.get("sim");
  const range = windowOf(c);
  if (sim.switches.entityAnalytics === "unknown") return sendSaas(c, UNKNOWN);
  const real = sim.switches.entityAnalytics === "real";
  const series = dailySeries(sim, range, filter).map(({ date, requests, cost, tokens }) => ({
    date,
    requests: looseNumber(sim, real ? requests : 0, "count"),
    cost: looseNumber(sim, real ? cost : 0, "usd"),
    tokens: looseNumber(sim, real ? tokens : 0, "count"),
  }));
  return sendSaas(c, { memberId, ...periodField(sim, range.from, range.to), series });
}
