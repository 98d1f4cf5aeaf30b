import { detect } from "../../src/finops/anomaly.ts";
import { at } from "../../src/finops/at.ts";
import { createExpect } from "../../src/finops/expectation.ts";
import { mean, median } from "../../src/finops/quantile.ts";
import type { Bar } from "./bar.ts";
import { anomalySeries, type LabelledSeries, type UsageKind } from "./generators.ts";

const SEEDS = 200;
const START = 14;

interface Case {
  readonly kind: UsageKind;
  readonly days: number;
  readonly f1: number;
  readonly f1Shipped: number;
  readonly recall: number;
  readonly falseCalls: number;
}

const CASES: readonly Case[] = [
  { kind: "office", days: 30, f1: 0.83, f1Shipped: 0.83, recall: 0.81, falseCalls: 1.7 },
  { kind: "office", days: 60, f1: 0.77, f1Shipped: 0.75, recall: 0.84, falseCalls: 1.2 },
  { kind: "office", days: 90, f1: 0.74, f1Shipped: 0.74, recall: 0.84, falseCalls: 1.0 },
  { kind: "prod", days: 60, f1: 0.76, f1Shipped: 0.76, recall: 0.81, falseCalls: 1.1 },
  { kind: "flat", days: 60, f1: 0.81, f1Shipped: 0.8, recall: 0.83, falseCalls: 0.9 },
];

/** Positions called high. */
type Method = (series: LabelledSeries) => readonly number[];

interface Score {
  readonly f1: number;
  readonly recall: number;
  /** hit days outside labels per 100 unlabelled days */
  readonly falseCalls: number;
}

/** F1, recall and false calls of the detector on seeds 1 … 200 of every case, with two simple rules for comparison. */
export function detectorBars(): Bar[] {
  return CASES.flatMap(({ kind, days, f1, f1Shipped, recall, falseCalls }): Bar[] => {
    const all = Array.from({ length: SEEDS }, (_, i) => anomalySeries(i + 1, days, kind));
    const shared = new Map(all.map((series) => [series, createExpect(series.y, series.dow)]));
    const called = (options: { zDown: number; gateFloorUsd: number | null }): Method => {
      return (series) =>
        detect(series.y, series.dow, { ...options, start: START }, shared.get(series))
          .hits.filter((hit) => hit.direction === "up")
          .map((hit) => hit.position);
    };
    const bare = score(all, called({ zDown: Number.POSITIVE_INFINITY, gateFloorUsd: null }));
    const shipped = score(all, called({ zDown: 4, gateFloorUsd: 5 }));
    const name = `${kind} ${days}`;
    return [
      { name: `detector ${name}: F1`, measured: bare.f1, atLeast: f1, digits: 2 },
      { name: `detector ${name}: F1 as shipped`, measured: shipped.f1, atLeast: f1Shipped, digits: 2 },
      { name: `detector ${name}: recall`, measured: bare.recall, atLeast: recall, digits: 2 },
      { name: `detector ${name}: false calls / 100 days`, measured: bare.falseCalls, atMost: falseCalls, digits: 1 },
      { name: "  median + 3.5 MAD, 30 days: F1", measured: score(all, aboveMedian).f1, digits: 2 },
      { name: "  mean + 2 sd, 30 days: F1", measured: score(all, aboveMean).f1, digits: 2 },
    ];
  });
}

function score(all: readonly LabelledSeries[], method: Method): Score {
  let events = 0;
  let found = 0;
  let hits = 0;
  let trueHits = 0;
  let usualDays = 0;
  for (const series of all) {
    const { label } = series;
    const called = method(series);
    const labels = called.map((position) => at(label, position));
    const numbers = new Set(label.filter((number) => number > 0));
    events += numbers.size;
    found += [...numbers].filter((number) => labels.includes(number)).length;
    hits += labels.length;
    trueHits += labels.filter((number) => number > 0).length;
    usualDays += label.filter((number, t) => t >= START && number === 0).length;
  }
  const recall = found / events;
  const precision = trueHits / hits;
  return {
    f1: (2 * precision * recall) / (precision + recall),
    recall,
    falseCalls: (100 * (hits - trueHits)) / usualDays,
  };
}

function trailing(series: LabelledSeries, isHigh: (usd: number, before: readonly number[]) => boolean): number[] {
  return series.y.flatMap((usd, t) => (t >= START && isHigh(usd, series.y.slice(Math.max(0, t - 30), t)) ? [t] : []));
}

const aboveMedian: Method = (series) =>
  trailing(series, (usd, before) => {
    const middle = median(before);
    return usd > middle + 3.5 * 1.4826 * median(before.map((value) => Math.abs(value - middle)));
  });

const aboveMean: Method = (series) =>
  trailing(series, (usd, before) => {
    const centre = mean(before);
    return usd > centre + 2 * Math.sqrt(mean(before.map((value) => (value - centre) ** 2)));
  });
