import { closeSync, constants, fstatSync, openSync, readFileSync } from "node:fs";
import type { UnknownWrite } from "../tool/audit.ts";
import { hashLine } from "./entry-line.ts";
import { parseRecorded, type Recorded } from "./recorded.ts";
import { recordFiles } from "./rotation.ts";
import { FileProblem } from "./state-folder.ts";

/** What the files of a record hold, the oldest line first. */
export interface RecordRead {
  readonly lines: readonly Recorded[];
  /** Lines that are torn or of another program. */
  readonly unreadable: number;
  /** Lines that do not follow the one they name: something before them was changed or taken away. */
  readonly unlinked: number;
}

/**
 * Reads the record back; no file at all is an empty record.
 * @param filesToRead how many of its files, the youngest first
 * @throws Error of the file system, or FileProblem
 */
export function readLog(path: string, filesToRead?: number): RecordRead {
  const files = recordFiles(path);
  const texts = files.slice(0, filesToRead).map(readIfThere);
  const isWhole = files.length === texts.length && texts.at(-1) === null;
  const lines: Recorded[] = [];
  let unreadable = 0;
  let unlinked = 0;
  const chain = createChain(isWhole);
  // The youngest file was read first, so that a rotation meanwhile shows lines twice instead of never.
  for (const line of new Set(texts.toReversed().flatMap((text) => text?.split("\n") ?? []))) {
    if (line === "") continue;
    const recorded = parseRecorded(line);
    if (recorded === null) unreadable += 1;
    else lines.push(recorded);
    if (recorded !== null && !chain.follows(recorded)) unlinked += 1;
    chain.add(line, recorded);
  }
  return { lines, unreadable, unlinked };
}

/**
 * Finds the changes that were sent, or about to be, and have no result: the process ended in between.
 * @param since older ones are left out
 */
export function unansweredWrites(lines: readonly Recorded[], since: Date): UnknownWrite[] {
  const open = new Map<string, UnknownWrite>();
  for (const { event, plan_id: plan, tool, target_id: targetId, ts } of lines) {
    if (event === "intent") open.set(plan, { tool, targetId, at: new Date(ts) });
    if (event === "result") open.delete(plan);
  }
  return [...open.values()].filter(({ at }) => at >= since);
}

/** @param isWhole false when older lines have fallen out, so that a run may begin in its middle */
function createChain(isWhole: boolean) {
  const seen = new Set<string>();
  const lastOfRun = new Map<string, string>();
  return {
    follows({ run, seq, prev_hash: previous }: Recorded): boolean {
      const own = lastOfRun.get(run);
      if (own !== undefined) return previous === own;
      if (previous === null) return seq === 1;
      return seen.has(previous) || !isWhole;
    },
    add(line: string, recorded: Recorded | null): void {
      const hash = hashLine(line);
      seen.add(hash);
      if (recorded !== null) lastOfRun.set(recorded.run, hash);
    },
  };
}

/** @returns null when there is no such file */
function readIfThere(path: string): string | null {
  let descriptor: number;
  try {
    descriptor = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
  try {
    if (!fstatSync(descriptor).isFile()) throw new FileProblem("it is not a regular file");
    return readFileSync(descriptor, "utf8");
  } finally {
    closeSync(descriptor);
  }
}
