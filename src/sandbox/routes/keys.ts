import { type Context, Hono } from "hono";
import { indexOfId, isUuid } from "../dataset/ids.ts";
import type { VirtualKey } from "../dataset/world.ts";
import type { Env } from "../simulation.ts";
import { requirePat } from "../wire/auth.ts";
import { sendSaas } from "../wire/envelope.ts";
import { ApiFailure, badRequest, jsonText, notFound } from "../wire/failure.ts";
import { sendList } from "../wire/list.ts";
import { createKey } from "./create-key.ts";
import { fieldsOf, keyChanges } from "./key-body.ts";
import { keyRow } from "./rows.ts";

/** `/virtual-keys`: list, create, change, revoke. */
export function keyRoutes(): Hono<Env> {
  const routes = new Hono<Env>();
  routes.get("/", listKeys);
  routes.post("/", (c) => {
    requirePat(c, "write");
    return createKey(c);
  });
  routes.patch("/:id", (c) => {
    requirePat(c, "write");
    return changeKey(c);
  });
  routes.post("/:id/revoke", (c) => {
    requirePat(c, "write");
    return revokeKey(c);
  });
  return routes;
}

function listKeys(c: Context<Env>): Response {
  requirePat(c, "read");
  const sim = c.get("sim");
  const { status, entityType } = c.req.query();
  const all = sim.keys.sorted();
  const unfiltered = status === undefined && entityType === undefined;
  const keys = unfiltered ? all : all.filter((key) => fits(key, status, entityType));
  return sendList(c, {
    plural: "keys",
    total: keys.length,
    rows: (offset, limit) => keys.slice(offset, offset + limit).map((key) => keyRow(sim, key)),
    defaultSize: 50,
  });
}

function fits(key: VirtualKey, status: string | undefined, entityType: string | undefined): boolean {
  return (
    (status === undefined || key.status === status) && (entityType === undefined || key.owner?.type === entityType)
  );
}

/** @throws ApiFailure 40014 or 404. */
function keyOf(c: Context<Env>): VirtualKey {
  const sim = c.get("sim");
  const id = c.req.param("id") ?? "";
  if (!isUuid(id)) throw badRequest("id must be a UUID", 40014);
  const index = indexOfId(sim.world.seed, "key", id);
  const key = index === null ? undefined : sim.world.keys[index];
  if (!key) throw notFound("virtual key");
  return key;
}

function changeKey(c: Context<Env>): Response {
  const sim = c.get("sim");
  const key = keyOf(c);
  const changes = keyChanges(fieldsOf(c), sim.switches.vkActionWords);
  if (Object.keys(changes).length === 0) throw badRequest("nothing to change");
  if (key.status === "revoked") throw new ApiFailure(409, "virtual key is revoked");
  sim.keys.change(key, { ...changes, updatedAt: sim.now() });
  return sendSaas(c, keyRow(sim, key));
}

function revokeKey(c: Context<Env>): Response {
  const sim = c.get("sim");
  const key = keyOf(c);
  if (key.status === "revoked" && sim.switches.revokeTwice === "409")
    throw new ApiFailure(409, "virtual key is already revoked");
  if (key.status !== "revoked") {
    const until = Math.min(key.until, sim.now());
    sim.keys.change(key, { status: "revoked", until, updatedAt: sim.now() });
  }
  return sim.switches.revokeAnswer === "204" ? jsonText(204, "") : sendSaas(c, { id: key.id, status: key.status });
}
