/** The time that a call may take by itself. It stands still while a person thinks. */
export class Deadline {
  readonly limitMs: number;
  readonly #controller = new AbortController();
  #leftMs: number;
  #startedAt = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(ms: number) {
    this.limitMs = ms;
    this.#leftMs = ms;
    this.#run();
  }

  /** Aborted when the time is used up. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get hasPassed(): boolean {
    return this.#controller.signal.aborted;
  }

  async pausedDuring<T>(work: () => Promise<T>): Promise<T> {
    this.end();
    this.#leftMs -= performance.now() - this.#startedAt;
    try {
      return await work();
    } finally {
      if (!this.hasPassed) this.#run();
    }
  }

  /** Lets go of the timer. */
  end(): void {
    clearTimeout(this.#timer);
  }

  #run(): void {
    this.#startedAt = performance.now();
    const pass = () => this.#controller.abort(new DOMException("The deadline passed.", "TimeoutError"));
    this.#timer = setTimeout(pass, Math.max(0, this.#leftMs)).unref();
  }
}
