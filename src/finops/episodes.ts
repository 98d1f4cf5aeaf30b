import { type Detection, type DetectOptions, type Hit, impactGate, NEGLIGIBLE_USD, spend30Before } from "./anomaly.ts";
import type { Profile } from "./anomaly-baseline.ts";
import { at } from "./at.ts";
import type { Series } from "./series.ts";

export type EpisodeKind = "spike" | "drop" | "level_shift" | "stopped" | "new_spend";

/** A run of days on one side of expectation. Amounts in USD, positions in the series. */
export interface Episode {
  readonly kind: EpisodeKind;
  readonly direction: "up" | "down";
  readonly start: number;
  readonly end: number;
  /** anomalous days in it; unknown days inside are not counted */
  readonly days: number;
  /** it reaches the last complete day */
  readonly isOngoing: boolean;
  readonly actualUsd: number;
  readonly expectedUsd: number;
  /** 80 % range of what was expected, null when there was no history to expect anything from */
  readonly rangeUsd: { readonly low: number; readonly high: number } | null;
  readonly impactUsd: number;
  /** impact as a percentage of expected, null when nothing was expected */
  readonly impactPct: number | null;
  /** largest score, null for new spend without history */
  readonly z: number | null;
  readonly confidence: "low" | "medium" | "high" | null;
  readonly severity: "low" | "medium" | "high";
  readonly profile: Profile;
  readonly historyDays: number;
}

export interface EpisodeOptions extends DetectOptions {
  /** the scope was created inside the window, so its first spend is news of its own. @default false */
  isNewScope?: boolean;
}

export interface Episodes {
  /** `not_judged`: under seven usable days before every day, so that "none" would claim too much */
  readonly status: "judged" | "not_judged";
  /** in order of time */
  readonly episodes: readonly Episode[];
  readonly judgedDays: number;
}

/** Smallest impact that is ever called, in USD, by scope. */
export const GATE_FLOOR_USD = { workspace: 5, department: 5, other: 1 } as const;

/** Episodes of a series: the hits of `detect`, joined, named and weighed. */
export function findEpisodes(series: Series, options: EpisodeOptions = {}): Episodes {
  const detection = series.detect(options);
  const first = options.isNewScope ? firstSpend(series, options.gateFloorUsd ?? null) : null;
  const found = joinHits(detection).map((hits) => describe(hits, series));
  const episodes = first === null ? found : [first, ...found];
  const judgedDays = detection.judgedPositions.size;
  return { status: judgedDays === 0 && first === null ? "not_judged" : "judged", episodes, judgedDays };
}

/** Runs of hits of one direction with no judged, usual day between them. */
function joinHits({ hits, judgedPositions }: Detection): Hit[][] {
  const runs: Hit[][] = [];
  for (const hit of hits) {
    const run = runs.at(-1);
    const last = run?.at(-1);
    let isNext = last?.direction === hit.direction;
    for (let i = (last?.position ?? 0) + 1; isNext && i < hit.position; i++) isNext = !judgedPositions.has(i);
    if (run && isNext) run.push(hit);
    else runs.push([hit]);
  }
  return runs;
}

function describe(hits: readonly Hit[], series: Series): Episode {
  const first = at(hits, 0);
  const end = at(hits, hits.length - 1).position;
  const sum = (amount: (hit: Hit) => number) => hits.reduce((total, hit) => total + amount(hit), 0);
  const peak = hits.reduce((best, hit) => (Math.abs(hit.z) > Math.abs(best.z) ? hit : best), first);
  const expectedUsd = sum((hit) => hit.expectedUsd);
  const impactUsd = sum((hit) => hit.impactUsd);
  const { direction, position: start, profile, historyDays } = first;
  return {
    kind: kindOf(hits, series.values.slice(0, start)),
    direction,
    start,
    end,
    days: hits.length,
    isOngoing: end === series.values.length - 1,
    actualUsd: sum((hit) => hit.actualUsd),
    expectedUsd,
    rangeUsd: { low: sum((hit) => hit.lowUsd), high: sum((hit) => hit.highUsd) },
    impactUsd,
    impactPct: expectedUsd < NEGLIGIBLE_USD ? null : (100 * impactUsd) / expectedUsd,
    z: peak.z,
    confidence: confidenceOf(peak.z),
    severity: severityOf(impactUsd, spend30Before(series.values, start)),
    profile,
    historyDays,
  };
}

function kindOf(hits: readonly Hit[], before: readonly (number | null)[]): EpisodeKind {
  const isUp = at(hits, 0).direction === "up";
  if (isUp && before.every((usd) => usd === null || usd === 0)) return "new_spend";
  if (!isUp && hits.every((hit) => hit.actualUsd <= 0.01 * hit.expectedUsd)) return "stopped";
  if (hits.some((hit) => hit.kind === "level_shift")) return "level_shift";
  return isUp ? "spike" : "drop";
}

function confidenceOf(z: number): "low" | "medium" | "high" {
  const size = Math.abs(z);
  return size >= 8 ? "high" : size >= 5.5 ? "medium" : "low";
}

/** From money alone, against the scope's 30 days before; a fall in spend is information and never "high". */
function severityOf(impactUsd: number, spend30Usd: number): "low" | "medium" | "high" {
  const size = Math.abs(impactUsd);
  if (size >= 0.1 * spend30Usd) return impactUsd > 0 ? "high" : "medium";
  return size >= 0.03 * spend30Usd ? "medium" : "low";
}

/** The first spend past the gate of a scope too young to be judged, with the days of spend that follow, at most seven. */
function firstSpend(series: Series, gateFloorUsd: number | null): Episode | null {
  const { values } = series;
  const spent: { position: number; usd: number }[] = [];
  let historyDays = 0;
  for (let t = 0; t < values.length && historyDays < 7 && spent.length < 7; t++) {
    const usd = at(values, t);
    if (usd === null) continue;
    if (spent.length > 0 ? usd > 0 : usd > 0 && usd >= impactGate(values, t, gateFloorUsd))
      spent.push({ position: t, usd });
    else if (spent.length > 0) break;
    historyDays += 1;
  }
  const last = spent.at(-1);
  if (last === undefined) return null;
  const start = at(spent, 0).position;
  const usd = spent.reduce((total, day) => total + day.usd, 0);
  return {
    kind: "new_spend",
    direction: "up",
    start,
    end: last.position,
    days: spent.length,
    isOngoing: last.position === values.length - 1,
    actualUsd: usd,
    expectedUsd: 0,
    rangeUsd: null,
    impactUsd: usd,
    impactPct: null,
    z: null,
    confidence: null,
    severity: severityOf(usd, spend30Before(values, start)),
    profile: "none",
    historyDays: values.slice(0, start).filter((value) => value !== null).length,
  };
}
