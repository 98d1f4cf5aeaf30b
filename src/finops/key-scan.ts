import type { Noted } from "./basis.ts";
import { addCounts, isListed, type Passed } from "./idle.ts";
import { type IdleVerdict, judgeKey, type KeyFacts } from "./idle-keys.ts";
import { byWeight, type KeyRiskRow, type KeyRisks, keyRisks, type ListedKey } from "./key-risks.ts";
import { type Micro, toMicroOrNull } from "./money.ts";
import { UrgentPool } from "./urgent-pool.ts";
import type { UsageSeries } from "./usage.ts";
import type { Span } from "./window.ts";

/** A key as the two questions need it: is it used, and does it carry a risk. */
export interface ScannedKey {
  readonly facts: KeyFacts;
  readonly listed: ListedKey;
}

/** What a scan has kept, and what it has only counted. */
export interface KeyScan {
  /** Takes one page of the list and keeps what may be shown. */
  take(keys: readonly ScannedKey[]): void;
  /** The keys that were kept; all others are in `passed`. */
  rows(): readonly KeyFacts[];
  passed(): Passed;
  /** The keys that risks were kept of, for reading their owners. */
  riskyKeys(): readonly ListedKey[];
  risks(owners: ReadonlyMap<string, UsageSeries>): Noted<KeyRisks>;
}

/** More risky keys than any answer shows; they are cut back to it whenever twice as many are held. */
const KEPT = 200;
/** Keys that are compared with their like; beyond it no comparison is made at all, rather than one with a part. */
const MOST_COMPARED = 5_000;

/** Judges the keys of a workspace page by page, so that memory does not grow with their number. */
export function createKeyScan({ window, now }: { window: Span; now: Date }): KeyScan {
  let compared: KeyFacts[] = [];
  let isComparable = true;
  let capsMicro: Micro = 0;
  const pool = new UrgentPool<KeyFacts>((facts, verdict) => {
    if (verdict.class === "idle" || verdict.class === "never_used") capsMicro += capOf(facts);
  });
  let risky: { row: KeyRiskRow; listed: ListedKey; isUnsure: boolean }[] = [];
  let flagged = 0;
  let judged = 0;
  const flags: KeyRisks["counts"] = {};

  function compare(facts: KeyFacts, verdict: IdleVerdict): void {
    if (isComparable && compared.length < MOST_COMPARED) {
      compared.push(facts);
      return;
    }
    if (isComparable) for (const each of compared) pool.pass(each, judgeKey(each, window, now));
    isComparable = false;
    compared = [];
    pool.pass(facts, verdict);
  }

  function takeRisks(keys: readonly ScannedKey[], ids: { idleIds: Set<string>; unsureIds: Set<string> }): void {
    const listed = keys.map((key) => key.listed);
    const { result } = keyRisks({ keys: listed, ...ids, owners: new Map(), now });
    judged += result.judged;
    flagged += result.rows.length;
    addCounts(flags, result.counts);
    const byId = new Map(listed.map((key) => [key.id, key]));
    for (const row of result.rows) {
      const key = byId.get(row.id);
      if (key) risky.push({ row, listed: key, isUnsure: ids.unsureIds.has(row.id) });
    }
    if (risky.length > 2 * KEPT) risky = risky.sort((a, b) => byWeight(a.row, b.row)).slice(0, KEPT);
  }

  return {
    take(keys) {
      const ids = { idleIds: new Set<string>(), unsureIds: new Set<string>() };
      for (const { facts } of keys) {
        const verdict = judgeKey(facts, window, now);
        if (verdict.class === "idle" || verdict.class === "never_used") ids.idleIds.add(facts.id);
        else if (verdict.class !== "in_use") ids.unsureIds.add(facts.id);
        if (isListed(verdict.class)) pool.keep(facts, verdict);
        else if (verdict.class === "in_use" && facts.spendFrom === window.from) compare(facts, verdict);
        else pool.pass(facts, verdict);
      }
      takeRisks(keys, ids);
    },
    rows: () => [...pool.rows(), ...compared],
    passed: () => ({ counts: pool.counts, capsMicro, isComparable }),
    riskyKeys: () => risky.map(({ listed }) => listed),
    risks(owners) {
      const keys = risky.map(({ listed }) => listed);
      const unsureIds = new Set(risky.flatMap(({ listed, isUnsure }) => (isUnsure ? [listed.id] : [])));
      const { result, notes } = keyRisks({ keys, idleIds: new Set(), unsureIds, owners, now });
      return { result: { ...result, counts: flags, judged, flagged }, notes };
    },
  };
}

function capOf({ capUsd }: KeyFacts): Micro {
  return toMicroOrNull(capUsd) ?? 0;
}
