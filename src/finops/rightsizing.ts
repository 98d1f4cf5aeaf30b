import { type Micro, sumMicro, toMicro, toUsd } from "./money.ts";
import { median } from "./quantile.ts";

/** What a cap would have stopped. Amounts in USD. */
export interface Replay {
  readonly capUsd: number;
  readonly blockedUsd: number;
  readonly blockedDays: number;
  /** first blocked day: window index and 1-based day inside it; null when nothing is blocked */
  readonly firstBlocked: { readonly window: number; readonly day: number } | null;
}

/** Daily USD of one budget window, in order; unknown days and credits count as no demand. */
export type BudgetWindow = readonly (number | null)[];

/**
 * Replay a cap over past budget windows, as if demand had been the same: each day is served up to what is left of the cap.
 * Per window, the blocked amount is max(0, spend - cap). @param capUsd per window, not negative
 */
export function replayCap(windows: readonly BudgetWindow[], capUsd: number): Replay {
  const cap = toMicro(capUsd);
  let blocked: Micro = 0;
  let blockedDays = 0;
  let firstBlocked: Replay["firstBlocked"] = null;
  windows.forEach((days, window) => {
    let left = cap;
    days.forEach((usd, i) => {
      const demand = demandOf(usd);
      const served = Math.min(left, demand);
      left -= served;
      if (demand === served) return;
      blocked += demand - served;
      blockedDays += 1;
      firstBlocked ??= { window, day: i + 1 };
    });
  });
  return { capUsd, blockedUsd: toUsd(blocked), blockedDays, firstBlocked };
}

function demandOf(usd: number | null): Micro {
  return Math.max(0, toMicro(usd ?? 0));
}

/** Round up to at most two significant digits: 312 → 320, 1,043 → 1,100. 0 for amounts that are not positive. */
export function niceUp(usd: number): number {
  if (!(usd > 0)) return 0;
  const exponent = Math.floor(Math.log10(usd) + 1e-9) - 1;
  const units = Math.ceil(usd / 10 ** exponent - 1e-9);
  return Number(`${units}e${exponent}`);
}

/** A proposed cap and how others would have done. Amounts in USD. */
export interface Rightsizing {
  /** under 14 days of history: too short to size a budget, nothing else is given */
  readonly isTooShort: boolean;
  readonly proposalUsd: number | null;
  /** present cap minus the 95 % quantile of the next window; null without a cap */
  readonly headroomUsd: number | null;
  /** ascending by cap; empty without a complete window */
  readonly replays: readonly Replay[];
}

const GRID = [0.5, 0.75, 1, 1.25, 1.5, 2] as const;
const MIN_DAYS = 14;

/**
 * Fit a cap to measured need: at least the 95 % quantile of the next window and the largest complete window, rounded up.
 *
 * @param facts.completeWindows past windows of the budget, whole ones only
 * @param facts.nextWindowP95Usd 95 % quantile of the simulated next window with nothing spent yet
 */
export function rightsize(facts: {
  readonly completeWindows: readonly BudgetWindow[];
  readonly historyDays: number;
  readonly nextWindowP95Usd: number | null;
  readonly capUsd: number | null;
}): Rightsizing {
  const { completeWindows, historyDays, nextWindowP95Usd: p95, capUsd } = facts;
  if (historyDays < MIN_DAYS) return { isTooShort: true, proposalUsd: null, headroomUsd: null, replays: [] };
  const totals = completeWindows.map((days) => toUsd(sumMicro(days.map(demandOf))));
  const needs = p95 === null ? totals : [...totals, p95];
  const proposalUsd = needs.length > 0 ? niceUp(Math.max(...needs)) : null;
  const headroomUsd = capUsd === null || p95 === null ? null : capUsd - p95;
  if (totals.length === 0) return { isTooShort: false, proposalUsd, headroomUsd, replays: [] };
  const grid = GRID.map((factor) => toUsd(toMicro(factor * median(totals))));
  const caps = new Set([...grid, ...(capUsd === null ? [] : [capUsd]), ...(proposalUsd === null ? [] : [proposalUsd])]);
  const replays = [...caps].sort((a, b) => a - b).map((cap) => replayCap(completeWindows, cap));
  return { isTooShort: false, proposalUsd, headroomUsd, replays };
}
