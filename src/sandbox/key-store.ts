import { virtualKeyToken } from "./dataset/ids.ts";
import type { Ledger } from "./dataset/ledger.ts";
import type { VirtualKey, World } from "./dataset/world.ts";

/** The only hand that changes virtual keys; remembers what it changed, so that a reset can undo it. */
export class KeyStore {
  readonly #world: World;
  readonly #ledger: Ledger;
  readonly #before = new Map<VirtualKey, VirtualKey>();
  #order: VirtualKey[] | null = null;

  constructor(world: World, ledger: Ledger) {
    this.#world = world;
    this.#ledger = ledger;
  }

  /** Newest first. */
  sorted(): VirtualKey[] {
    this.#order ??= this.#world.keys.toSorted((a, b) => b.createdAt - a.createdAt || b.index - a.index);
    return this.#order;
  }

  activeCount(): number {
    return this.#world.keys.reduce((count, key) => count + (key.status === "active" ? 1 : 0), 0);
  }

  add(key: Omit<VirtualKey, "token">): VirtualKey {
    const word = key.owner === null ? "proj" : key.owner.type === "agent" ? "agent" : "memb";
    const whole = { ...key, token: virtualKeyToken(this.#world.seed, word, key.index) };
    this.#world.keys.push(whole);
    this.#order = null;
    return whole;
  }

  change(key: VirtualKey, changes: Partial<VirtualKey>): void {
    if (!this.#before.has(key)) this.#before.set(key, { ...key });
    Object.assign(key, changes);
    this.#ledger.forgetToday();
  }

  reset(): void {
    for (const [key, before] of this.#before) Object.assign(key, before);
    this.#before.clear();
    this.#world.keys.length = this.#world.scale.keys;
    this.#order = null;
    this.#ledger.forgetToday();
  }
}
