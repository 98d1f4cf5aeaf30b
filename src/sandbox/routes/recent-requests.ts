import type { Context } from "hono";
import { DAY_MS, instantText } from "../dataset/days.ts";
import { hash, unit } from "../dataset/hash.ts";
import { idOf } from "../dataset/ids.ts";
import { emptyTally } from "../dataset/sums.ts";
import type { VirtualKey } from "../dataset/world.ts";
import type { Env, Simulation } from "../simulation.ts";
import { virtualKeyOf } from "../wire/auth.ts";
import { sendCockpit } from "../wire/envelope.ts";
import { clamped } from "../wire/query.ts";

/** Days whose requests are listed. */
const KEPT_DAYS = 30;

/** A placeholder by default, as the vendor describes it; rows when the switch `recentRequests` asks for them. */
export function recentRequests(c: Context<Env>): Response {
  const sim = c.get("sim");
  const key = virtualKeyOf(c);
  const limit = clamped(c.req.query("limit"), 1, 100, 20);
  const offset = clamped(c.req.query("offset"), 0, Number.MAX_SAFE_INTEGER, 0);
  if (sim.switches.recentRequests === "placeholder" || sim.switches.degraded === "on") {
    const message = sim.text("Request logs are not available on this endpoint yet.", 0);
    const pagination = { total: 0, limit, offset };
    return sendCockpit(c, { degraded: true, data_source: "cache", message, data: [], pagination });
  }
  const { rows, total } = key.owner === null ? { rows: [], total: 0 } : logOf(sim, key, limit, offset);
  return sendCockpit(c, { degraded: false, data_source: "live", data: rows, pagination: { total, limit, offset } });
}

/** The counted requests of the last days, newest first, each with its part of the day's tokens and cost. */
function logOf(sim: Simulation, key: VirtualKey, limit: number, offset: number) {
  const rows: Array<Record<string, unknown>> = [];
  let total = 0;
  for (let day = sim.today(); day > sim.today() - KEPT_DAYS; day -= 1) {
    const tallies = sim.world.models.map(emptyTally);
    const { requests } = sim.ledger.keyDay(key, day, sim.at(), tallies);
    const end = Math.min(sim.at(), (day + 1) * DAY_MS);
    for (let i = Math.max(0, offset - total); i < requests && rows.length < limit; i += 1) {
      const place = hash(sim.world.seed, 210, key.index, day * 100_000 + i);
      const used = tallies.filter((tally) => tally.requests > 0);
      const tally = used[place % used.length] ?? emptyTally();
      const model = sim.world.models[tallies.indexOf(tally)];
      const failed = unit(hash(sim.world.seed, 211, key.index, place)) < 0.014;
      rows.push({
        id: idOf(sim.world.seed, "request", place),
        model: model ? sim.modelName(model) : null,
        provider: model?.provider ?? null,
        tokens_in: Math.round(tally.input / tally.requests),
        tokens_out: failed ? 0 : Math.round(tally.output / tally.requests),
        cost_cents: Math.round(tally.cents / tally.requests),
        status: failed ? "failed" : "success",
        latency_ms: 400 + (place % 1_100),
        created_at: instantText(end - ((i + 1) * (end - day * DAY_MS)) / (requests + 1)),
      });
    }
    total += requests;
  }
  return { rows, total };
}
