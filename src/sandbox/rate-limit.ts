/** A sliding minute per credential, on the process's own clock: an injected clock may stand still. */
export class RateLimit {
  readonly #calls = new Map<string, number[]>();

  /** @returns null when the call may pass, else the whole seconds until one may. */
  check(credential: string, perMinute: number, now = performance.now()): number | null {
    const recent = (this.#calls.get(credential) ?? []).filter((at) => now - at < 60_000);
    this.#calls.set(credential, recent);
    const oldest = recent[0];
    if (oldest !== undefined && recent.length >= perMinute)
      return Math.max(1, Math.ceil((oldest + 60_000 - now) / 1_000));
    recent.push(now);
    return null;
  }

  clear(): void {
    this.#calls.clear();
  }
}
