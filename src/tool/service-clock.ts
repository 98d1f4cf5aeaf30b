import { RejectedError } from "../api/errors.ts";
import { isRecord, own } from "../api/record.ts";

/** Two clocks that differ by more than this do not agree: days and windows then follow the service's. */
const TOLERATED_MS = 5 * 60_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/**
 * What day and hour it is, for windows and dates. Waits, expiries and deadlines do not use it: they are measured on a clock
 * that never jumps.
 */
export interface ServiceClock {
  /** The service's time when it is known to differ notably from ours, else ours. */
  now(): Date;
  /** Milliseconds that `now` is ahead of our own clock; 0 while the two agree, and before the service was heard. */
  readonly offsetMs: number;
  /** Takes note of the service's own time, milliseconds since 1970, at the moment it is told. */
  hear(milliseconds: number): void;
}

/** @param onDisagreement told once, with a sentence for a person */
export function createServiceClock(ownNow: () => Date, onDisagreement: (text: string) => void): ServiceClock {
  let offsetMs = 0;
  let isTold = false;
  return {
    now: () => new Date(ownNow().getTime() + offsetMs),
    get offsetMs() {
      return offsetMs;
    },
    hear(milliseconds) {
      const difference = milliseconds - ownNow().getTime();
      offsetMs = Math.abs(difference) > TOLERATED_MS ? difference : 0;
      if (offsetMs === 0 || isTold) return;
      isTold = true;
      onDisagreement(clockText(offsetMs));
    },
  };
}

/** An answer whose dates are not those of this computer says so, first among the notes of its basis. */
export function withClockNote(value: unknown, { offsetMs }: ServiceClock): unknown {
  const basis = isRecord(value) ? own(value, "basis") : null;
  const notes = isRecord(basis) ? own(basis, "notes") : null;
  if (offsetMs === 0 || !isRecord(value) || !isRecord(basis) || !Array.isArray(notes)) return value;
  const note = { code: "clock_skew", text: clockText(offsetMs) };
  return { ...value, basis: { ...basis, notes: [note, ...notes] } };
}

/**
 * Asks, and asks once more when the answers showed that the time it went by was wrong: its windows were then those of another
 * time, perhaps of another day.
 */
export async function byTheRightClock<T>(clock: ServiceClock, signal: AbortSignal, ask: () => Promise<T>): Promise<T> {
  const believed = clock.offsetMs;
  const wasRight = (): boolean => Math.abs(clock.offsetMs - believed) <= TOLERATED_MS;
  try {
    const answer = await ask();
    if (wasRight()) return answer;
  } catch (error) {
    // Days to come may be refused as such; every other failure has nothing to do with the time.
    if (wasRight() || signal.aborted || !(error instanceof RejectedError)) throw error;
  }
  return ask();
}

function clockText(offsetMs: number): string {
  const side = offsetMs > 0 ? "behind" : "ahead";
  return `Your clock differs by about ${roughly(Math.abs(offsetMs))} (it is ${side}); dates use the service's clock.`;
}

function roughly(ms: number): string {
  if (ms < 90 * MINUTE_MS) return `${Math.round(ms / MINUTE_MS)} min`;
  return ms < 36 * HOUR_MS ? `${Math.round(ms / HOUR_MS)} h` : `${Math.round(ms / (24 * HOUR_MS))} days`;
}
