import { ApiError } from "../api/errors.ts";
import type { ManagerWrites, WriteOptions } from "../api/manager.ts";

/**
 * How far the one change of an approval has come. `not_sent` and `rejected` are proven by the service or the network;
 * `unknown` is everything else that has left.
 */
export type Progress = "waiting" | "under_way" | "not_sent" | "rejected" | "accepted" | "unknown";

/** The change itself, and once more after an explicit refusal. */
const MOST_SENDS = 2;

/**
 * The writes as the one change of one approval may use them: each send is announced before it leaves, and there is no second
 * one but after an explicit refusal of the first.
 */
export class Sending {
  readonly writes: ManagerWrites;
  readonly #announce: () => Promise<void>;
  #progress: Progress = "waiting";
  #count = 0;
  #mayBegin = true;

  /** @param announce awaited before every request that leaves; when it throws, nothing leaves */
  constructor(writes: ManagerWrites, announce: () => Promise<void>) {
    this.#announce = announce;
    this.writes = {
      createKey: (key) => this.#once((options) => writes.createKey(key, options)),
      updateKeyBudget: (id, change) => this.#once((options) => writes.updateKeyBudget(id, change, options)),
      revokeKey: (id) => this.#once((options) => writes.revokeKey(id, options)),
      putBudgetPolicy: (config) => this.#once((options) => writes.putBudgetPolicy(config, options)),
    };
  }

  get progress(): Progress {
    return this.#progress;
  }

  get count(): number {
    return this.#count;
  }

  /** Lets the author's step run again, after the service has refused the first send and the guard has found it safe. */
  allowAgain(): void {
    if (this.#progress === "rejected") this.#mayBegin = true;
  }

  async #once<T>(send: (options: WriteOptions) => Promise<T>): Promise<T> {
    if (!this.#mayBegin) throw new Error("a change is sent once");
    this.#mayBegin = false;
    try {
      const answer = await send({ beforeSend: () => this.#beforeSend() });
      this.#progress = "accepted";
      return answer;
    } catch (error) {
      this.#fail(error);
      throw error;
    }
  }

  /** What failed before anything left, or after a refusal, leaves the progress as it is. */
  #fail(error: unknown): void {
    if (this.#progress === "under_way") this.#progress = error instanceof ApiError ? error.outcome : "unknown";
  }

  async #beforeSend(): Promise<void> {
    if (this.#count >= MOST_SENDS) throw new Error("a change is sent at most twice");
    // The client sends again within one call only when the service has refused the first spelling of a word.
    if (this.#progress === "under_way") this.#progress = "rejected";
    await this.#announce();
    this.#count += 1;
    this.#progress = "under_way";
  }
}
