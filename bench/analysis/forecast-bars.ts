import { at } from "../../src/finops/at.ts";
import { createExpect } from "../../src/finops/expectation.ts";
import { forecastRange } from "../../src/finops/interval.ts";
import { mean } from "../../src/finops/quantile.ts";
import { prepareSeries } from "../../src/finops/series.ts";
import type { Bar } from "./bar.ts";
import { type SpendSeries, spendSeriesMaker, type UsageKind } from "./generators.ts";

const SERIES_PER_CELL = 60;
const HORIZONS = [7, 21] as const;

/** Highest OWA per kind and horizon. */
const OWA_BARS: Record<UsageKind, Record<7 | 21, number>> = {
  office: { 7: 0.86, 21: 0.89 },
  prod: { 7: 0.88, 21: 0.93 },
  flat: { 7: 0.84, 21: 0.88 },
};
const MEAN_OWA_BAR = 0.875;

interface Cell {
  readonly kind: UsageKind;
  readonly horizon: 7 | 21;
  readonly owa: number;
  /** OWA of the mean of the last 28 days, for comparison */
  readonly runRateOwa: number;
  /** share of totals inside the 80 % range, percent */
  readonly coveragePct: number;
}

/** Overall weighted average against the seasonal naive forecast (as in the M4 competition) and interval coverage. */
export function forecastBars(): Bar[] {
  const cells = runCells(12345, [14, 28, 42, 63, 90]);
  const unseen = runCells(9001, [17, 30, 46, 61, 88]);
  const name = (cell: Cell) => `forecast ${cell.kind}, ${cell.horizon} days`;
  return [
    ...cells.flatMap((cell): Bar[] => [
      { name: `${name(cell)}: OWA`, measured: cell.owa, atMost: OWA_BARS[cell.kind][cell.horizon], digits: 2 },
      { name: "  mean of 28 days: OWA", measured: cell.runRateOwa, digits: 2 },
    ]),
    { name: "forecast: mean OWA", measured: mean(cells.map(({ owa }) => owa)), atMost: MEAN_OWA_BAR, digits: 3 },
    ...cells.map((cell) => coverageBar(`${name(cell)}: coverage %`, cell.coveragePct)),
    ...unseen.map((cell) => coverageBar(`${name(cell)}, second seed: coverage %`, cell.coveragePct)),
  ];
}

/** Coverage of an 80 % range must lie between 75 and 90 %. */
export function coverageBar(name: string, measured: number): Bar {
  return { name, measured, atLeast: 75, atMost: 90, digits: 1 };
}

function runCells(seed: number, origins: readonly number[]): Cell[] {
  const next = spendSeriesMaker(seed);
  const cells: Cell[] = [];
  for (const kind of ["office", "prod", "flat"] as const) {
    for (const horizon of HORIZONS) {
      const all = Array.from({ length: SERIES_PER_CELL }, () => next(kind));
      cells.push({ kind, horizon, ...scoreCell(all, origins, horizon) });
    }
  }
  return cells;
}

interface Errors {
  readonly smape: number[];
  readonly mase: number[];
}

function scoreCell(all: readonly SpendSeries[], origins: readonly number[], horizon: number) {
  const blend: Errors = { smape: [], mase: [] };
  const naive: Errors = { smape: [], mase: [] };
  const runRate: Errors = { smape: [], mase: [] };
  let covered = 0;
  let asked = 0;
  for (const { y, dow } of all) {
    const expect = createExpect(y, dow);
    for (const origin of origins) {
      const past = y.slice(0, origin);
      const actual = y.slice(origin, origin + horizon);
      const range = forecastRange(prepareSeries(past, dow.slice(0, origin), expect), horizon);
      if (range === null) throw new Error("a series of 14 days has a forecast");
      const scale = mean(past.slice(7).map((usd, i) => Math.abs(usd - at(past, i))));
      const rate = mean(past.slice(-28));
      addErrors(blend, actual, range.forecast.days, scale);
      addErrors(
        naive,
        actual,
        actual.map((_, k) => at(past, origin - 7 + (k % 7))),
        scale,
      );
      addErrors(
        runRate,
        actual,
        actual.map(() => rate),
        scale,
      );
      const total = actual.reduce((sum, usd) => sum + usd, 0);
      asked += 1;
      if (total >= (range.lowUsd ?? 0) && total <= (range.highUsd ?? 0)) covered += 1;
    }
  }
  return { owa: owa(blend, naive), runRateOwa: owa(runRate, naive), coveragePct: (100 * covered) / asked };
}

function addErrors(errors: Errors, actual: readonly number[], predicted: readonly number[], scale: number): void {
  errors.smape.push(mean(actual.map((usd, k) => (200 * Math.abs(usd - at(predicted, k))) / (usd + at(predicted, k)))));
  errors.mase.push(mean(actual.map((usd, k) => Math.abs(usd - at(predicted, k)))) / scale);
}

function owa(errors: Errors, naive: Errors): number {
  return 0.5 * (mean(errors.smape) / mean(naive.smape) + mean(errors.mase) / mean(naive.mase));
}
