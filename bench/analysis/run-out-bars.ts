import { at } from "../../src/finops/at.ts";
import { createExpect } from "../../src/finops/expectation.ts";
import { mean } from "../../src/finops/quantile.ts";
import { runOut } from "../../src/finops/run-out.ts";
import { prepareSeries } from "../../src/finops/series.ts";
import { simulateSpend, totalQuantile } from "../../src/finops/spend-paths.ts";
import type { Bar } from "./bar.ts";
import { coverageBar } from "./forecast-bars.ts";
import { spendSeriesMaker } from "./generators.ts";

const SERIES_PER_KIND = 20;
const WINDOW_DAYS = 30;
/** Window start and the day of the window on which the question is asked. */
const QUESTIONS = [
  [14, 5],
  [14, 15],
  [30, 10],
  [30, 20],
  [60, 3],
  [60, 15],
  [60, 25],
  [80, 12],
  [80, 20],
] as const;
const BUDGET_FACTORS = [0.8, 0.9, 1, 1.1, 1.25] as const;

interface Answer {
  readonly stated: number;
  readonly isExceeded: boolean;
  /** straight line of the spend so far, for comparison */
  readonly paceSaysExceeded: boolean;
}

/** Quality of the stated probabilities that a budget is exceeded: Brier score (1950), calibration, coverage of the total. */
export function runOutBars(): Bar[] {
  const { answers, coveragePct } = ask();
  const brier = (stated: (answer: Answer) => number) =>
    mean(answers.map((answer) => (stated(answer) - Number(answer.isExceeded)) ** 2));
  const tenths = Array.from({ length: 10 }, (_, tenth) =>
    answers.filter(({ stated }) => Math.min(9, Math.floor(stated * 10)) === tenth),
  );
  return [
    { name: "run-out: Brier score", measured: brier(({ stated }) => stated), atMost: 0.115, digits: 3 },
    {
      name: "  straight-line pace: Brier score",
      measured: brier(({ paceSaysExceeded }) => Number(paceSaysExceeded)),
      digits: 3,
    },
    coverageBar("run-out: coverage of P10-P90 of the total %", coveragePct),
    ...tenths.map((group, tenth): Bar => {
      const gap = mean(group.map(({ isExceeded }) => Number(isExceeded))) - mean(group.map(({ stated }) => stated));
      const name = `run-out: calibration of ${tenth * 10}-${tenth * 10 + 10} % (${group.length} answers)`;
      return { name, measured: Math.abs(gap), atMost: 0.18, digits: 2 };
    }),
  ];
}

function ask(): { answers: Answer[]; coveragePct: number } {
  const next = spendSeriesMaker(12345);
  const answers: Answer[] = [];
  const inside: number[] = [];
  for (const kind of ["office", "prod", "flat"] as const) {
    for (let i = 0; i < SERIES_PER_KIND; i++) {
      const { y, dow } = next(kind);
      const expect = createExpect(y, dow);
      for (const [start, day] of QUESTIONS) {
        const today = start + day;
        const series = prepareSeries(y.slice(0, today), dow.slice(0, today), expect);
        const spentBeforeTodayUsd = sum(y.slice(start, today));
        const todaySoFarUsd = at(y, today) / 2;
        const spent = spentBeforeTodayUsd + todaySoFarUsd;
        const total = sum(y.slice(start, start + WINDOW_DAYS));
        const horizonDays = WINDOW_DAYS - day;
        const paths = simulateSpend(series, { spentBeforeTodayUsd, todaySoFarUsd, horizonDays, seed: 1 });
        if (paths === null) throw new Error("a series of 19 days has a probability");
        inside.push(Number(total >= totalQuantile(paths, 0.1) && total <= totalQuantile(paths, 0.9)));
        for (const factor of BUDGET_FACTORS) {
          const budget = Math.max(factor * WINDOW_DAYS * mean(y.slice(today - 14, today)), 1.02 * spent);
          answers.push({
            stated: runOut(paths, budget).probability,
            isExceeded: total >= budget,
            paceSaysExceeded: (spent / (day + 0.5)) * WINDOW_DAYS >= budget,
          });
        }
      }
    }
  }
  return { answers, coveragePct: 100 * mean(inside) };
}

function sum(values: readonly number[]): number {
  return values.reduce((acc, value) => acc + value, 0);
}
