import type { Note, Noted } from "./basis.ts";
import { toMicroOrNull, toUsd, usdText } from "./money.ts";
import type { Part } from "./part.ts";
import { isWithinTolerance } from "./reconcile.ts";
import { exactly, type SpanSums, type Sum } from "./usage-sum.ts";

/** Totals a service states itself for the total window. */
export interface ReportedUsage {
  costUsd: number | null;
  requests: number | null;
  inputTokens: number | null;
  outputTokens: number | null;
  totalTokens: number | null;
  /** The service's own percent change, which compares an open day with full ones. */
  changePct: { cost: number | null; requests: number | null } | null;
}

interface TokenCounts {
  input: number | null;
  output: number | null;
  total: number | null;
}

const NOTHING_STATED: ReportedUsage = {
  costUsd: null,
  requests: null,
  inputTokens: null,
  outputTokens: null,
  totalTokens: null,
  changePct: null,
};

/** What can be believed of stated totals: of degraded ones the non-zero figures, but no change. */
export function believable(reported: Part<ReportedUsage> | undefined): ReportedUsage {
  if (reported?.status !== "ok") return NOTHING_STATED;
  if (!reported.degraded) return reported.data;
  const { costUsd, requests, inputTokens, outputTokens, totalTokens } = reported.data;
  return {
    costUsd: costUsd || null,
    requests: requests || null,
    inputTokens: inputTokens || null,
    outputTokens: outputTokens || null,
    totalTokens: totalTokens || null,
    changePct: null,
  };
}

/** Input and output tokens, known only together; without them the stated total. */
export function splitTokens({ inputTokens: input, outputTokens: output, totalTokens }: ReportedUsage) {
  const isSplit = input !== null && output !== null;
  return isSplit ? { input, output, total: input + output } : { input: null, output: null, total: totalTokens };
}

/** Tokens of the window, split only where both parts are exactly the total. */
export function tokensOf(rows: Sum | undefined, stated: ReportedUsage): Noted<Sum & { shown: TokenCounts }> {
  const split = splitTokens(stated);
  const sum = better(rows, split.total);
  if (split.total === sum.value) return { result: { ...sum, shown: split }, notes: [] };
  const shown = { input: null, output: null, total: sum.value };
  if (split.input === null) return { result: { ...sum, shown }, notes: [] };
  const text = `Input and output tokens are reported as ${split.total} in all, not the total shown, and are left out.`;
  return { result: { ...sum, shown }, notes: [{ code: "window_mismatch", text }] };
}

/** The sum of the daily rows; a stated total helps out where days are missing, if it is not smaller than what is known. */
export function better(sum: Sum | undefined, stated: number | null): Sum {
  const own = sum ?? { value: null, lowerBound: true };
  if (!own.lowerBound || stated === null || stated < (own.value ?? 0)) return own;
  return { value: stated, lowerBound: false };
}

/** The notes owed where complete daily rows and stated totals differ: both figures are told, the rows are used. */
export function disagreements(sums: SpanSums, stated: ReportedUsage): Note[] {
  const [cost, statedCost] = [exactly(sums.cost), toMicroOrNull(stated.costUsd)];
  const notes: Note[] = [];
  if (cost !== null && statedCost !== null && !isWithinTolerance(statedCost - cost, cost)) {
    notes.push(disagreement("total", usdText(toUsd(statedCost)), usdText(toUsd(cost))));
  }
  const counts = [
    ["number of requests", stated.requests, exactly(sums.requests)],
    ["number of tokens", splitTokens(stated).total, exactly(sums.tokens)],
  ] as const;
  for (const [what, told, rows] of counts) {
    const isFar = told !== null && rows !== null && Math.abs(told - rows) > rows / 1000;
    if (isFar) notes.push(disagreement(what, String(told), String(rows)));
  }
  return notes;
}

function disagreement(what: string, stated: string, rows: string): Note {
  const text = `Reported ${what} ${stated} differs from the daily rows, ${rows}; the rows are used.`;
  return { code: "window_mismatch", text };
}
