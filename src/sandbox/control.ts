import { type Context, Hono } from "hono";
import { readFault } from "./faults.ts";
import { readBody } from "./hits.ts";
import type { Env, Simulation } from "./simulation.ts";
import { assignSwitch, readSwitchValue } from "./switches.ts";

/** The same handles as the `Sandbox` object, for a test in another process. */
export function controlRoutes(sim: Simulation): Hono<Env> {
  const routes = new Hono<Env>();
  routes.get("/switches", (c) => c.json(sim.switches));
  routes.post("/switches", async (c) => {
    const entries = Object.entries((await fieldsOf(c)) ?? {});
    for (const [name, value] of entries) readSwitchValue(name, value);
    for (const [name, value] of entries) assignSwitch(sim.switches, name, value);
    return c.json(sim.switches);
  });
  routes.post("/faults", async (c) => {
    const body = readBody(await c.req.text());
    const faults = (Array.isArray(body) ? body : [body]).map(readFault);
    for (const fault of faults) sim.faults.add(fault);
    return c.json({ added: faults.length });
  });
  routes.delete("/faults", (c) => {
    sim.faults.clear();
    return c.json({ cleared: true });
  });
  routes.get("/hits", (c) => c.json(sim.hits.all()));
  routes.delete("/hits", (c) => {
    sim.hits.clear();
    return c.json({ cleared: true });
  });
  routes.post("/reset", (c) => {
    sim.reset();
    return c.json({ reset: true });
  });
  routes.get("/events", (c) => c.json(sim.world.events));
  routes.get("/credentials", (c) => c.json(sim.credentials));
  routes.onError((error, c) => c.json({ error: error.message }, error instanceof RangeError ? 400 : 500));
  return routes;
}

async function fieldsOf(c: Context<Env>): Promise<object> {
  const body = readBody(await c.req.text());
  if (typeof body !== "object" || body === null) throw new RangeError("send a JSON object");
  return body;
}
