import { type Context, Hono } from "hono";
import { DAY_MS, dayOf } from "../dataset/days.ts";
import { addTally, emptyTally, type Tally } from "../dataset/sums.ts";
import type { VirtualKey } from "../dataset/world.ts";
import type { Env, Simulation } from "../simulation.ts";
import { requirePat } from "../wire/auth.ts";
import { looseNumber, rate, sendSaas } from "../wire/envelope.ts";
import { clamped } from "../wire/query.ts";
import { latencyOn, successOn, usd } from "./figures.ts";
import { workspaceDay } from "./series.ts";

/** Raw storage units of one USD cent in the Collector's roll-ups. */
export const RAW_PER_CENT = 10_000_000;

/** The last 24 hours and the seven-day sparklines. */
export function liveRoutes(): Hono<Env> {
  const routes = new Hono<Env>();
  routes.get("/live-24h", (c) => {
    requirePat(c, "read");
    return live24h(c);
  });
  routes.get("/sparklines", (c) => {
    requirePat(c, "read");
    return sparklines(c);
  });
  return routes;
}

interface Rolling {
  total: Tally;
  models: Tally[];
  keys: Array<{ key: VirtualKey; tally: Tally }>;
}

/** Today so far and what yesterday added after this time of the day. */
function rolling(sim: Simulation): Rolling {
  const at = sim.at();
  const today = dayOf(at);
  const models = sim.world.models.map(emptyTally);
  const total = emptyTally();
  const keys: Rolling["keys"] = [];
  for (const key of sim.world.keys) {
    if (sim.ledger.keys([key], today - 1, today, at).cents === 0) continue;
    const byModel = sim.world.models.map(emptyTally);
    const earlier = sim.world.models.map(emptyTally);
    const tally = sim.ledger.keys([key], today - 1, today, at, byModel);
    addTally(tally, sim.ledger.keyDay(key, today - 1, at - DAY_MS, earlier), -1);
    byModel.forEach((row, i) => {
      addTally(row, earlier[i] ?? emptyTally(), -1);
      addTally(models[i] ?? emptyTally(), row);
    });
    addTally(total, tally);
    keys.push({ key, tally });
  }
  return { total, models, keys };
}

function live24h(c: Context<Env>): Response {
  const sim = c.get("sim");
  const limit = clamped(c.req.query("limit"), 1, 10, 5);
  const { total, models, keys } = rolling(sim);
  if (sim.switches.live24hShape === "atomic") {
    return sendSaas(c, {
      summary: {
        request_count: String(total.requests),
        cost_sum: String(total.cents * RAW_PER_CENT),
        prompt_tokens_sum: String(total.input),
        completion_tokens_sum: String(total.output),
      },
    });
  }
  const figures = ({ cents, requests }: Tally) => ({
    requests: looseNumber(sim, requests, "count"),
    cost: looseNumber(sim, usd(cents), "usd"),
  });
  const dearest = <T extends { tally: Tally }>(rows: T[]) =>
    rows
      .filter(({ tally }) => tally.cents > 0)
      .sort((a, b) => b.tally.cents - a.tally.cents)
      .slice(0, limit);
  const modelRows = dearest(sim.world.models.map((model, i) => ({ model, tally: models[i] ?? emptyTally() })));
  return sendSaas(c, {
    summary: {
      ...figures(total),
      tokens: looseNumber(sim, total.input + total.output, "count"),
      successRate: rate(sim, successOn(sim, sim.today())),
      avgLatencyMs: looseNumber(sim, latencyOn(sim, sim.today()), "count"),
    },
    topModels: modelRows.map(({ model, tally }) => ({
      model: sim.modelName(model),
      provider: model.provider,
      ...figures(tally),
    })),
    topKeys: dearest(keys).map(({ key, tally }) => ({
      id: key.id,
      label: sim.text(key.label, key.index),
      ...figures(tally),
    })),
  });
}

/** Five arrays over the last seven days, today included; `metrics` picks some of them. */
function sparklines(c: Context<Env>): Response {
  const sim = c.get("sim");
  const wanted = (c.req.query("metrics") ?? "all").split(",").map((name) => name.trim());
  const days = Array.from({ length: 7 }, (_, i) => sim.today() - 6 + i);
  const tallies = days.map((day) => workspaceDay(sim, day));
  const all = {
    spend: tallies.map(({ cents }) => usd(cents)),
    requests: tallies.map(({ requests }) => requests),
    tokens: tallies.map(({ input, output }) => input + output),
    success: days.map((day) => rate(sim, successOn(sim, day))),
    latency: days.map((day) => latencyOn(sim, day)),
  };
  const chosen = Object.entries(all).filter(([name]) => wanted.includes("all") || wanted.includes(name));
  return sendSaas(c, { period: "7d", ...Object.fromEntries(chosen) });
}
