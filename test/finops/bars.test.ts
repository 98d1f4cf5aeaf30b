import { describe, expect, it } from "vitest";
import { type Bar, holds, limitsOf } from "../../bench/analysis/bar.ts";
import { detectorBars } from "../../bench/analysis/detector-bars.ts";
import { runOutBars } from "../../bench/analysis/run-out-bars.ts";
import { selectionBars } from "../../bench/analysis/selection-bars.ts";
import { speedBars } from "../../bench/analysis/speed.ts";

const failures = (bars: readonly Bar[]) => bars.filter((bar) => !holds(bar));

// Seeded simulations: `npm run bench:analysis` prints the figures behind them.
describe("bars", () => {
  it("detector: F1, recall and false calls in every case", { timeout: 180_000 }, () => {
    const bars = detectorBars();
    expect(bars.filter((bar) => limitsOf(bar) !== "")).toHaveLength(20);
    expect(failures(bars)).toEqual([]);
  });

  it("run-out: Brier score, calibration and coverage", { timeout: 180_000 }, () => {
    expect(failures(runOutBars())).toEqual([]);
  });

  it("choice of series: no fewer episodes, and no less USD of them, than the largest moves hold", {
    timeout: 180_000,
  }, () => {
    expect(failures(selectionBars())).toEqual([]);
  });

  it("speed limits", { timeout: 60_000 }, () => {
    expect(failures(speedBars())).toEqual([]);
  });
});
