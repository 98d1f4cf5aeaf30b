import { byUrgency, countOne, type IdleCounts, NO_COUNTS } from "./idle.ts";
import type { IdleVerdict } from "./idle-keys.ts";

/** More rows than any answer shows; the pool is cut back to it whenever it holds twice as many. */
const KEPT = 200;

/** Keeps those most in need of a decision out of any number, and counts the others. */
export class UrgentPool<F> {
  /** Of those that were not kept. */
  readonly counts: IdleCounts = { ...NO_COUNTS };
  readonly #onPass: (facts: F, verdict: IdleVerdict) => void;
  #kept: { facts: F; verdict: IdleVerdict }[] = [];

  /** @param onPass told of each that is counted and forgotten */
  constructor(onPass: (facts: F, verdict: IdleVerdict) => void = () => {}) {
    this.#onPass = onPass;
  }

  keep(facts: F, verdict: IdleVerdict): void {
    this.#kept.push({ facts, verdict });
    if (this.#kept.length <= 2 * KEPT) return;
    this.#kept.sort((a, b) => byUrgency(a.verdict, b.verdict));
    for (const each of this.#kept.splice(KEPT)) this.pass(each.facts, each.verdict);
  }

  pass(facts: F, verdict: IdleVerdict): void {
    countOne(this.counts, verdict.class);
    this.#onPass(facts, verdict);
  }

  rows(): F[] {
    return this.#kept.map(({ facts }) => facts);
  }
}
