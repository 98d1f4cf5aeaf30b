import type { Context } from "hono";
import { dayText } from "../dataset/days.ts";
import type { Env, Simulation } from "../simulation.ts";
import { jsonText } from "./failure.ts";

type Payload = Record<string, unknown>;

/** An answer outside the cockpit: `{code, message, data}` by default. */
export function sendSaas(c: Context<Env>, data: unknown, status = 200): Response {
  return jsonText(status, JSON.stringify(wrap(c.get("sim").switches.saasEnvelope, data)));
}

/** A cockpit answer: the plain object by default. */
export function sendCockpit(c: Context<Env>, payload: Payload): Response {
  return jsonText(200, JSON.stringify(wrap(c.get("sim").switches.cockpitEnvelope, payload)));
}

/** A body that no envelope switch touches. */
export function sendBare(body: unknown, status = 200): Response {
  return jsonText(status, JSON.stringify(body));
}

export function wrap(envelope: "plain" | "data" | "full", data: unknown): unknown {
  if (envelope === "plain") return data;
  return envelope === "data" ? { data } : { code: 0, message: "ok", data };
}

/** `{period: …}` in the spelling of the switch `periodKeys`, or nothing. */
export function periodField(sim: Simulation, from: number, to: number): Payload {
  const start = dayText(from);
  const end = dayText(to);
  switch (sim.switches.periodKeys) {
    case "dateFrom":
      return { period: { dateFrom: start, dateTo: end } };
    case "from":
      return { period: { from: start, to: end } };
    case "startDate":
      return { period: { startDate: start, endDate: end } };
    case "start":
      return { period: { start, end } };
    case "string":
      return { period: `${start}/${end}` };
    case "none":
      return {};
  }
}

/** A number on an endpoint that may answer with numeric strings; money always keeps its decimals. */
export function looseNumber(sim: Simulation, value: number, kind: "usd" | "count"): number | string {
  if (sim.switches.numbers === "native") return value;
  return kind === "usd" ? value.toFixed(2) : String(value);
}

/** A success rate given in percent, in the unit of the switch `successRate`. */
export function rate(sim: Simulation, percent: number): number {
  return sim.switches.successRate === "percent" ? percent : Number((percent / 100).toFixed(4));
}
