import { lstatSync } from "node:fs";
import { homedir, platform } from "node:os";
import { dirname, join } from "node:path";
import { recordFiles } from "../audit/rotation.ts";
import { fileProblem, type PrivatePlace, stateFolder } from "../audit/state-folder.ts";
import type { Log } from "../log.ts";
import type { Secret } from "../secret.ts";
import type { Audit, UnknownWrite } from "../tool/audit.ts";
import type { KeyFile } from "../tool/key-file.ts";
import type { Host } from "./host.ts";

/** Simulated changes are recorded too, but never among real ones. */
const FILE_NAMES = { real: "audit.jsonl", sandbox: "audit-sandbox.jsonl" } as const;

/** An answer that is missing for longer has been dealt with, or no longer matters; `alephant-mcp log` still shows it. */
const REPORTED_DAYS = 7;
const DAY_MS = 86_400_000;

/** The current file and the one before: enough for the days that are reported. */
const FILES_FOR_REPORT = 2;

/**
 * Where changes are recorded.
 * @param chosen ALEPHANT_AUDIT_FILE, if it is set; simulated changes go into a file of their own beside it
 * @returns null when the system names no place
 */
export function auditPlace(host: Host, chosen: string | null, isSandbox: boolean): PrivatePlace | null {
  const { userId } = host;
  if (chosen !== null) {
    return { path: isSandbox ? join(dirname(chosen), FILE_NAMES.sandbox) : chosen, isOwnFolder: false, userId };
  }
  const folder = ownFolder(host);
  const name = isSandbox ? FILE_NAMES.sandbox : FILE_NAMES.real;
  return folder === null ? null : { path: join(folder, name), isOwnFolder: true, userId };
}

export interface ChangeRecordOptions {
  readonly place: PrivatePlace | null;
  /** First digits of the credential's hash. */
  readonly principal: string;
  readonly secrets: readonly Secret[];
  readonly log: Log;
}

/** The parts of a session that outlive the process. All of them are loaded on first use. */
export interface ChangeRecord {
  readonly audit: () => Promise<Audit>;
  readonly unknownWrites: () => Promise<readonly UnknownWrite[]>;
  readonly reserveKeyFile: () => Promise<KeyFile>;
}

export function openChangeRecord(host: Host, { place, principal, secrets, log }: ChangeRecordOptions): ChangeRecord {
  const now = () => new Date();
  let opened: Promise<Audit> | undefined;
  let unanswered: Promise<readonly UnknownWrite[]> | undefined;
  const open = async (): Promise<Audit> => {
    const { createFileLog } = await import("../audit/file-log.ts");
    return createFileLog({ place, principal, secrets, now });
  };
  const findUnanswered = async (): Promise<readonly UnknownWrite[]> => {
    // Most have no record yet: what reads one is then not loaded.
    if (place === null || !isBegun(place.path)) return [];
    const { readLog, unansweredWrites } = await import("../audit/read-log.ts");
    try {
      const { lines } = readLog(place.path, FILES_FOR_REPORT);
      return unansweredWrites(lines, new Date(Date.now() - REPORTED_DAYS * DAY_MS));
    } catch (error) {
      log.warn("the record of changes cannot be read", { problem: fileProblem(error) });
      return [];
    }
  };
  return {
    audit: () => {
      opened ??= open();
      return opened;
    },
    // Read once, before this process makes changes of its own, which may be under way when it is asked again.
    unknownWrites: () => {
      unanswered ??= findUnanswered();
      return unanswered;
    },
    reserveKeyFile: async () => {
      const { reserveKeyFile } = await import("../key-delivery.ts");
      return reserveKeyFile({ folder: ownFolder(host), userId: host.userId, now });
    },
  };
}

/** False only when there surely is no file of the record; one that may not be looked at counts as there. */
function isBegun(path: string): boolean {
  return recordFiles(path)
    .slice(0, FILES_FOR_REPORT)
    .some((file) => {
      try {
        return lstatSync(file, { throwIfNoEntry: false }) !== undefined;
      } catch {
        return true;
      }
    });
}

function ownFolder({ env }: Host): string | null {
  return stateFolder({ env, isWindows: platform() === "win32", home: homeFolder(env.HOME) });
}

/** @returns null for a user of whom the system knows no home */
function homeFolder(set: string | undefined): string | null {
  if (set !== undefined && set !== "") return set;
  try {
    return homedir();
  } catch {
    return null;
  }
}
