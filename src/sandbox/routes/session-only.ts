import { Hono } from "hono";
import type { Env } from "../simulation.ts";
import { requirePat } from "../wire/auth.ts";
import { ApiFailure } from "../wire/failure.ts";

/** Routes that only a signed-in person reaches: a personal access token is refused. */
export function sessionRoutes(): Hono<Env> {
  const routes = new Hono<Env>();
  for (const path of ["/pats", "/pats/*", "/workspaces", "/workspaces/*", "/logs"]) {
    routes.all(path, (c) => {
      requirePat(c, "read");
      throw new ApiFailure(403, "This route needs a user session");
    });
  }
  return routes;
}
