import { UTCDate } from "@date-fns/utc";
import { subMonths } from "date-fns";
import { type Context, Hono } from "hono";
import { DAY_MS, type DayRange, dayOf, dayText, instantText, monthStart } from "../dataset/days.ts";
import { addTally, emptyTally, type Tally } from "../dataset/sums.ts";
import type { Env, Simulation } from "../simulation.ts";
import { requirePat } from "../wire/auth.ts";
import { looseNumber, rate, sendSaas } from "../wire/envelope.ts";
import { badRequest } from "../wire/failure.ts";
import { latencyOn, successOn, usd } from "./figures.ts";
import { RAW_PER_CENT } from "./live.ts";
import { workspaceDay } from "./series.ts";

const METRICS = ["cost", "requests", "tokens", "avg_cost_per_req", "success_rate", "latency"] as const;
type Metric = (typeof METRICS)[number];

export function timeseriesRoutes(): Hono<Env> {
  const routes = new Hono<Env>();
  routes.get("/usage/timeseries", (c) => {
    requirePat(c, "read");
    return timeseries(c);
  });
  return routes;
}

function timeseries(c: Context<Env>): Response {
  const sim = c.get("sim");
  const { metric: wanted, granularity = "day" } = c.req.query();
  const metric = METRICS.find((known) => known === wanted);
  if (metric === undefined) throw badRequest(`metric must be one of ${METRICS.join(", ")}`);
  if (granularity !== "day" && granularity !== "hour") throw badRequest("granularity must be day or hour");
  if (granularity === "hour" && (metric === "success_rate" || metric === "latency")) {
    throw badRequest("hour granularity is not supported for this metric", 40010);
  }
  const { preset, range } = windowOf(c);
  const points = granularity === "day" ? dayPoints(sim, metric, range) : hourPoints(sim, metric, range);
  const window = { startDate: dayText(range.from), endDate: dayText(range.to) };
  return sendSaas(c, { metric, granularity, preset, window, ...container(sim, metric, points) });
}

function windowOf(c: Context<Env>): { preset: string; range: DayRange } {
  const sim = c.get("sim");
  const { preset = "30d", start, end } = c.req.query();
  const to = sim.today();
  if (start !== undefined && end !== undefined) {
    const first = Date.parse(start);
    const last = Date.parse(end);
    if (!(last > first)) throw badRequest("start and end must be instants, start before end");
    return { preset, range: { from: dayOf(first), to: Math.min(to, dayOf(last - 1)) } };
  }
  const months = /^(3|6|12)m$/.exec(preset)?.[1];
  if (months !== undefined) {
    return { preset, range: { from: dayOf(subMonths(new UTCDate(to * DAY_MS), Number(months)).getTime()) + 1, to } };
  }
  if (preset === "mtd") return { preset, range: { from: monthStart(to), to } };
  if (preset === "7d" || preset === "30d") return { preset, range: { from: to - Number.parseInt(preset, 10) + 1, to } };
  throw badRequest("preset must be mtd, 7d, 30d, 3m, 6m or 12m");
}

interface Point {
  bucket: string;
  value: number;
  tally: Tally;
}

function dayPoints(sim: Simulation, metric: Metric, { from, to }: DayRange): Point[] {
  return Array.from({ length: to - from + 1 }, (_, i) => {
    const day = from + i;
    const tally = workspaceDay(sim, day);
    return { bucket: dayText(day), value: metricValue(sim, metric, tally, day), tally };
  });
}

/** Every hour that has begun; an hour is what was counted at its end less what was counted at its start. */
function hourPoints(sim: Simulation, metric: Metric, { from, to }: DayRange): Point[] {
  const points: Point[] = [];
  for (let day = Math.max(from, sim.world.start); day <= to; day += 1) {
    let before = emptyTally();
    for (let hour = 0; hour < 24; hour += 1) {
      const start = day * DAY_MS + hour * 3_600_000;
      if (start > sim.at()) break;
      const upTo = emptyTally();
      for (const key of sim.world.keys)
        addTally(upTo, sim.ledger.keyDay(key, day, Math.min(sim.at(), start + 3_600_000)));
      const tally = { ...upTo };
      addTally(tally, before, -1);
      before = upTo;
      points.push({ bucket: instantText(start), value: metricValue(sim, metric, tally, day), tally });
    }
  }
  return points;
}

function metricValue(sim: Simulation, metric: Metric, tally: Tally, day: number): number {
  switch (metric) {
    case "cost":
      return usd(tally.cents);
    case "requests":
      return tally.requests;
    case "tokens":
      return tally.input + tally.output;
    case "avg_cost_per_req":
      return tally.requests === 0 ? 0 : Number((tally.cents / 100 / tally.requests).toFixed(6));
    case "success_rate":
      return rate(sim, successOn(sim, day));
    case "latency":
      return latencyOn(sim, day);
  }
}

function container(sim: Simulation, metric: Metric, points: Point[]): Record<string, unknown> {
  const out = ({ value }: Point) => {
    if (sim.switches.numbers === "native") return value;
    return metric === "cost" ? looseNumber(sim, value, "usd") : String(value);
  };
  if (sim.switches.timeseriesShape === "series") {
    return { series: points.map((point) => ({ date: point.bucket, [metric]: out(point) })) };
  }
  if (sim.switches.timeseriesShape === "raw") return { rows: points.map((point) => rawRow(metric, point)) };
  return { points: points.map((point) => ({ bucket: point.bucket, value: out(point) })) };
}

/** Storage integers as strings, which are not money. */
function rawRow(metric: Metric, { bucket, value, tally }: Point): Record<string, string> {
  if (metric === "cost") return { bucket, cost_sum: String(tally.cents * RAW_PER_CENT) };
  if (metric === "requests") return { bucket, request_count: String(tally.requests) };
  return { bucket, value: String(value) };
}
