import { bell, hash } from "../dataset/hash.ts";
import type { Simulation } from "../simulation.ts";

/** A share from 0 to 100, rounded; 0 of nothing. */
export function percent(part: number, whole: number, digits: number): number {
  return whole === 0 ? 0 : Number(((100 * part) / whole).toFixed(digits));
}

export const usd = (cents: number) => cents / 100;

/** Share of requests that succeeded on a day, in percent. */
export function successOn(sim: Simulation, day: number): number {
  return Number((98.6 + 0.25 * bell(hash(sim.world.seed, 200, day))).toFixed(1));
}

/** Mean latency of a day in milliseconds. */
export function latencyOn(sim: Simulation, day: number): number {
  return Math.round(905 + 24 * bell(hash(sim.world.seed, 201, day)));
}

/** Success and latency of a window, weighted by the requests of each day. */
export function quality(sim: Simulation, from: number, to: number): { success: number; latency: number } {
  let requests = 0;
  let success = 0;
  let latency = 0;
  for (const { day, book } of sim.ledger.window(from, to, sim.at())) {
    requests += book.total.requests;
    success += book.total.requests * successOn(sim, day);
    latency += book.total.requests * latencyOn(sim, day);
  }
  if (requests === 0) return { success: 0, latency: 0 };
  return { success: Number((success / requests).toFixed(1)), latency: Math.round(latency / requests) };
}
