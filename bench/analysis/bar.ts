/** One measured figure and the limits it must keep; without limits it is for comparison only. */
export interface Bar {
  readonly name: string;
  readonly measured: number;
  readonly atLeast?: number;
  readonly atMost?: number;
  /** decimals that are compared and printed */
  readonly digits: number;
}

/** Compared after rounding to the printed digits. */
export function holds({ measured, atLeast, atMost, digits }: Bar): boolean {
  const shown = Number(measured.toFixed(digits));
  return shown >= (atLeast ?? Number.NEGATIVE_INFINITY) && shown <= (atMost ?? Number.POSITIVE_INFINITY);
}

/** The limits as text; empty for a figure that is for comparison only. */
export function limitsOf({ atLeast, atMost, digits }: Bar): string {
  const low = atLeast?.toFixed(digits);
  const high = atMost?.toFixed(digits);
  if (low !== undefined && high !== undefined) return `${low} to ${high}`;
  if (low !== undefined) return `at least ${low}`;
  return high === undefined ? "" : `at most ${high}`;
}
