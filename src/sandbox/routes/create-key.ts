import type { Context } from "hono";
import { idOf, indexOfId, isUuid } from "../dataset/ids.ts";
import type { MasterKey, Owner, VirtualKey } from "../dataset/world.ts";
import type { Env, Simulation } from "../simulation.ts";
import { sendSaas } from "../wire/envelope.ts";
import { ApiFailure, badRequest, notFound } from "../wire/failure.ts";
import { findOwner } from "../wire/query.ts";
import { type Fields, fieldsOf, keyChanges } from "./key-body.ts";
import { keyRow, planLimit } from "./rows.ts";

/** `POST /virtual-keys`: checks, stores, and shows the secret this one time. */
export function createKey(c: Context<Env>): Response {
  const sim = c.get("sim");
  const fields = fieldsOf(c);
  const changes = keyChanges(fields, sim.switches.vkActionWords);
  if (changes.label === undefined) throw badRequest("label is required");
  const master = masterOf(sim, fields);
  const owner = ownerOf(sim, fields);
  if (sim.keys.activeCount() >= planLimit(sim)) {
    throw new ApiFailure(Number(sim.switches.vkLimitStatus), "plan limit reached: no further virtual keys");
  }
  const key = sim.keys.add({ ...blankKey(sim, master, owner), ...changes });
  return sendSaas(c, withSecret(sim, key), sim.switches.createStatus === "200" ? 200 : 201);
}

function masterOf(sim: Simulation, fields: Fields): MasterKey {
  const id = fields.get("masterKeyId");
  if (typeof id !== "string" || !isUuid(id)) throw badRequest("masterKeyId must be a UUID", 40011);
  const index = indexOfId(sim.world.seed, "masterKey", id);
  const master = index === null ? undefined : sim.world.masters[index];
  if (!master) throw notFound("master key");
  return master;
}

function ownerOf(sim: Simulation, fields: Fields): Owner | null {
  const type = fields.get("entityType") ?? undefined;
  const id = fields.get("entityId") ?? undefined;
  if (type === undefined && id === undefined) {
    if (sim.switches.vkEntity === "required") throw badRequest("entityType and entityId are required");
    return null;
  }
  if (type === undefined) throw badRequest("entityId needs entityType", 40016);
  if (type !== "agent" && type !== "member") throw badRequest("entityType must be agent or member");
  if (typeof id !== "string" || !isUuid(id)) throw badRequest("entityId must be a UUID", 40014);
  return findOwner(sim, type, id);
}

function blankKey(sim: Simulation, master: MasterKey, owner: Owner | null): Omit<VirtualKey, "token"> {
  const index = sim.world.keys.length;
  const now = sim.now();
  return {
    index,
    id: idOf(sim.world.seed, "key", index),
    label: "",
    owner,
    master: master.index,
    mix: { models: [0], upTo: [1] },
    rhythm: "office",
    weight: 0,
    growth: 0,
    sigma: 0,
    outputRatio: 0.2,
    tokensPerRequest: 5_000,
    from: sim.today(),
    until: Number.POSITIVE_INFINITY,
    twist: null,
    status: "active",
    budgetCents: null,
    budgetAction: "alert_only",
    budgetWindow: "monthly",
    rateLimitRpm: null,
    allowedModels: null,
    expiresAt: null,
    createdAt: now,
    updatedAt: now,
  };
}

/** The row with the secret in the field of the switch `vkSecretField`. */
function withSecret(sim: Simulation, key: VirtualKey): Record<string, unknown> {
  const row = keyRow(sim, key);
  const field = sim.switches.vkSecretField;
  if (field === "missing") return row;
  if (field === "nested") return { key: { id: key.id, label: row.label, prefix: row.prefix, value: key.token } };
  return { ...row, [field]: key.token };
}
