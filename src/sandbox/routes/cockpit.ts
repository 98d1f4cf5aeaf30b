import { type Context, Hono } from "hono";
import { budgetWindowEnd, type DayRange, dayText, instantText } from "../dataset/days.ts";
import { tokenPrefix } from "../dataset/ids.ts";
import { emptyTally, type Tally } from "../dataset/sums.ts";
import type { VirtualKey } from "../dataset/world.ts";
import type { Env, Simulation } from "../simulation.ts";
import { virtualKeyOf } from "../wire/auth.ts";
import { sendCockpit } from "../wire/envelope.ts";
import { badRequest } from "../wire/failure.ts";
import { percent } from "./figures.ts";
import { recentRequests } from "./recent-requests.ts";

/** `/cockpit/*`: what one virtual key may see of itself, in cents and snake case. */
export function cockpitRoutes(): Hono<Env> {
  const routes = new Hono<Env>();
  routes.get("/health", health);
  routes.get("/scope", scope);
  routes.get("/usage-summary", usageSummary);
  routes.get("/daily-costs", dailyCosts);
  routes.get("/cost-by-model", costByModel);
  routes.get("/budget-status", budgetStatus);
  routes.get("/recent-requests", recentRequests);
  return routes;
}

function health(c: Context<Env>): Response {
  const components = { collector: { status: "up", latency_ms: 45 }, database: { status: "up", latency_ms: 12 } };
  const status = c.get("sim").switches.degraded === "on" ? "degraded" : "healthy";
  return sendCockpit(c, { status, components, version: "1.0.0-sandbox" });
}

/** The fields that lead every cockpit answer. */
export function cockpitHead(sim: Simulation, message = "analytics unavailable"): Record<string, unknown> {
  if (sim.switches.degraded === "off") return { degraded: false, data_source: "live" };
  return { degraded: true, data_source: "cache", message: sim.text(message, 0) };
}

function scope(c: Context<Env>): Response {
  const sim = c.get("sim");
  const key = virtualKeyOf(c);
  const workspace = { id: sim.world.workspaceId, name: sim.text("Acme Sandbox", 0) };
  if (sim.switches.degraded === "on") {
    return sendCockpit(c, {
      ...cockpitHead(sim, "key metadata unavailable"),
      workspace,
      entity: null,
      virtual_key: null,
    });
  }
  const virtualKey = {
    id: key.id,
    label: sim.text(key.label, key.index),
    prefix: tokenPrefix(key.token),
    status: key.status,
    allowed_models: sim.modelNames(key.allowedModels),
    rate_limit_rpm: key.rateLimitRpm,
  };
  return sendCockpit(c, { ...cockpitHead(sim), workspace, entity: entityOf(sim, key), virtual_key: virtualKey });
}

function entityOf(sim: Simulation, { owner }: VirtualKey): Record<string, unknown> | null {
  if (owner === null) return null;
  const department = sim.world.departments[owner.department];
  return {
    type: owner.type,
    id: owner.id,
    name: sim.text(owner.name, owner.index),
    department: department ? sim.text(department.name, department.index) : null,
    department_id: department?.id ?? null,
  };
}

/** Days of the `period` parameter. @throws ApiFailure 400. */
function window(c: Context<Env>, fallback: string): DayRange {
  const sim = c.get("sim");
  const to = sim.today();
  const days: Record<string, number> = { "24h": 1, "7d": 7, "30d": 30 };
  const word = c.req.query("period") ?? fallback;
  if (word === "billing_cycle") return { from: sim.billingPeriod().from, to };
  const length = days[word];
  if (length === undefined) throw badRequest("period must be 24h, 7d, 30d or billing_cycle");
  return { from: to - length + 1, to };
}

/** The keys whose spend the cockpit shows: none for an unbound key, which has no analytics. */
function covered(sim: Simulation, key: VirtualKey): VirtualKey[] {
  if (key.owner === null || sim.switches.degraded === "on") return [];
  return sim.switches.cockpitCovers === "entity" ? sim.ledger.keysOf(key.owner) : [key];
}

