import type { Note, Noted } from "./basis.ts";
import { toMicroOrNull, toUsdOrNull, usdText } from "./money.ts";
import { isWithinTolerance } from "./reconcile.ts";
import { costPerRequestUsd, costPerTokensUsd } from "./usage-sum.ts";
import type { UsageSummary } from "./usage-summary.ts";

/** What a live source says of the last 24 hours, cut by the hour. */
export interface RollingDay {
  costUsd: number | null;
  requests: number | null;
  tokens: number | null;
  inputTokens: number | null;
  outputTokens: number | null;
}

/**
 * Why a rolling day cannot be believed: its hours hold today, so that it costs at least as much, unless yesterday ended with a
 * credit. `null` when it can.
 */
export function rollingDayDoubt(summary: UsageSummary, day: RollingDay): Note | null {
  const { today_so_far_usd: today, yesterday_usd: yesterday } = summary;
  const [cost, least] = [toMicroOrNull(day.costUsd), toMicroOrNull(today)];
  const canBeLess = (yesterday ?? 0) < 0;
  if (cost === null || least === null || canBeLess || cost >= least || isWithinTolerance(least - cost, least))
    return null;
  const told = `The live view tells ${usdText(day.costUsd)} for the last 24 hours`;
  const text = `${told}, less than the ${usdText(today)} of today alone; it is not used.`;
  return { code: cost === 0 ? "placeholder_suspected" : "window_mismatch", text };
}

/**
 * A summary whose totals are those of the rolling 24 hours. Yesterday and today so far stay beside it as two figures of
 * their own, and so do the changes, which compare whole days.
 */
export function withRollingDay({ result, notes }: Noted<UsageSummary>, day: RollingDay): Noted<UsageSummary> {
  const cost = toMicroOrNull(day.costUsd);
  const hasSplit = day.inputTokens !== null && day.outputTokens !== null;
  const total = day.tokens ?? (hasSplit ? (day.inputTokens ?? 0) + (day.outputTokens ?? 0) : null);
  const kept = notes.filter(({ code }) => code !== "lower_bound");
  const rolling: Note = {
    code: "window_mismatch",
    text: "Totals cover the rolling 24 hours; yesterday, today so far and the changes are UTC days.",
  };
  return {
    result: {
      ...result,
      total_cost_usd: toUsdOrNull(cost),
      lower_bound: false,
      requests: day.requests,
      tokens: { input: hasSplit ? day.inputTokens : null, output: hasSplit ? day.outputTokens : null, total },
      cost_per_request_usd: costPerRequestUsd(cost, day.requests),
      cost_per_1k_tokens_usd: costPerTokensUsd(cost, total, 1_000),
    },
    notes: [...kept, rolling],
  };
}
