import { DAY_MS, dayOf } from "./days.ts";
import { SpendSource } from "./spend.ts";
import { addTally, emptyTally, fillUsage, type Tally } from "./sums.ts";
import type { Owner, VirtualKey, World } from "./world.ts";

/** One day of the whole workspace, cut in every way that an endpoint asks for. */
export interface DayBook {
  total: Tally;
  models: Tally[];
  masters: Tally[];
  /** Cents and requests by owner slot; the last slot holds the keys that are bound to nobody. */
  cents: Int32Array;
  requests: Int32Array;
}

/** Bytes that the per-owner arrays of remembered days may take. */
const MEMORY = 48 * 1024 * 1024;

/** Adds up the spend source by day, lazily; complete days are remembered, the running day only for one instant. */
export class Ledger {
  readonly spend: SpendSource;
  readonly #world: World;
  readonly #books = new Map<number, DayBook>();
  readonly #limit: number;
  /** Reused by every addition: a large workspace makes millions of them. */
  readonly #used = emptyTally();
  #running: { day: number; at: number; book: DayBook } | null = null;

  constructor(world: World) {
    this.#world = world;
    this.spend = new SpendSource(world);
    const slots = world.agents.length + world.members.length + 1;
    this.#limit = Math.max(8, Math.floor(MEMORY / (slots * 8 + 4_096)));
  }

  /** Forget the running day: a write may have ended a key. */
  forgetToday(): void {
    this.#running = null;
  }

  /** The book of `day` as it stands at the instant `at`. */
  day(day: number, at: number): DayBook {
    if (at < (day + 1) * DAY_MS) {
      if (this.#running?.day === day && this.#running.at === at) return this.#running.book;
      const book = this.#write(day, at);
      this.#running = { day, at, book };
      return book;
    }
    const known = this.#books.get(day);
    if (known) return known;
    const book = this.#write(day, at);
    const oldest = this.#books.keys().next();
    if (this.#books.size >= this.#limit && !oldest.done) this.#books.delete(oldest.value);
    this.#books.set(day, book);
    return book;
  }

  /** Books of the days `from` to `to`, without days that have not begun. */
  *window(from: number, to: number, at: number): Generator<{ day: number; book: DayBook }> {
    const last = Math.min(to, dayOf(at));
    for (let day = Math.max(from, this.#world.start); day <= last; day += 1) yield { day, book: this.day(day, at) };
  }

  total(from: number, to: number, at: number): Tally {
    const sum = emptyTally();
    for (const { book } of this.window(from, to, at)) addTally(sum, book.total);
    return sum;
  }

  /** What one key spent on one day, by model when `models` is given. */
  keyDay(key: VirtualKey, day: number, at: number, models?: Tally[]): Tally {
    const sum = emptyTally();
    const n = this.spend.slices(key, day, at);
    for (let i = 0; i < n; i += 1) {
      const model = this.spend.models[i] ?? 0;
      this.#use(key, model, day, this.spend.cents[i] ?? 0);
      addTally(sum, this.#used);
      const row = models?.[model];
      if (row) addTally(row, this.#used);
    }
    return sum;
  }

  /** Several keys over a window; days outside the history count nothing. */
  keys(keys: VirtualKey[], from: number, to: number, at: number, models?: Tally[]): Tally {
    const sum = emptyTally();
    const last = Math.min(to, dayOf(at));
    for (const key of keys) {
      for (let day = Math.max(from, key.from); day <= last; day += 1) addTally(sum, this.keyDay(key, day, at, models));
    }
    return sum;
  }

  /** All keys bound to an agent or a member. */
  keysOf(owner: Owner): VirtualKey[] {
    return this.#world.keysOfOwner(owner);
  }

  #use(key: VirtualKey, model: number, day: number, cents: number): void {
    fillUsage(this.#used, this.#world, key, model, this.spend.priceFactor(model, day), cents);
  }

  #write(day: number, at: number): DayBook {
    const { models, masters, agents, members, keys } = this.#world;
    const slots = agents.length + members.length + 1;
    const book: DayBook = {
      total: emptyTally(),
      models: models.map(emptyTally),
      masters: masters.map(emptyTally),
      cents: new Int32Array(slots),
      requests: new Int32Array(slots),
    };
    for (const key of keys) this.#post(book, key, day, at);
    for (const row of book.models) addTally(book.total, row);
    return book;
  }

  #post(book: DayBook, key: VirtualKey, day: number, at: number): void {
    const n = this.spend.slices(key, day, at);
    if (n === 0) return;
    const slot = key.owner?.slot ?? book.cents.length - 1;
    const master = book.masters[key.master];
    for (let i = 0; i < n; i += 1) {
      const model = this.spend.models[i] ?? 0;
      this.#use(key, model, day, this.spend.cents[i] ?? 0);
      const row = book.models[model];
      if (row) addTally(row, this.#used);
      if (master) addTally(master, this.#used);
      book.cents[slot] = (book.cents[slot] ?? 0) + this.#used.cents;
      book.requests[slot] = (book.requests[slot] ?? 0) + this.#used.requests;
    }
  }
}
