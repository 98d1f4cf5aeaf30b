import { failedNote, type Note, type Noted } from "./basis.ts";
import type { EntityList } from "./entity-cost.ts";
import { type AgentFacts, agentJudge } from "./idle-agents.ts";
import { type IdleClass, type IdleVerdict, judgeKey, type KeyFacts } from "./idle-keys.ts";
import { type Micro, sumMicro, toMicroOrNull, toUsd } from "./money.ts";
import type { Part } from "./part.ts";
import { median } from "./quantile.ts";
import { byText } from "./rank.ts";
import type { Windows } from "./window.ts";

/** A list with how much of it was read. */
export interface Scanned<T> {
  rows: readonly T[];
  /** `null` when the source does not say. */
  total: number | null;
  complete: boolean;
  /** Places of the list that were read without a gap, from its start. */
  unbroken?: number;
  /** Rows that were judged while the list was read and are not in `rows`. */
  passed?: Passed;
}

/** What is still known of rows that were not kept. */
export interface Passed {
  readonly counts: IdleCounts;
  /** Sum of the caps of the idle and never used among them. */
  readonly capsMicro: Micro;
  /** False when too many keys would have to be compared with each other. */
  readonly isComparable: boolean;
}

export interface IdleInput {
  windows: Windows;
  now: Date;
  /** Absent when not asked for. */
  keys?: Part<Scanned<KeyFacts>>;
  agents?: { list: Part<Scanned<AgentFacts>>; breakdown: Part<EntityList> };
  /** Rows returned per list at most; the counts always cover all. */
  limit?: number;
}

export type IdleCounts = Record<IdleClass, number>;

/** One kind of resource: what needs a decision first, then what cannot be judged. */
export interface IdleGroup {
  rows: IdleVerdict[];
  counts: IdleCounts;
  scanned: number;
  total: number | null;
  /** Not all rows could be read: every count is "at least". */
  truncated: boolean;
  /** Rows of the classes that are listed but not returned. */
  omitted: number;
}

/** Ready to return from a tool; a part that failed or was not asked for is `null`. */
export interface IdleResources {
  keys: IdleGroup | null;
  agents: IdleGroup | null;
  /** Sum of the caps of idle and never used keys: an unused ceiling, not a saving. */
  idle_caps_usd: number | null;
  /** Keys that spent under a tenth of the median of their kind; information only. */
  low_use: { id: string; name: string | null; spend_usd: number }[];
}

export const NO_COUNTS: Readonly<IdleCounts> = {
  never_used: 0,
  idle: 0,
  unknown: 0,
  too_new: 0,
  in_use: 0,
  not_judged: 0,
};

export function countOne(counts: IdleCounts, found: IdleClass): void {
  counts[found] += 1;
}

/** Adds the second to the first, name by name. */
export function addCounts<K extends string>(into: Partial<Record<K, number>>, more: Partial<Record<K, number>>): void {
  for (const name in more) into[name] = (into[name] ?? 0) + (more[name] ?? 0);
}

/** Whether rows of this class are shown, and not only counted. */
export function isListed(found: IdleClass): boolean {
  return LISTED.includes(found);
}

const LISTED: readonly IdleClass[] = ["never_used", "idle", "unknown", "too_new"];
const LOW_USE_PEERS = 5;

/** Which keys and agents are not used in the total window, and which cannot be judged. */
export function findIdle(input: IdleInput): Noted<IdleResources> {
  const { windows, now, keys, agents, limit = Number.POSITIVE_INFINITY } = input;
  const notes: Note[] = [];
  let keyGroup: IdleGroup | null = null;
  let caps: number | null = null;
  if (keys?.status === "ok") {
    const verdicts = readKeys(keys.data.rows, keys.degraded).map((key) => judgeKey(key, windows.total, now));
    keyGroup = group(verdicts, keys.data, limit);
    caps = toUsd(idleCaps(verdicts) + (keys.data.passed?.capsMicro ?? 0));
  }
  let agentGroup: IdleGroup | null = null;
  if (agents?.list.status === "ok") {
    const verdicts = onceById(agents.list.data.rows).map(agentJudge(agents.breakdown, windows.total, now));
    agentGroup = group(verdicts, agents.list.data, limit);
  }
  notes.push(...listNotes("Keys", "list_virtual_keys", keys, keyGroup));
  notes.push(...listNotes("Agents", "list_agents", agents?.list, agentGroup));
  if (agents?.breakdown.status === "failed") notes.push(failedNote("The cost breakdown", agents.breakdown.reason));
  const isComparable = keys?.status === "ok" && keys.data.passed?.isComparable !== false;
  const lowUse = isComparable ? lowUseKeys(readKeys(keys.data.rows, keys.degraded), windows) : [];
  return { result: { keys: keyGroup, agents: agentGroup, idle_caps_usd: caps, low_use: lowUse }, notes };
}

