/** What one recorded number is worth: divide by `perUsd` to get USD. `usd_assumed` could not be checked. */
export type CostUnit = { unit: "usd" | "cents" | "micro_usd" | "nano_usd" | "usd_assumed"; perUsd: number };

const UNITS = [
  { unit: "usd", perUsd: 1 },
  { unit: "cents", perUsd: 100 },
  { unit: "micro_usd", perUsd: 1e6 },
  { unit: "nano_usd", perUsd: 1e9 },
] as const;

const TOLERANCE = 0.02;

/**
 * The unit of a cost series, found by comparing its sum with the same days of the usage series in USD; `null` when no unit fits
 * within 2 %. Without anything to compare with, fractions are taken for USD and whole numbers, which may be raw storage units,
 * for nothing.
 *
 * @param usageUsd - USD over the same complete days; `null` when there are none to compare
 */
export function findCostUnit(values: readonly number[], seriesSum: number, usageUsd: number | null): CostUnit | null {
  if (values.every((value) => value === 0) && !usageUsd) return { unit: "usd", perUsd: 1 };
  if (usageUsd === null) {
    return values.some((value) => !Number.isInteger(value)) ? { unit: "usd_assumed", perUsd: 1 } : null;
  }
  if (usageUsd === 0) return null;
  const ratio = seriesSum / usageUsd;
  return UNITS.find(({ perUsd }) => Math.abs(ratio / perUsd - 1) <= TOLERANCE) ?? null;
}
