import type { Context } from "hono";
import { hostileText } from "../dataset/hostile.ts";
import type { Env, Simulation } from "../simulation.ts";

/** An error answer; `code` is the service's five-digit number, by default status and `01`. */
export class ApiFailure extends Error {
  readonly status: number;
  readonly code: number;
  /** Wish for `Retry-After`, spelled as the switch of that name; null = the usual one of the status. */
  readonly retryAfter: string | null;

  constructor(status: number, message: string, code = status * 100 + 1, retryAfter: string | null = null) {
    super(message);
    this.status = status;
    this.code = code;
    this.retryAfter = retryAfter;
  }
}

export const badRequest = (message: string, code = 40001) => new ApiFailure(400, message, code);
export const notFound = (what: string) => new ApiFailure(404, `${what} not found`);

/** Turns a failure into the body that the switch `errorBody` asks for. */
export function sendFailure(c: Context<Env>, failure: ApiFailure): Response {
  const sim = c.get("sim");
  const text = sim.switches.labels === "hostile" ? `${failure.message} ${hostileText(failure.code)}` : failure.message;
  const headers = new Headers();
  const retry = retryAfterHeader(sim, failure);
  if (retry !== null) headers.set("retry-after", retry);
  if (sim.switches.errorBody === "html")
    return htmlPage(failure.status, `${failure.status} ${failure.message}`, headers);
  return jsonText(failure.status, JSON.stringify(errorBody(sim, failure, text)), headers);
}

function errorBody(sim: Simulation, failure: ApiFailure, text: string): unknown {
  if (sim.switches.errorBody === "string") return { error: text };
  if (sim.switches.errorBody === "object") return { error: { message: text }, requestId: sim.requestId() };
  return { code: failure.code, message: text, data: null };
}

export function jsonText(status: number, text: string, headers = new Headers()): Response {
  headers.set("content-type", "application/json; charset=utf-8");
  return new Response(status === 204 ? null : text, { status, headers });
}

export function htmlPage(status: number, title: string, headers = new Headers()): Response {
  headers.set("content-type", "text/html; charset=utf-8");
  return new Response(`<html><body><h1>${title}</h1></body></html>`, { status, headers });
}

/** The switch wins over the failure's own wish, unless it is at `auto`. */
function retryAfterHeader(sim: Simulation, failure: ApiFailure): string | null {
  if (failure.status !== 429 && failure.status !== 503) return null;
  const wish =
    sim.switches.retryAfter === "auto" ? (failure.retryAfter ?? autoRetry(failure.status)) : sim.switches.retryAfter;
  if (wish === "none") return null;
  const date = /^date:(-?\d+)$/.exec(wish);
  return date ? new Date(sim.now() + Number(date[1]) * 1_000).toUTCString() : wish;
}

function autoRetry(status: number): string {
  return status === 429 ? "7" : "none";
}
