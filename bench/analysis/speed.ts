import { fitBaseline } from "../../src/finops/anomaly-baseline.ts";
import { at } from "../../src/finops/at.ts";
import { explainChange } from "../../src/finops/causes.ts";
import { findEpisodes } from "../../src/finops/episodes.ts";
import { forecast } from "../../src/finops/forecast.ts";
import { forecastRange } from "../../src/finops/interval.ts";
import { runOut } from "../../src/finops/run-out.ts";
import { prepareSeries } from "../../src/finops/series.ts";
import { simulateSpend } from "../../src/finops/spend-paths.ts";
import type { Bar } from "./bar.ts";
import { anomalySeries } from "./generators.ts";

const RUNS = 20;
const WINDOW = { spentBeforeTodayUsd: 0, todaySoFarUsd: 0, horizonDays: 30, seed: 1 };

/** Best time in milliseconds of several runs: a busy machine makes a run slower, never faster. */
function bestMs(work: () => unknown): number {
  let best = Number.POSITIVE_INFINITY;
  for (let run = 0; run < RUNS; run++) {
    const start = performance.now();
    work();
    best = Math.min(best, performance.now() - start);
  }
  return best;
}

/** Milliseconds of each analysis on fresh series, nothing remembered from an earlier run. */
export function speedBars(): Bar[] {
  const long = Array.from({ length: 6 }, (_, i) => anomalySeries(i + 1, 90, "office"));
  const { y, dow } = anomalySeries(7, 60, "office");
  const history = Array.from({ length: 56 }, (_, i) => i);
  const first = at(long, 0);
  const bar = (name: string, limit: number, work: () => unknown): Bar => ({
    name: `speed: ${name}, ms`,
    measured: bestMs(work),
    atMost: limit,
    digits: 1,
  });
  return [
    bar("baseline of 56 days", 2, () => fitBaseline(y, dow, history)),
    bar("detector over 90 days", 100, () => prepareSeries(first.y, first.dow).detect({ gateFloorUsd: 5 })),
    bar("forecast, 60 days, horizon 30", 50, () => forecast(prepareSeries(y, dow), 30)),
    bar("forecast and range, 60 days, horizon 30", 100, () => forecastRange(prepareSeries(y, dow), 30)),
    bar("run-out, 60 days, horizon 30", 150, () => {
      const paths = simulateSpend(prepareSeries(y, dow), WINDOW);
      return paths && runOut(paths, 1000);
    }),
    bar("diagnosis of a total and five entities, 90 days", 300, () => {
      const found = long.map((series) => findEpisodes(prepareSeries(series.y, series.dow), { gateFloorUsd: 5 }));
      const elements = long.map((series, i) => ({
        id: `${i}`,
        actualUsd: at(series.y, 89),
        expectedUsd: at(series.y, 82),
      }));
      return [found, explainChange({ actualUsd: 900, expectedUsd: 500 }, [{ name: "agents", elements }])];
    }),
  ];
}
