/** A business week in USD, Monday first. */
export const WEEK = [100, 104, 98, 102, 96, 20, 22] as const;

/** Weekdays of `n` days from a Monday on (0 = Sunday). */
export function fromMonday(n: number): number[] {
  return Array.from({ length: n }, (_, i) => (i + 1) % 7);
}

/** The first `n` days of a repeated pattern, single days replaced. */
export function pattern(values: readonly number[], n: number, events: Record<number, number | null> = {}) {
  return Array.from({ length: n }, (_, i) => (i in events ? (events[i] ?? null) : (values[i % values.length] ?? 0)));
}

export function repeat(n: number, value: number): number[] {
  return Array.from({ length: n }, () => value);
}
