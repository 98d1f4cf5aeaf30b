import { setTimeout as delay } from "node:timers/promises";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import { type Context, Hono, type Next } from "hono";
import { controlRoutes } from "./control.ts";
import { headersOfInterest, readBody } from "./hits.ts";
import { analyticsRoutes } from "./routes/analytics.ts";
import { cockpitRoutes } from "./routes/cockpit.ts";
import { directoryRoutes } from "./routes/directory.ts";
import { entityRoutes } from "./routes/entities.ts";
import { keyRoutes } from "./routes/keys.ts";
import { liveRoutes } from "./routes/live.ts";
import { policyRoutes } from "./routes/policy.ts";
import { sessionRoutes } from "./routes/session-only.ts";
import { subscriptionRoutes } from "./routes/subscription.ts";
import { timeseriesRoutes } from "./routes/timeseries.ts";
import type { Env, Simulation } from "./simulation.ts";
import type { Hit } from "./types.ts";
import { ApiFailure, notFound, sendFailure } from "./wire/failure.ts";
import { strike } from "./wire/strike.ts";

/** The whole simulator: control routes beside the API, every API request logged, delayed, broken or answered. */
export function createApp(sim: Simulation): Hono<Env> {
  const app = new Hono<Env>();
  app.route("/__sandbox", controlRoutes(sim));
  app.use("*", async (c, next) => {
    c.set("sim", sim);
    const response = await serveOne(c, next);
    // Cleared first: the setter would otherwise merge the headers of the two answers.
    c.res = undefined;
    c.res = response;
  });
  const api = new Hono<Env>();
  api.route("/cockpit", cockpitRoutes());
  api.route("/analytics", analyticsRoutes());
  api.route("/analytics", liveRoutes());
  api.route("/analytics", timeseriesRoutes());
  api.route("/virtual-keys", keyRoutes());
  api.route("/policies", policyRoutes());
  api.route("/subscriptions", subscriptionRoutes());
  for (const routes of [entityRoutes(), directoryRoutes(), sessionRoutes()]) api.route("/", routes);
  app.route("/api/v1", api);
  app.notFound((c) => sendFailure(c, notFound("route")));
  app.onError((error, c) =>
    sendFailure(c, error instanceof ApiFailure ? error : new ApiFailure(500, "internal error")),
  );
  return app;
}

async function serveOne(c: Context<Env>, next: Next): Promise<Response> {
  const sim = c.get("sim");
  const body = readBody(await c.req.text());
  c.set("body", body);
  const { method, path } = c.req;
  const query = { ...c.req.query() };
  const headers = headersOfInterest(c.req.raw.headers);
  const hit: Hit = { method, path, query, headers, body, status: 0, at: new Date(sim.now()).toISOString() };
  sim.hits.add(hit);
  if (sim.switches.latencyMs > 0) await delay(sim.switches.latencyMs, undefined, { ref: false });
  const fault = sim.faults.take(hit, sim.switches);
  const response = fault ? await strike(c, fault, next) : await answer(c, next);
  if (response === null) return RESPONSE_ALREADY_SENT;
  hit.status = response.status;
  const stamped = new Response(response.body, response);
  stamped.headers.set("date", new Date(sim.now()).toUTCString());
  stamped.headers.set("x-sandbox", "alephant");
  return stamped;
}

async function answer(c: Context<Env>, next: Next): Promise<Response> {
  const { rateLimit, switches } = c.get("sim");
  if (switches.rateLimit !== "off") {
    const wait = rateLimit.check(c.req.header("authorization") ?? "", switches.rateLimit);
    if (wait !== null) return sendFailure(c, new ApiFailure(429, "too many requests", 42901, String(wait)));
  }
  await next();
  return c.res;
}
