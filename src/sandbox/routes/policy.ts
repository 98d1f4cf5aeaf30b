import { type Context, Hono } from "hono";
import type { PolicyConfig } from "../policy.ts";
import type { Env, Simulation } from "../simulation.ts";
import { requirePat } from "../wire/auth.ts";
import { sendBare, sendSaas } from "../wire/envelope.ts";
import { ApiFailure, badRequest } from "../wire/failure.ts";
import { budgetField, type Fields, fieldsOf } from "./key-body.ts";

export function policyRoutes(): Hono<Env> {
  const routes = new Hono<Env>();
  routes.get("/budget-control", (c) => {
    requirePat(c, "read");
    return sendPolicy(c, c.get("sim").policy.read());
  });
  routes.put("/budget-control", (c) => {
    requirePat(c, "admin");
    return writePolicy(c);
  });
  return routes;
}

function sendPolicy(c: Context<Env>, config: PolicyConfig): Response {
  switch (c.get("sim").switches.budgetControlShape) {
    case "data.config":
      return sendSaas(c, { config, enabled: true });
    case "config":
      return sendBare({ config, enabled: true });
    case "data":
      return sendSaas(c, config);
    case "missing":
      return sendSaas(c, null);
    case "eur":
      return sendSaas(c, { config: { ...config, currency: "EUR" }, enabled: true });
  }
}

function writePolicy(c: Context<Env>): Response {
  const sim = c.get("sim");
  const wanted = fieldsOf(c).get("config");
  if (typeof wanted !== "object" || wanted === null || Array.isArray(wanted))
    throw badRequest("config must be an object");
  const config: PolicyConfig = Object.fromEntries(Object.entries(wanted));
  checkConfig(new Map(Object.entries(config)));
  refuseOnConflict(sim);
  sim.policy.write(config);
  return sendPolicy(c, config);
}

/** @throws ApiFailure 40001. */
function checkConfig(fields: Fields): void {
  if (budgetField(fields, "amount") === undefined) throw badRequest("amount is required");
  const action = fields.get("exceededAction");
  if (action !== "alert-only" && action !== "pause") throw badRequest("exceededAction must be alert-only or pause");
  const period = fields.get("period") ?? "monthly";
  if (typeof period !== "string" || !["daily", "weekly", "monthly", "yearly"].includes(period)) {
    throw badRequest("period must be daily, weekly, monthly or yearly");
  }
  const thresholds = fields.get("thresholds") ?? [];
  const sound = Array.isArray(thresholds) && thresholds.every((value) => typeof value === "number" && value > 0);
  if (!sound) throw badRequest("thresholds must be positive numbers");
  if (typeof (fields.get("currency") ?? "USD") !== "string") throw badRequest("currency must be text");
}

/** `budgetConflict=once` refuses one write and is then spent. */
function refuseOnConflict(sim: Simulation): void {
  if (sim.switches.budgetConflict === "off") return;
  if (sim.switches.budgetConflict === "once") sim.switches.budgetConflict = "off";
  throw new ApiFailure(409, "policy was changed by another request");
}
