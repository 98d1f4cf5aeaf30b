import { type Micro, toMicro } from "./money.ts";
import { quantile } from "./quantile.ts";
import { byText } from "./rank.ts";
import type { Candidate, ListPrice } from "./what-if.ts";

/** One request of a log. `null` is unknown. */
export interface RequestRow {
  /** RFC 3339; a bare date tells the day only and counts as unknown. */
  at: string | null;
  /** What sent it; rows of one key are compared with each other. `null` when the whole log belongs to one key. */
  key: string | null;
  provider: string | null;
  model: string | null;
  /** `failed` is a status of 400 or above. */
  status: "success" | "failed" | "pending" | "unknown";
  /** All prompt tokens, those read from a cache included. */
  inputTokens: number | null;
  outputTokens: number | null;
  cacheReadTokens: number | null;
  costMicro: Micro | null;
}

/** A request whose cost is known and final. */
export interface PaidRow extends RequestRow {
  costMicro: Micro;
}

export const SAVING_KINDS = ["failed_paid", "duplicate", "cacheable", "downsize"] as const;
export type SavingKind = (typeof SAVING_KINDS)[number];

export interface Match {
  kind: SavingKind;
  /** From 1 to the cost of the row. */
  saving: Micro;
  /** `downsize`: the model that would answer instead. */
  sibling: string | null;
}

export const REPEAT_SECONDS = 60;
export const GROUP_ROWS = 20;
/** Providers cache no shorter beginning than this. */
export const CACHE_TOKENS = 1_024;
export const SHORT_ANSWER_TOKENS = 50;
const PER = 1_000_000;

/** What one row could have saved: the first kind that fits, so that no money is counted twice. */
export type Rules = (row: PaidRow) => Match | null;

/** @param catalogue list prices; empty when they could not be read, which leaves the first two kinds */
export function savingRules(rows: readonly PaidRow[], catalogue: readonly Candidate[]): Rules {
  const repeats = repeatedRows(rows);
  const shared = sharedTokens(rows);
  const priceOf = priceFinder(catalogue);
  const match = (row: PaidRow, kind: SavingKind, usd: number, sibling: string | null = null): Match | null => {
    const saving = Math.min(toMicro(Math.max(0, usd)), row.costMicro);
    return saving > 0 ? { kind, saving, sibling } : null;
  };
  return (row) => {
    const cost = row.costMicro / PER;
    if (row.status === "failed") return match(row, "failed_paid", cost);
    if (repeats.has(row)) return match(row, "duplicate", cost);
    const own = priceOf(row);
    if (own === null) return null;
    const cached = match(row, "cacheable", cacheSavingUsd(row, cost, shared.get(groupOf(row)), own.price));
    if (cached !== null || (row.outputTokens ?? SHORT_ANSWER_TOKENS) >= SHORT_ANSWER_TOKENS) return cached;
    const sibling = cheaperSibling(row, own, catalogue);
    return sibling && match(row, "downsize", cost - listUsd(row, sibling.price), sibling.model);
  };
}

/** Finds the list price of a row's model; a row without a provider takes a name that only one provider has. */
export function priceFinder(catalogue: readonly Candidate[]): (row: RequestRow) => Candidate | null {
  return ({ provider, model }) => {
    const named = catalogue.filter((entry) => entry.model === model);
    const exact = named.find((entry) => entry.provider === provider);
    return exact ?? (provider === null && named.length === 1 ? (named[0] ?? null) : null);
  };
}

/** Rows of the same key, model and prompt length as a success at most a minute before; of equal instants the dearest stays. */
function repeatedRows(rows: readonly PaidRow[]): ReadonlySet<PaidRow> {
  const timed = rows.flatMap((row) => {
    const time = instantOf(row.at);
    return time === null || row.model === null || row.inputTokens === null ? [] : [{ row, time }];
  });
  timed.sort((a, b) => a.time - b.time || b.row.costMicro - a.row.costMicro);
  const lastSuccess = new Map<string, number>();
  const repeats = new Set<PaidRow>();
  for (const { row, time } of timed) {
    const alike = JSON.stringify([groupOf(row), row.inputTokens]);
    const before = lastSuccess.get(alike);
    if (before !== undefined && time - before <= REPEAT_SECONDS * 1000) repeats.add(row);
    if (row.status === "success") lastSuccess.set(alike, time);
  }
  return repeats;
}

/** Milliseconds since 1970; null for what names no instant. */
export function instantOf(at: string | null): number | null {
  const time = at === null || !at.includes("T") ? Number.NaN : Date.parse(at);
  return Number.isNaN(time) ? null : time;
}

function groupOf({ key, provider, model }: RequestRow): string {
  return JSON.stringify([key, provider, model]);
}

/** By group of key and model: how many tokens nine in ten of its prompts have at the least, where that is worth a cache. */
function sharedTokens(rows: readonly PaidRow[]): ReadonlyMap<string, number> {
  const groups = new Map<string, number[]>();
  for (const row of rows) {
    if (row.model === null || row.inputTokens === null) continue;
    const lengths = groups.get(groupOf(row)) ?? [];
    lengths.push(row.inputTokens);
    groups.set(groupOf(row), lengths);
  }
  const shared = new Map<string, number>();
  for (const [group, lengths] of groups) {
    const tenth = lengths.length >= GROUP_ROWS ? quantile(lengths, 0.1) : 0;
    if (tenth >= CACHE_TOKENS) shared.set(group, tenth);
  }
  return shared;
}

/**
 * What a cached beginning would save. Where the log does not tell how many tokens came from a cache, the recorded cost does: a
 * row cannot save more than it cost above the same row with the beginning cached.
 */
function cacheSavingUsd(
  row: PaidRow,
  cost: number,
  shared: number | undefined,
  { input, output, cacheRead }: ListPrice,
): number {
  const { inputTokens: prompt, outputTokens, cacheReadTokens } = row;
  if (shared === undefined || cacheRead === null || prompt === null || prompt < CACHE_TOKENS) return 0;
  const beginning = Math.min(prompt, shared);
  const saving = (Math.max(0, beginning - (cacheReadTokens ?? 0)) * (input - cacheRead)) / PER;
  if (cacheReadTokens !== null) return saving;
  const alreadyCached = (beginning * cacheRead + (prompt - beginning) * input + (outputTokens ?? 0) * output) / PER;
  return Math.min(saving, cost - alreadyCached);
}

function listUsd({ inputTokens, outputTokens }: RequestRow, { input, output }: ListPrice): number {
  return ((inputTokens ?? 0) * input + (outputTokens ?? 0) * output) / PER;
}

/**
 * The cheapest sibling of a model: switched on, of the same provider (so the same account and API serve it) and the same kind of
 * input and output, its list price lower for input as well as for output (so it is cheaper whatever the mix), and with room for
 * the request where its size is known.
 */
function cheaperSibling(row: RequestRow, own: Candidate, catalogue: readonly Candidate[]): Candidate | null {
  if (row.inputTokens === null || row.outputTokens === null) return null;
  const size = row.inputTokens + row.outputTokens;
  const siblings = catalogue.filter(
    (other) =>
      other.provider === own.provider &&
      other.kind === own.kind &&
      other.price.input < own.price.input &&
      other.price.output < own.price.output &&
      (other.contextTokens ?? size) >= size,
  );
  siblings.sort((a, b) => listUsd(row, a.price) - listUsd(row, b.price) || byText(a.model, b.model));
  return siblings[0] ?? null;
}
