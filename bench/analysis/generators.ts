import { at } from "../../src/finops/at.ts";
import { mulberry32, standardNormal } from "../../src/finops/random.ts";

export type UsageKind = "office" | "prod" | "flat";

export interface LabelledSeries {
  /** USD per day */
  readonly y: readonly number[];
  /** 0 = Sunday */
  readonly dow: readonly number[];
  /** 0 for a usual day, else the number of its anomaly */
  readonly label: readonly number[];
}

/** A seeded series of `n` days with at most two injected rises. The order of the draws is part of the definition. */
export function anomalySeries(seed: number, n: number, kind: UsageKind): LabelledSeries {
  const r = mulberry32(seed);
  const g = () => {
    let u = 0;
    for (let i = 0; i < 12; i++) u += r();
    return u - 6;
  };
  const base = Math.exp(2 + 3 * r());
  const growth = r() * 0.02 - 0.004;
  const noise = 0.1 + 0.25 * r();
  const weekend = kind === "office" ? 0.08 + 0.35 * r() : kind === "prod" ? 0.75 + 0.2 * r() : 1;
  const y: number[] = [];
  const dow: number[] = [];
  const label = Array.from({ length: n }, () => 0);
  for (let t = 0; t < n; t++) {
    const d = (t + seed) % 7;
    dow.push(d);
    const tail = r() < 0.03 ? 0.5 * Math.abs(g()) : 0;
    y.push(base * Math.exp(growth * t) * (d === 0 || d === 6 ? weekend : 1) * Math.exp(noise * g() + tail));
  }
  const events = r() < 0.75 ? 1 + (r() < 0.4 ? 1 : 0) : 0;
  for (let event = 1; event <= events; event++) {
    const start = 14 + Math.floor(r() * (n - 16));
    const factor = 2 + 4 * r();
    const length = r() < 0.7 ? 1 : 2 + Math.floor(3 * r());
    for (let t = start; t < start + length && t < n; t++) {
      y[t] = at(y, t) * factor;
      label[t] = event;
    }
  }
  return { y, dow, label };
}

const WEEKS: Record<UsageKind, readonly number[]> = {
  office: [0.12, 1, 1.08, 1.05, 1.02, 0.9, 0.15],
  prod: [0.8, 1, 1.05, 1.04, 1.02, 1, 0.82],
  flat: [1, 1, 1, 1, 1, 1, 1],
};

export interface SpendSeries {
  /** USD per day, 120 days */
  readonly y: readonly number[];
  readonly dow: readonly number[];
}

/** A maker of 120-day series that wander, drift and jump; one stream of draws for all series of a run. */
export function spendSeriesMaker(seed: number): (kind: UsageKind) => SpendSeries {
  const r = mulberry32(seed);
  const normal = () => standardNormal(r);
  return (kind) => {
    const y: number[] = [];
    const dow: number[] = [];
    const noise = kind === "prod" ? 0.1 : 0.22;
    let level = Math.log(20 + 200 * r());
    let growth = (r() - 0.3) * 0.02;
    for (let i = 0; i < 120; i++) {
      if (r() < 0.015) level += normal() * 0.4;
      if (r() < 0.01) growth = (r() - 0.3) * 0.02;
      level += growth + normal() * 0.02;
      const spike = r() < 0.015 ? 1 + 2 * r() : 1;
      y.push(Math.exp(level + noise * normal()) * at(WEEKS[kind], i % 7) * spike);
      dow.push(i % 7);
    }
    return { y, dow };
  };
}