const periodOf = ({ from, to }: DayRange) => ({ from: dayText(from), to: dayText(to) });

function usageSummary(c: Context<Env>): Response {
  const sim = c.get("sim");
  const keys = covered(sim, virtualKeyOf(c));
  const range = window(c, "billing_cycle");
  const length = range.to - range.from + 1;
  const now = sim.ledger.keys(keys, range.from, range.to, sim.at());
  const before = sim.ledger.keys(keys, range.from - length, range.from - 1, sim.at());
  const comparison =
    before.cents === 0
      ? null
      : { requests_pct: change(now.requests, before.requests), cost_pct: change(now.cents, before.cents) };
  return sendCockpit(c, {
    ...cockpitHead(sim),
    period: periodOf(range),
    total_requests: now.requests,
    total_tokens:
      sim.switches.totalTokens === "int" ? now.input + now.output : { input: now.input, output: now.output },
    total_cost_cents: now.cents,
    vs_previous_period: comparison,
  });
}

function change(now: number, before: number): number {
  return Math.round(((now - before) / before) * 1_000) / 10;
}

function dailyCosts(c: Context<Env>): Response {
  const sim = c.get("sim");
  const key = virtualKeyOf(c);
  const range = window(c, "billing_cycle");
  const data: Array<Record<string, unknown>> = [];
  if (sim.switches.degraded === "off") {
    const keys = covered(sim, key);
    for (let day = range.from; day <= range.to; day += 1) {
      const { cents, requests, input, output } = sim.ledger.keys(keys, day, day, sim.at());
      if (requests === 0 && sim.switches.zeroDays === "omit") continue;
      data.push({ date: dayText(day), cost_cents: cents, requests, tokens: input + output });
    }
  }
  return sendCockpit(c, { ...cockpitHead(sim), period: periodOf(range), data });
}

function costByModel(c: Context<Env>): Response {
  const sim = c.get("sim");
  const keys = covered(sim, virtualKeyOf(c));
  const range = window(c, "billing_cycle");
  const tallies: Tally[] = sim.world.models.map(emptyTally);
  const total = sim.ledger.keys(keys, range.from, range.to, sim.at(), tallies);
  const data = sim.world.models
    .map((model) => ({ model, tally: tallies[model.index] ?? emptyTally() }))
    .filter(({ tally }) => tally.requests > 0)
    .sort((a, b) => b.tally.cents - a.tally.cents)
    .map(({ model, tally }) => ({
      model: sim.modelName(model),
      provider: model.provider,
      cost_cents: tally.cents,
      requests: tally.requests,
      pct: percent(tally.cents, total.cents, 1),
    }));
  return sendCockpit(c, { ...cockpitHead(sim), period: periodOf(range), data });
}

function budgetStatus(c: Context<Env>): Response {
  const sim = c.get("sim");
  const key = virtualKeyOf(c);
  const { from, to } = window(c, "30d");
  const spent = sim.ledger.keys(covered(sim, key), from, to, sim.at()).cents;
  const member = key.owner?.type === "member" ? sim.world.members[key.owner.index] : undefined;
  let entity: Record<string, unknown> | null = null;
  if (member?.budgetCents) {
    const keys = sim.switches.degraded === "on" ? [] : sim.ledger.keysOf(member);
    const used = sim.ledger.keys(keys, from, to, sim.at()).cents;
    entity = { budget_cents: member.budgetCents, spent_cents: used, usage_pct: percent(used, member.budgetCents, 2) };
  }
  return sendCockpit(c, {
    ...cockpitHead(sim),
    virtual_key_budget: {
      budget_cents: key.budgetCents,
      spent_cents: spent,
      remaining_cents: key.budgetCents === null ? null : key.budgetCents - spent,
      usage_pct: key.budgetCents === null ? 0 : percent(spent, key.budgetCents, 2),
      budget_window: key.budgetWindow,
      budget_action: key.budgetAction,
      resets_at: instantText(budgetWindowEnd(sim.today(), key.budgetWindow)),
    },
    entity_budget: entity,
  });
}
