import type { ToolContext } from "../tool/define.ts";

/** Reports every read of an answer as it ends, whether it succeeded or not. */
export interface Reads {
  <T>(what: string, read: Promise<T>): Promise<T>;
  /** Reads that have been asked for. */
  readonly count: () => number;
}

/** @param expected how many reads there will be at most, for the caller's progress bar */
export function countReads(progress: ToolContext["progress"], expected: number): Reads {
  let asked = 0;
  let ended = 0;
  const watch = async <T>(what: string, read: Promise<T>): Promise<T> => {
    asked += 1;
    try {
      return await read;
    } finally {
      ended += 1;
      progress(`read: ${what}`, ended, Math.max(expected, asked));
    }
  };
  return Object.assign(watch, { count: () => asked });
}
