import { payloadRow } from "../envelope.ts";
import type { Http } from "../http.ts";
import { path } from "../path.ts";
import type { Payload } from "../payload.ts";

/** The service's own word on its health. */
export interface Health {
  /** `healthy`, `degraded`, `unhealthy`, `unknown(…)` or null when not reported. */
  status: string | null;
  components: { name: string; status: string | null; latencyMs: number | null }[];
  version: string | null;
}

export async function readHealth(http: Http): Promise<Health> {
  return parseHealth(await http.get(path`/api/v1/cockpit/health`, { isHealthCheck: true }));
}

export function parseHealth(payload: Payload): Health {
  const row = payloadRow(payload, ["status", "components", "version"]);
  return {
    status: row.word(["healthy", "degraded", "unhealthy"], "status"),
    components: row.entries("components").map(([name, part]) => ({
      name,
      status: part.word(["up", "down"], "status"),
      latencyMs: part.nonNegative("latencyMs"),
    })),
    version: row.text("version"),
  };
}