/** A degraded list keeps its configuration fields; its zeros and "never" are unknown. */
function readKeys(rows: readonly KeyFacts[], degraded: boolean): KeyFacts[] {
  const once = onceById(rows);
  if (!degraded) return once;
  return once.map((key) => ({ ...key, spendUsd: key.spendUsd || null, lastUsedAt: key.lastUsedAt ?? undefined }));
}

/** Pages that shift while they are read repeat rows; each id is judged once. */
function onceById<T extends { id: string }>(rows: readonly T[]): T[] {
  return [...new Map(rows.map((row) => [row.id, row])).values()];
}

function group(verdicts: readonly IdleVerdict[], scan: Scanned<unknown>, limit: number): IdleGroup {
  const counts: IdleCounts = { ...NO_COUNTS, ...scan.passed?.counts };
  for (const verdict of verdicts) countOne(counts, verdict.class);
  const listed = verdicts.filter((verdict) => isListed(verdict.class)).sort(byUrgency);
  const rows = listed.slice(0, limit);
  const scanned = Object.values(counts).reduce((sum, count) => sum + count, 0);
  return {
    rows,
    counts,
    scanned,
    total: scan.total ?? (scan.complete ? scanned : null),
    truncated: !scan.complete,
    omitted: LISTED.reduce((sum, found) => sum + counts[found], 0) - rows.length,
  };
}

/** Most in need of a decision first. */
export function byUrgency(a: IdleVerdict, b: IdleVerdict): number {
  const order = LISTED.indexOf(a.class) - LISTED.indexOf(b.class);
  if (order !== 0) return order;
  return (b.cap_usd ?? 0) - (a.cap_usd ?? 0) || (b.days_idle ?? 0) - (a.days_idle ?? 0) || byText(a.id, b.id);
}

function idleCaps(verdicts: readonly IdleVerdict[]): Micro {
  const idle = verdicts.filter((verdict) => verdict.class === "idle" || verdict.class === "never_used");
  return sumMicro(idle.map((verdict) => toMicroOrNull(verdict.cap_usd) ?? 0));
}

/** Only spend figures that start with the window can be compared with each other over it. */
function lowUseKeys(keys: readonly KeyFacts[], windows: Windows): IdleResources["low_use"] {
  const spenders = keys.flatMap((key) => {
    const spend = toMicroOrNull(key.spendUsd);
    const isInWindow = key.status?.toLowerCase() === "active" && key.spendFrom === windows.total.from;
    return isInWindow && spend !== null && spend > 0 ? [{ ...key, spend, kind: key.entityType ?? "unbound" }] : [];
  });
  const peers = new Map<string, Micro[]>();
  for (const { kind, spend } of spenders) {
    const known = peers.get(kind);
    if (known === undefined) peers.set(kind, [spend]);
    else known.push(spend);
  }
  const least = new Map([...peers].map(([kind, all]) => [kind, all.length >= LOW_USE_PEERS ? median(all) / 10 : 0]));
  const low = spenders.filter(({ kind, spend }) => spend < (least.get(kind) ?? 0));
  low.sort((a, b) => a.spend - b.spend || byText(a.id, b.id));
  return low.map(({ id, name, spend }) => ({ id, name, spend_usd: toUsd(spend) }));
}

/** Rows a page of a list tool, small enough never to be cut. */
const PAGE_SIZE = 20;

function listNotes(
  what: string,
  tool: string,
  part: Part<Scanned<unknown>> | undefined,
  group: IdleGroup | null,
): Note[] {
  if (part?.status === "failed") return [failedNote(what, part.reason)];
  if (!group) return [];
  const notes: Note[] = [];
  if (part?.degraded) {
    notes.push({ code: "degraded_source", text: `${what} were listed in degraded mode; the list may be incomplete.` });
  }
  if (group.truncated) {
    const of = group.total === null ? "the total is not reported" : `there are ${group.total}`;
    const read = (part?.status === "ok" && part.data.unbroken) || group.scanned;
    const page = Math.floor(read / PAGE_SIZE) + 1;
    const more = "raise ALEPHANT_TIMEOUT_MS, and ALEPHANT_RATE_LIMIT_RPM if the service allows more calls";
    const text = `${what}: ${group.scanned} were read, ${of}. Every count is "at least". To read more at once ${more}; the rest begins with ${tool}, page ${page} of page_size ${PAGE_SIZE}.`;
    notes.push({ code: "truncated_rows", text });
  }
  return notes;
}
