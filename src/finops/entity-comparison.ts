import type { Noted } from "./basis.ts";
import { comparePeriods, type PeriodComparison, type PeriodFigures } from "./compare.ts";
import { toMicroOrNull } from "./money.ts";
import { type Unusual, unusualSpend } from "./unusual.ts";
import type { UsageSeries } from "./usage.ts";
import { costPerTokensUsd } from "./usage-sum.ts";
import type { Windows } from "./window.ts";

/** One window of an entity with both unit costs. */
export interface EntityFigures extends PeriodFigures {
  cost_per_1k_tokens_usd: number | null;
}

/** Ready to return from a tool. */
export interface EntityComparison extends Omit<PeriodComparison, "current" | "previous">, Unusual {
  current: EntityFigures;
  previous: EntityFigures;
}

/** Did one entity's spend change between two windows of complete days, and is that unusual for it? */
export function compareEntity(windows: Windows, series: UsageSeries): Noted<EntityComparison> {
  const compared = comparePeriods({ windows, series });
  const { current, previous } = compared.result;
  const actual = series.degraded ? null : toMicroOrNull(current.cost_usd);
  const judged = windows.current === null ? null : unusualSpend(series, windows.current, actual);
  const result: EntityComparison = {
    ...compared.result,
    current: withTokenCost(current),
    previous: withTokenCost(previous),
    ...(judged?.result ?? { unusual: "unknown", usual_range_usd: null }),
  };
  return { result, notes: [...compared.notes, ...(judged?.notes ?? [])] };
}

function withTokenCost(figures: PeriodFigures): EntityFigures {
  const cost = toMicroOrNull(figures.cost_usd);
  return { ...figures, cost_per_1k_tokens_usd: costPerTokensUsd(cost, figures.tokens, 1_000) };
}
