import type { Note, Noted } from "./basis.ts";
import { countText } from "./count.ts";
import { estimatedUsd, MICRO_PER_CENT, MICRO_PER_USD, type Micro, sumMicro, toUsd } from "./money.ts";
import { largestRemainder, roundTo } from "./rounding.ts";
import {
  CACHE_TOKENS,
  GROUP_ROWS,
  instantOf,
  type Match,
  type PaidRow,
  priceFinder,
  REPEAT_SECONDS,
  type RequestRow,
  SAVING_KINDS,
  type SavingKind,
  SHORT_ANSWER_TOKENS,
  savingRules,
} from "./savings-rules.ts";
import type { Candidate } from "./what-if.ts";

export interface SavingItem {
  kind: SavingKind;
  rows: number;
  saving_usd: number;
  confidence: "high" | "medium" | "low";
  evidence: string;
  next_step: string;
}

/** What the requests of one log could have saved. Every row counts once, so the items add up to `saving_usd`. */
export interface Savings {
  /** First to last request; `days` may be a fraction. */
  window: { from: string; to: string; days: number };
  rows: number;
  cost_usd: number;
  saving_usd: number;
  /** `null` when the window is shorter than a day: an hour does not speak for a month. */
  per_month_usd: number | null;
  items: SavingItem[];
}

const DAY_MS = 86_400_000;

const WORDS: Record<SavingKind, Pick<SavingItem, "confidence" | "evidence" | "next_step">> = {
  failed_paid: {
    confidence: "high",
    evidence: "Failed, yet charged.",
    next_step: "Look up why they failed; stop retries that cannot succeed.",
  },
  duplicate: {
    confidence: "medium",
    evidence: `Same model and input tokens as a success at most ${REPEAT_SECONDS} s before; equal length does not prove equal text.`,
    next_step: "Compare the texts; keep the first answer instead of asking again.",
  },
  cacheable: {
    confidence: "low",
    evidence: `${GROUP_ROWS} or more requests of one model with at least ${countText(CACHE_TOKENS)} input tokens each (P10); upper bound: equal length does not prove equal text.`,
    next_step: "Put the fixed part of the prompt first and switch prompt caching on.",
  },
  downsize: {
    confidence: "low",
    evidence: `Under ${SHORT_ANSWER_TOKENS} output tokens; quality untested.`,
    next_step: "Try a sample of these on the cheaper model and compare the answers.",
  },
};

const TOO_SHORT: Note = {
  code: "short_history",
  text: "No monthly saving: the requests read span less than a day.",
};

const NOT_COMPUTED = "Savings not computed: needs request logs";

/**
 * Savings over single requests, never estimated from totals. Rows without a cost and rows that still run are left out.
 *
 * @param catalogue enabled models with their list prices; `null` when it could not be read
 * @returns `null` when no row has both a time and a cost
 */
export function findSavings(log: readonly RequestRow[], catalogue: readonly Candidate[] | null): Noted<Savings | null> {
  if (log.length === 0) return { result: null, notes: [{ code: "placeholder_suspected", text: `${NOT_COMPUTED}.` }] };
  const rows = log.flatMap((row) => (isPaid(row) ? [row] : []));
  const window = windowOf(rows);
  if (window === null) {
    const text = `${NOT_COMPUTED} with the time and the cost of each request.`;
    return { result: null, notes: [{ code: "unit_unknown", text }] };
  }
  const rules = savingRules(rows, catalogue ?? []);
  const matches = rows.flatMap((row) => rules(row) ?? []);
  const total = sumMicro(matches.map(({ saving }) => saving));
  const result: Savings = {
    window,
    rows: rows.length,
    cost_usd: toUsd(sumMicro(rows.map(({ costMicro }) => costMicro))),
    saving_usd: estimatedUsd(toUsd(total)),
    per_month_usd: window.days < 1 ? null : estimatedUsd((toUsd(total) * 30) / window.days),
    items: itemsOf(matches, total),
  };
  const notes = [...leftOut(log.length - rows.length), ...priceNotes(rows, catalogue ?? [])];
  return { result, notes: window.days < 1 ? [...notes, TOO_SHORT] : notes };
}

function isPaid(row: RequestRow): row is PaidRow {
  return row.costMicro !== null && row.costMicro >= 0 && row.status !== "pending";
}

function windowOf(rows: readonly PaidRow[]): Savings["window"] | null {
  const times = rows.flatMap(({ at }) => instantOf(at) ?? []);
  if (times.length === 0) return null;
  // Reduced, not spread: a log may be longer than an argument list.
  const first = times.reduce((a, b) => Math.min(a, b));
  const last = times.reduce((a, b) => Math.max(a, b));
  const text = (time: number) => new Date(time).toISOString().replace(".000Z", "Z");
  return { from: text(first), to: text(last), days: roundTo((last - first) / DAY_MS, 3) };
}

function itemsOf(matches: readonly Match[], total: Micro): SavingItem[] {
  const groups = SAVING_KINDS.flatMap((kind) => {
    const found = matches.filter((match) => match.kind === kind);
    return found.length > 0 ? [{ kind, found, saving: sumMicro(found.map(({ saving }) => saving)) }] : [];
  });
  const shown = shownUsd(
    groups.map(({ saving }) => saving),
    total,
  );
  return groups.map(({ kind, found }, i) => {
    const { evidence, ...words } = WORDS[kind];
    const siblings = [...new Set(found.flatMap(({ sibling }) => sibling ?? []))].sort();
    const instead =
      siblings.length === 0 ? "" : ` Priced on ${siblings.map((name) => JSON.stringify(name)).join(", ")}.`;
    return { kind, rows: found.length, saving_usd: shown[i] ?? 0, ...words, evidence: evidence + instead };
  });
}

/** Estimated money: cents, below one dollar 6 decimals; the parts add up to the total as it is shown. */
function shownUsd(parts: readonly Micro[], total: Micro): number[] {
  if (total < MICRO_PER_USD) return parts.map(toUsd);
  const cents = largestRemainder(
    parts.map((part) => part / MICRO_PER_CENT),
    1,
  );
  return cents.map((part) => part / 100);
}

function leftOut(count: number): Note[] {
  if (count === 0) return [];
  return [{ code: "lower_bound", text: `Savings leave out requests without a final cost: ${count}.` }];
}

function priceNotes(rows: readonly PaidRow[], catalogue: readonly Candidate[]): Note[] {
  const priceOf = priceFinder(catalogue);
  const prices = rows.map((row) => priceOf(row)?.price ?? null);
  const missing = prices.filter((price) => price === null).length;
  if (missing > 0) {
    const some = missing === rows.length ? "" : ` for ${missing} of ${rows.length} requests`;
    return [
      { code: "price_missing", text: `Savings by caching and by a smaller model skipped${some}: no list price.` },
    ];
  }
  if (prices.some((price) => price !== null && price.cacheRead !== null)) return [];
  return [{ code: "price_missing", text: "Savings by caching skipped: no list price for cached tokens." }];
}
