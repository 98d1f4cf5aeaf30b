import { describe, expect, it } from "vitest";
import { forecast } from "../../src/finops/forecast.ts";
import { forecastRange } from "../../src/finops/interval.ts";
import { mulberry32 } from "../../src/finops/random.ts";
import { prepareSeries } from "../../src/finops/series.ts";
import { simulateSpend, totalQuantile } from "../../src/finops/spend-paths.ts";
import { fromMonday } from "./constructed-series.ts";
import { plainForecast, quantile } from "./plain-forecast.ts";

/** A business week with noise, growth, spikes, a level shift and gaps, as the seed draws them. */
function drawSeries(seed: number, n: number): (number | null)[] {
  const r = mulberry32(seed);
  const scale = 10 ** Math.floor(9 * r() - 3);
  const weekend = r() < 0.3 ? 1 : r();
  const growth = 0.03 * (r() - 0.4);
  const shift = r() < 0.3 ? Math.floor(n * r()) : n;
  const gaps = r() < 0.5 ? 0 : 0.15 * r();
  return Array.from({ length: n }, (_, i) => {
    const [noise, spike, gap] = [r() + r() + r() - 1.5, r(), r()];
    if (i > 0 && gap < gaps) return null;
    const usual = (i % 7 < 5 ? 1 : weekend) * Math.exp(growth * i + 0.3 * noise);
    return scale * usual * (spike < 0.04 ? 1 + 5 * r() : 1) * (i >= shift ? 3 : 1);
  });
}

describe("forecast, interval and paths equal the plain algorithm", () => {
  it.each([8, 11, 13, 14, 15, 20, 21, 28, 29, 45, 63, 90])("on drawn series of %i days", (n) => {
    for (let seed = 1; seed <= 8; seed++) {
      const y = drawSeries(100 * n + seed, n);
      if (y.filter((value) => value !== null).length < 7) continue;
      const dow = fromMonday(n);
      const h = [1, 7, 10, 30][seed % 4] ?? 7;
      const series = prepareSeries(y, dow);
      const [before, today] = [12.5, 3];
      const plain = plainForecast(y, dow, h, { before, today, random: mulberry32(seed) });
      const point = forecast(series, h);
      const range = forecastRange(series, h);
      const paths = simulateSpend(series, {
        spentBeforeTodayUsd: before,
        todaySoFarUsd: today,
        horizonDays: h,
        seed,
      });
      const relative = (a: number | null | undefined, b: number) => Math.abs((a ?? Number.NaN) - b) / Math.max(1e-9, b);
      plain.days.forEach((usd, k) => {
        expect(relative(point?.days[k], usd)).toBeLessThan(1e-9);
      });
      expect(relative(range?.lowUsd, plain.low)).toBeLessThan(1e-9);
      expect(relative(range?.highUsd, plain.high)).toBeLessThan(1e-9);
      for (const p of [0.1, 0.5, 0.9]) {
        expect(relative(paths && totalQuantile(paths, p), quantile(plain.totals, p))).toBeLessThan(1e-9);
      }
    }
  });
});
