import { DAY_MS, dayOf } from "./days.ts";
import { bell, hash, unit } from "./hash.ts";
import { shareOfDay, weekFactor } from "./rhythm.ts";
import type { VirtualKey, World } from "./world.ts";

const NOISE = 100;
const ROUND = 101;

/**
 * The one place where money comes from: whole cents per key, day and model, a pure function of the seed.
 * Every endpoint adds up these integers, so totals agree wherever they are shown.
 */
export class SpendSource {
  /** Models and cents of the last `slices` call; only the first `n` entries count. */
  readonly models: number[] = [];
  readonly cents: number[] = [];
  readonly #world: World;
  readonly #shock = new Map<number, number>();

  constructor(world: World) {
    this.#world = world;
  }

  /**
   * Fills `models` and `cents` with what `key` spent on `day` up to the instant `at`.
   * @returns how many entries were filled; 0 = no spend.
   */
  slices(key: VirtualKey, day: number, at: number): number {
    const end = Math.min(at, key.until);
    const dayStart = day * DAY_MS;
    if (day < key.from || end <= dayStart || key.weight === 0) return 0;
    const n = this.#wholeDay(key, day);
    if (n === 0 || end >= dayStart + DAY_MS) return n;
    const share = shareOfDay(key.rhythm, (end - dayStart) / DAY_MS);
    let kept = 0;
    for (let i = 0; i < n; i += 1) {
      const cents = Math.floor((this.cents[i] ?? 0) * share);
      if (cents === 0) continue;
      this.models[kept] = this.models[i] ?? 0;
      this.cents[kept] = cents;
      kept += 1;
    }
    return kept;
  }

  #wholeDay(key: VirtualKey, day: number): number {
    const { seed, anchor, clump } = this.#world;
    const level = Math.max(0.05, 1 + key.growth * (day - anchor));
    let expected = key.weight * level * weekFactor(key.rhythm, day);
    if (key.twist?.kind === "shift" && day >= key.twist.day) expected *= key.twist.factor;
    const chance = hash(seed, NOISE, key.index, day);
    let amount: number;
    if (expected < clump) {
      if (unit(chance) * clump >= expected) return 0;
      amount = clump * (0.7 + 0.6 * unit(hash(seed, NOISE + 2, key.index, day)));
    } else {
      amount = expected * Math.exp(key.sigma * bell(chance));
    }
    return this.#split(key, day, amount * this.#shockOf(day));
  }

  /** Cuts the day's amount by model and rounds the running sums, so that the parts add up to the whole. */
  #split(key: VirtualKey, day: number, amount: number): number {
    const { models, upTo } = key.mix;
    const offset = unit(hash(this.#world.seed, ROUND, key.index, day));
    let running = offset;
    let before = 0;
    let share = 0;
    let n = 0;
    for (let i = 0; i < models.length; i += 1) {
      const model = models[i] ?? 0;
      const next = upTo[i] ?? 1;
      running += amount * (next - share) * this.priceFactor(model, day);
      share = next;
      let cents = Math.floor(running) - before;
      before += cents;
      if (key.twist?.kind === "spike" && key.twist.day === day && key.twist.model === model) cents += key.twist.cents;
      if (cents <= 0) continue;
      this.models[n] = model;
      this.cents[n] = cents;
      n += 1;
    }
    return n;
  }

  /** Price of a model on a day, as a share of its price in the catalogue. */
  priceFactor(model: number, day: number): number {
    const change = this.#world.priceChange;
    return change && change.model === model && day < change.day ? change.before : 1;
  }

  /** Some days are busier for everybody. */
  #shockOf(day: number): number {
    const known = this.#shock.get(day);
    if (known !== undefined) return known;
    const shock = Math.exp(0.04 * bell(hash(this.#world.seed, 102, day)));
    this.#shock.set(day, shock);
    return shock;
  }

  /** When the key was last used at or before `at`, never earlier than the day `notBefore`; null = not used. */
  lastUsed(key: VirtualKey, at: number, notBefore: number = key.from): number | null {
    const end = Math.min(at, key.until);
    if (key.weight === 0) return null;
    for (let day = dayOf(end - 1); day >= Math.max(notBefore, key.from); day -= 1) {
      if (this.slices(key, day, end) === 0) continue;
      const dayStart = day * DAY_MS;
      const closing = Math.min(end, dayStart + Math.floor(DAY_MS * 0.92));
      const back = Math.floor(unit(hash(this.#world.seed, 103, key.index, day)) * 0.2 * (closing - dayStart));
      return closing - back;
    }
    return null;
  }
}
