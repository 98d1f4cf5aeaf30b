import type { Context } from "hono";
import { type DayRange, parseDay } from "../dataset/days.ts";
import { indexOfId, isUuid } from "../dataset/ids.ts";
import type { Department, Owner } from "../dataset/world.ts";
import type { Env, Simulation } from "../simulation.ts";
import { badRequest, notFound } from "./failure.ts";

/** Longest window of one request, in days. */
const LONGEST = 1_000;

/** `dateFrom` and `dateTo`, both or neither; neither means the billing period to date. @throws ApiFailure 400. */
export function dateWindow(c: Context<Env>): DayRange {
  const { dateFrom, dateTo } = c.req.query();
  const sim = c.get("sim");
  if (dateFrom === undefined && dateTo === undefined) return { from: sim.billingPeriod().from, to: sim.today() };
  if (dateFrom === undefined || dateTo === undefined) throw badRequest("dateFrom and dateTo must be sent together");
  const from = parseDay(dateFrom);
  const to = parseDay(dateTo);
  if (from === null || to === null) throw badRequest("dateFrom and dateTo must be YYYY-MM-DD");
  if (from > to) throw badRequest("dateFrom must not be after dateTo");
  if (to - from >= LONGEST) throw badRequest(`a window may hold at most ${LONGEST} days`);
  return { from, to };
}

export type Filter = { owner: Owner } | { department: Department } | null;

/** The one entity filter of an analytics request. @throws ApiFailure 400 (40011, 40013, 40014, 40016, 40020) or 404. */
export function entityFilter(c: Context<Env>): Filter {
  const { agentId, memberId, departmentId, masterKeyId, entityId, entityType } = c.req.query();
  if (masterKeyId !== undefined && !isUuid(masterKeyId)) throw badRequest("masterKeyId must be a UUID", 40011);
  if (departmentId !== undefined && !isUuid(departmentId)) throw badRequest("departmentId must be a UUID", 40013);
  const named = Object.entries({ agentId, memberId, entityId });
  for (const [name, id] of named) {
    if (id !== undefined && !isUuid(id)) throw badRequest(`${name} must be a UUID`, 40014);
  }
  if (entityId !== undefined && entityType === undefined) throw badRequest("entityId needs entityType", 40016);
  if ([agentId, memberId, departmentId].filter((id) => id !== undefined).length > 1) {
    throw badRequest("only one of agentId, memberId, departmentId is allowed", 40020);
  }
  const sim = c.get("sim");
  if (agentId !== undefined) return { owner: findOwner(sim, "agent", agentId) };
  if (memberId !== undefined) return { owner: findOwner(sim, "member", memberId) };
  if (departmentId !== undefined) return { department: findDepartment(sim, departmentId) };
  return null;
}

/** @throws ApiFailure 40014 or 404. */
export function findOwner(sim: Simulation, type: "agent" | "member", id: string): Owner {
  if (!isUuid(id)) throw badRequest(`${type}Id must be a UUID`, 40014);
  const index = indexOfId(sim.world.seed, type, id);
  const owner = index === null ? undefined : type === "agent" ? sim.world.agents[index] : sim.world.members[index];
  if (!owner) throw notFound(type);
  return owner;
}

/** @throws ApiFailure 40013 or 404. */
export function findDepartment(sim: Simulation, id: string): Department {
  if (!isUuid(id)) throw badRequest("departmentId must be a UUID", 40013);
  const index = indexOfId(sim.world.seed, "department", id);
  const department = index === null ? undefined : sim.world.departments[index];
  if (!department) throw notFound("department");
  return department;
}

/** A whole number between two limits; anything else gives the nearest one, or the fallback when it is no number. */
export function clamped(text: string | undefined, least: number, most: number, fallback: number): number {
  const number = Number(text);
  if (text === undefined || text.trim() === "" || !Number.isFinite(number)) return fallback;
  return Math.min(most, Math.max(least, Math.trunc(number)));
}
