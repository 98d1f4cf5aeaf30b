import type { Sums } from "../types.ts";
import type { VirtualKey, World } from "./world.ts";

/** Running totals; money in whole cents. */
export interface Tally {
  cents: number;
  requests: number;
  input: number;
  output: number;
}

export function emptyTally(): Tally {
  return { cents: 0, requests: 0, input: 0, output: 0 };
}

export function addTally(into: Tally, other: Tally, sign: 1 | -1 = 1): void {
  into.cents += sign * other.cents;
  into.requests += sign * other.requests;
  into.input += sign * other.input;
  into.output += sign * other.output;
}

export function toSums(tally: Tally): Sums {
  return {
    cents: tally.cents,
    usd: tally.cents / 100,
    requests: tally.requests,
    inputTokens: tally.input,
    outputTokens: tally.output,
    tokens: tally.input + tally.output,
  };
}

/** Fills `out` with the tokens that `cents` buy from one model on one day and the requests that they make; both rise with the cents. */
export function fillUsage(
  out: Tally,
  world: World,
  key: VirtualKey,
  model: number,
  priceFactor: number,
  cents: number,
): void {
  const row = world.models[model];
  const prompt = row?.prompt ?? 1e-6;
  const completion = row?.completion ?? 1e-6;
  out.cents = cents;
  out.input = Math.round(cents / 100 / ((prompt + key.outputRatio * completion) * priceFactor));
  out.output = Math.round(out.input * key.outputRatio);
  out.requests = Math.max(1, Math.ceil((out.input + out.output) / key.tokensPerRequest));
}
