import { ToolError } from "./errors.ts";

const HOUR_MS = 3_600_000;
const MOST_PER_HOUR = 20;
const DECLINED_FOR_MS = 600_000;
/** Refused changes to remember; a client cannot fill the memory with them, because questions are limited. */
const MOST_DECLINED = 100;

/** Keeps a person from being worn down by questions: one at a time, not the same one again, and not too many. */
export class QuestionDesk {
  readonly #monotonic: () => number;
  readonly #declined = new Map<string, number>();
  #asked: number[] = [];
  #isOpen = false;

  /** @param monotonic milliseconds of a clock that never jumps */
  constructor(monotonic: () => number) {
    this.#monotonic = monotonic;
  }

  /** @param change digest of tool and arguments. @throws ToolError NOT_CONFIRMED when a person said no to it a while ago */
  refuseIfDeclined(change: string): void {
    const at = this.#declined.get(change);
    if (at === undefined || this.#monotonic() - at >= DECLINED_FOR_MS) return;
    const minutes = Math.ceil((DECLINED_FOR_MS - (this.#monotonic() - at)) / 60_000);
    throw new ToolError(
      "NOT_CONFIRMED",
      `The person declined this very change; it is not asked again for ${minutes} more min.`,
      "Do not ask again unless the person brings it up.",
    );
  }

  /**
   * @param change digest of tool and arguments; a no to it may have come since it was last looked at
   * @param put may note a no: the next question is let through only afterwards
   * @throws ToolError BUSY while another question is open, or after too many of them; NOT_CONFIRMED as above
   */
  async ask<T>(change: string, put: () => Promise<T>): Promise<T> {
    this.refuseIfDeclined(change);
    if (this.#isOpen) {
      throw new ToolError("BUSY", "Another question to the person is still open.", "Wait for its answer first.");
    }
    const now = this.#monotonic();
    this.#asked = this.#asked.filter((at) => now - at < HOUR_MS);
    if (this.#asked.length >= MOST_PER_HOUR) {
      throw new ToolError("BUSY", `A person is asked at most ${MOST_PER_HOUR} questions an hour.`, "Try again later.");
    }
    this.#asked.push(now);
    this.#isOpen = true;
    try {
      return await put();
    } finally {
      this.#isOpen = false;
    }
  }

  noteDeclined(change: string): void {
    this.#declined.delete(change);
    this.#declined.set(change, this.#monotonic());
    for (const oldest of this.#declined.keys()) {
      if (this.#declined.size <= MOST_DECLINED) return;
      this.#declined.delete(oldest);
    }
  }
}
