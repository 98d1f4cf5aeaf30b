import { type Context, Hono } from "hono";
import { instantText } from "../dataset/days.ts";
import type { Model } from "../dataset/models.ts";
import type { Agent } from "../dataset/world.ts";
import type { Env, Simulation } from "../simulation.ts";
import { requireAny, requirePat } from "../wire/auth.ts";
import { ApiFailure } from "../wire/failure.ts";
import { sendList } from "../wire/list.ts";
import { findDepartment } from "../wire/query.ts";
import { type Breakdown, breakdownOf, departmentTallies, lastUsedOf } from "./breakdown.ts";
import { usd } from "./figures.ts";

/** The lists of who and what is in the workspace; money in them covers the billing period. */
export function directoryRoutes(): Hono<Env> {
  const routes = new Hono<Env>();
  const list = (path: string, handler: (c: Context<Env>) => Response) =>
    routes.get(path, (c) => {
      requirePat(c, "read");
      return handler(c);
    });
  list("/agents", agents);
  list("/members", members);
  list("/departments", departments);
  list("/master-keys", masterKeys);
  routes.get("/models", (c) => {
    const credential = requireAny(c);
    if (credential === "vk" && c.get("sim").switches.modelsVk === "403") {
      throw new ApiFailure(403, "Insufficient permissions. Required scope: read");
    }
    return models(c);
  });
  return routes;
}

function thisPeriod(sim: Simulation): Breakdown {
  return breakdownOf(sim, { from: sim.billingPeriod().from, to: sim.today() }, null);
}

/** Newest first, as every list. */
function newestFirst<T extends { createdAt: number; index: number }>(rows: T[]): T[] {
  return rows.toSorted((a, b) => b.createdAt - a.createdAt || b.index - a.index);
}

function agents(c: Context<Env>): Response {
  const sim = c.get("sim");
  const { departmentId, status, environment, search } = c.req.query();
  const department = departmentId === undefined ? null : findDepartment(sim, departmentId).index;
  const needle = search?.toLowerCase();
  const chosen = newestFirst(sim.world.agents).filter(
    (agent) =>
      (department === null || agent.department === department) &&
      (status === undefined || agent.status === status) &&
      (environment === undefined || agent.environment === environment) &&
      (needle === undefined || agent.name.toLowerCase().includes(needle)),
  );
  const sums = thisPeriod(sim);
  return sendList(c, {
    plural: "agents",
    total: chosen.length,
    rows: (offset, limit) => chosen.slice(offset, offset + limit).map((agent) => agentRow(sim, agent, sums)),
    defaultSize: 50,
  });
}

function agentRow(sim: Simulation, agent: Agent, sums: Breakdown): Record<string, unknown> {
  const department = sim.world.departments[agent.department];
  const model = sim.world.models[agent.model];
  return {
    id: agent.id,
    name: sim.text(agent.name, agent.index),
    departmentId: department?.id ?? null,
    departmentName: department ? sim.text(department.name, department.index) : null,
    status: agent.status,
    environment: agent.environment,
    modelId: model ? sim.modelName(model) : null,
    provider: model?.provider ?? null,
    source: agent.source,
    cost: usd(sums.cents[agent.slot] ?? 0),
    requests: sums.requests[agent.slot] ?? 0,
    lastUsed: lastUsedOf(sim, agent, sim.at(), sim.world.start),
    createdAt: instantText(agent.createdAt),
  };
}

function members(c: Context<Env>): Response {
  const sim = c.get("sim");
  const sums = thisPeriod(sim);
  const sorted = newestFirst(sim.world.members);
  return sendList(c, {
    plural: "members",
    total: sorted.length,
    rows: (offset, limit) =>
      sorted.slice(offset, offset + limit).map((member) => ({
        id: member.id,
        name: sim.text(member.name, member.index),
        email: member.email,
        departmentId: sim.world.departments[member.department]?.id ?? null,
        role: "member",
        roleLabel: member.roleLabel,
        status: "active",
        monthlyBudget: member.budgetCents === null ? null : usd(member.budgetCents),
        periodSpend: usd(sums.cents[member.slot] ?? 0),
        periodRequestCount: sums.requests[member.slot] ?? 0,
        createdAt: instantText(member.createdAt),
      })),
    defaultSize: 100,
  });
}

function departments(c: Context<Env>): Response {
  const sim = c.get("sim");
  const sorted = newestFirst(sim.world.departments);
  const tallies = departmentTallies(sim, thisPeriod(sim));
  const count = (rows: Array<{ department: number }>, index: number) =>
    rows.filter((row) => row.department === index).length;
  return sendList(c, {
    plural: "departments",
    total: sorted.length,
    rows: (offset, limit) =>
      sorted.slice(offset, offset + limit).map((department) => ({
        id: department.id,
        name: sim.text(department.name, department.index),
        description: null,
        memberCount: count(sim.world.members, department.index),
        agentCount: count(sim.world.agents, department.index),
        budget: department.budgetCents === null ? null : usd(department.budgetCents),
        budgetAction: department.budgetAction,
        cost: usd(tallies[department.index]?.cents ?? 0),
        requests: tallies[department.index]?.requests ?? 0,
      })),
    defaultSize: 100,
  });
}

function masterKeys(c: Context<Env>): Response {
  const sim = c.get("sim");
  const sorted = newestFirst(sim.world.masters);
  return sendList(c, {
    plural: "masterKeys",
    total: sorted.length,
    rows: (offset, limit) =>
      sorted.slice(offset, offset + limit).map((master) => ({
        id: master.id,
        label: sim.text(master.label, master.index),
        provider: master.provider,
        maskedKey: master.maskedKey,
        baseUrl: null,
        status: "active",
        lastUsedAt: instantText(sim.at()),
        lastVerifiedAt: instantText(master.createdAt),
        createdAt: instantText(master.createdAt),
      })),
    defaultSize: 50,
  });
}

function models(c: Context<Env>): Response {
  const sim = c.get("sim");
  const rows = sim.world.models.map((model) => modelRow(sim, model));
  return sendList(c, { plural: "models", total: rows.length, rows: () => rows, defaultSize: null });
}

function modelRow(sim: Simulation, model: Model): Record<string, unknown> {
  const { id, provider, enabled, prompt, completion, cacheRead } = model;
  const row = {
    id,
    modelId: sim.modelName(model),
    displayName: sim.text(model.displayName, model.index),
    provider,
    enabled,
  };
  if (sim.switches.modelsInfo === "off") return row;
  const info = {
    schema_version: 1,
    modalities: ["chat"],
    model_interaction_type: "chat",
    max_context_tokens: model.contextTokens,
    max_completion_tokens: model.outputTokens,
  };
  if (prompt === null || completion === null) return { ...row, info };
  const isShown = cacheRead !== null && sim.switches.modelsInfo === "cached";
  const cached = isShown ? { input_cache_read: cacheRead } : {};
  return { ...row, info: { ...info, prompt, completion, ...cached } };
}
