import { setTimeout as delay } from "node:timers/promises";
import type { Context, Next } from "hono";
import type { Env } from "../simulation.ts";
import type { Fault } from "../types.ts";
import { sendBare } from "./envelope.ts";
import { ApiFailure, htmlPage, jsonText, sendFailure } from "./failure.ts";

const TEXTS: Record<string, string> = {
  "400": "bad request",
  "401": "Authentication failed",
  "402": "payment required",
  "403": "Insufficient permissions",
  "404": "not found",
  "409": "conflict",
  "422": "unprocessable",
  "429": "too many requests",
  "500": "internal error",
  "502": "Bad Gateway",
  "503": "service unavailable",
  "504": "Gateway Timeout",
};

/**
 * Answers one request as a fault wants it.
 * @returns the answer, or null when the connection was dropped without one.
 */
export async function strike(c: Context<Env>, fault: Fault, next: Next): Promise<Response | null> {
  switch (fault.kind) {
    case "slow":
      await delay(fault.delayMs ?? 2_000, undefined, { ref: false });
      await next();
      return c.res;
    case "code200":
      return sendBare({ code: fault.code ?? 50001, message: fault.message ?? "internal error", data: null });
    case "html200":
      return htmlPage(200, fault.message ?? "Sign in to the network");
    case "empty":
      return jsonText(200, "");
    case "redirect":
      return redirect(c, fault);
    case "reset":
    case "reset-before":
      return drop(c);
    case "reset-after":
      await next();
      return drop(c);
    case "late":
      // Nobody is left to hear how it ended.
      delay(fault.delayMs ?? 3_000, undefined, { ref: false })
        .then(next)
        .catch(() => undefined);
      return drop(c);
    case "truncated":
      await next();
      return cutConnection(c, await c.res.text());
    case "cut-json": {
      await next();
      const text = await c.res.text();
      return jsonText(c.res.status, text.slice(0, Math.floor(text.length / 2)));
    }
    default:
      return status(c, fault);
  }
}

/** 502 and 504 come from a proxy, which speaks HTML. */
function status(c: Context<Env>, fault: Fault): Response {
  const code = Number(fault.kind);
  const text = fault.message ?? TEXTS[fault.kind] ?? "error";
  if (code === 502 || code === 504) return htmlPage(code, `${code} ${text}`);
  return sendFailure(c, new ApiFailure(code, text, code * 100 + 1, fault.retryAfter ?? null));
}

function redirect(c: Context<Env>, fault: Fault): Response {
  const url = new URL(c.req.url);
  const location = fault.location ?? `${url.origin}/moved${url.pathname}${url.search}`;
  return new Response(null, { status: fault.status ?? 302, headers: { location } });
}

function drop(c: Context<Env>): null {
  c.env.incoming.socket.resetAndDestroy();
  return null;
}

/** Promises the whole body, sends half of it and closes. */
function cutConnection(c: Context<Env>, text: string): null {
  const body = Buffer.from(text);
  const { outgoing } = c.env;
  outgoing.writeHead(c.res.status, { "content-type": "application/json", "content-length": body.length });
  outgoing.write(body.subarray(0, Math.floor(body.length / 2)), () => outgoing.socket?.destroy());
  return null;
}
