import type { SpendPaths } from "./spend-paths.ts";

/** When and how likely cumulative spend reaches a line. Days count from today = 0; null is "not before the reset". */
export interface RunOut {
  /** 0.01 to 0.99, or 1 when the line is passed already */
  readonly probability: number;
  /** passed today or earlier: the day is known from the recorded series, not from the paths */
  readonly isOver: boolean;
  readonly p10Day: number | null;
  readonly p50Day: number | null;
  readonly p90Day: number | null;
}

/** Run-out of a budget or alert line over simulated paths. @param lineUsd greater than 0 */
export function runOut(paths: SpendPaths, lineUsd: number): RunOut {
  const { spentBeforeTodayUsd, todaySoFarUsd, horizonDays } = paths.window;
  const crossings: number[] = [];
  for (let path = 0; path < paths.count; path++) {
    if (paths.cumulative(path, horizonDays - 1) < lineUsd) continue;
    let day = 0;
    while (paths.cumulative(path, day) < lineUsd) day += 1;
    crossings.push(day);
  }
  crossings.sort((left, right) => left - right);
  const nth = (p: number) => crossings[Math.ceil(p * paths.count) - 1] ?? null;
  const isOver = spentBeforeTodayUsd + todaySoFarUsd >= lineUsd;
  return {
    probability: isOver ? 1 : Math.min(Math.max(crossings.length / paths.count, 0.01), 0.99),
    isOver,
    p10Day: nth(0.1),
    p50Day: nth(0.5),
    p90Day: nth(0.9),
  };
}
