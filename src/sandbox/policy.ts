import { DAY_MS, dayOf, monthStart } from "./dataset/days.ts";
import type { Ledger } from "./dataset/ledger.ts";
import type { World } from "./dataset/world.ts";

export type PolicyConfig = Record<string, unknown>;

/** The workspace budget policy as last written, or the one of the start. */
export class PolicyStore {
  #stored: PolicyConfig | null = null;
  #initial: PolicyConfig | null = null;
  readonly #first: () => PolicyConfig;

  constructor(first: () => PolicyConfig) {
    this.#first = first;
  }

  read(): PolicyConfig {
    this.#initial ??= this.#first();
    return this.#stored ?? this.#initial;
  }

  write(config: PolicyConfig): void {
    this.#stored = config;
  }

  reset(): void {
    this.#stored = null;
  }
}

/**
 * A monthly budget in USD: enough for 60 % of what is left of the month at the usual pace, so that it runs out before
 * the end; in a quiet workspace far more than the month needs.
 */
export function initialPolicy(world: World, ledger: Ledger, at: number, quiet: boolean): PolicyConfig {
  const { anchor } = world;
  const spent = ledger.total(monthStart(anchor), anchor - 1, at).cents;
  const usual = ledger.total(anchor - 28, anchor - 1, at).cents / 28;
  const left = dayOf(monthStart(anchor, -1) * DAY_MS) - anchor;
  const cents = quiet ? 1.6 * (spent + usual * left) : spent + 0.6 * usual * left;
  const amount = Math.max(10, Math.floor(cents / 1_000) * 10);
  return { amount, exceededAction: "alert-only", period: "monthly", thresholds: [50, 75, 90, 100], currency: "USD" };
}
