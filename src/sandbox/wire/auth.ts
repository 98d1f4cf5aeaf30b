import type { Context } from "hono";
import { indexOfToken } from "../dataset/ids.ts";
import type { VirtualKey } from "../dataset/world.ts";
import type { Env } from "../simulation.ts";
import { ApiFailure } from "./failure.ts";

export type Scope = "read" | "write" | "admin";

const RANK: Record<Scope, number> = { read: 1, write: 2, admin: 3 };

const unauthorized = (message = "Authentication failed") => new ApiFailure(401, message);

function bearer(c: Context<Env>): string {
  const match = /^Bearer +(\S+)$/i.exec(c.req.header("authorization") ?? "");
  if (!match?.[1]) throw unauthorized();
  return match[1];
}

/** The virtual key of the request. @throws ApiFailure 401, the same for every reason. */
export function virtualKeyOf(c: Context<Env>): VirtualKey {
  const sim = c.get("sim");
  const token = bearer(c);
  const index = indexOfToken(sim.world.seed, token);
  const key = index === null ? undefined : sim.world.keys[index];
  if (key?.token !== token || key.status !== "active") throw unauthorized();
  if (key.expiresAt !== null && sim.now() >= key.expiresAt) throw unauthorized();
  return key;
}

/** Lets a request with a good personal access token pass. @throws ApiFailure 400, 401 or 403. */
export function requirePat(c: Context<Env>, scope: Scope): void {
  const sim = c.get("sim");
  const pat = sim.pats.get(bearer(c));
  if (!pat) throw unauthorized();
  if (pat.state === "revoked") throw unauthorized("Token has been revoked");
  if (pat.state === "expired") throw unauthorized("Token has expired");
  const named = c.req.header("x-workspace-id");
  if (named === undefined && sim.switches.workspaceHeader !== "optional") {
    throw new ApiFailure(
      sim.switches.workspaceHeader === "missing-403" ? 403 : 400,
      "X-Workspace-Id header is required",
    );
  }
  const mismatch = named !== undefined && named.toLowerCase() !== pat.workspaceId;
  if (mismatch || pat.workspaceId !== sim.world.workspaceId) throw new ApiFailure(403, "Workspace mismatch");
  if (RANK[pat.scope] < RANK[scope]) throw new ApiFailure(403, `Insufficient permissions. Required scope: ${scope}`);
}

/** Either credential; `models` alone takes both. @returns which one it was. */
export function requireAny(c: Context<Env>): "vk" | "pat" {
  if (bearer(c).startsWith("pat_")) {
    requirePat(c, "read");
    return "pat";
  }
  virtualKeyOf(c);
  return "vk";
}
