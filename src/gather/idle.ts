import type { ManagerApi } from "../api/manager.ts";
import type { Subscription } from "../api/resources/subscription.ts";
import type { VirtualKey } from "../api/resources/virtual-keys.ts";
import type { Answer, EntityFilter, PageProgress, Scan } from "../api/spend.ts";
import type { Note, Noted } from "../finops/basis.ts";
import { addDays, type Day, dayOf } from "../finops/day.ts";
import type { IdleInput, Scanned } from "../finops/idle.ts";
import type { KeyFacts } from "../finops/idle-keys.ts";
import { type KeyRisks, type ListedKey, ownersToRead } from "../finops/key-risks.ts";
import { createKeyScan, type KeyScan } from "../finops/key-scan.ts";
import type { FailureReason, Part } from "../finops/part.ts";
import { normaliseUsage, type UsageSeries } from "../finops/usage.ts";
import { resolveWindows, type Windows } from "../finops/window.ts";
import { gatherAgents } from "./idle-agents.ts";
import { instant } from "./instant.ts";
import { type NamedPart, part, plainPart } from "./part.ts";
import type { Reads } from "./reads.ts";

/** Keys, agents, costs, subscription, and the series of the owners of risky keys. */
export const MOST_OWNERS = 4;
export const IDLE_CALLS = 4 + MOST_OWNERS;

/** Days of an owner's series: enough for a worst day that is not a single accident. */
const OWNER_DAYS = 60;

export interface IdleQuestion {
  readonly period: "7d" | "30d";
  readonly include: "keys" | "agents" | "all";
  readonly now: Date;
  readonly read: Reads;
  /** Told how many keys have been read so far, and of how many. */
  readonly onKeys?: (done: number, total: number | null) => void;
}

export interface GatheredIdle {
  readonly windows: Windows;
  readonly input: IdleInput;
  readonly risks: Noted<KeyRisks> | null;
  /** The lists that were asked for: without any of them there is no answer. */
  readonly lists: readonly NamedPart<unknown>[];
  readonly others: readonly NamedPart<unknown>[];
}

/** Reads all pages of keys and agents and what is needed to judge them, side by side; then what risky keys could cost. */
export async function gatherIdle(
  api: ManagerApi,
  { period, include, now, read, ...rest }: IdleQuestion,
): Promise<GatheredIdle> {
  const windows = resolveWindows({ period, now });
  const [wantsKeys, wantsAgents] = [include !== "agents", include !== "keys"];
  const reading = wantsKeys ? startReading(api, { windows, now, ...rest }) : null;
  const [keys, agents, subscription] = await Promise.all([
    reading && read("keys", reading.keys),
    wantsAgents ? gatherAgents(api, { windows, now, read }) : null,
    reading && read("billing cycle", reading.subscription),
  ]);
  const scan = reading?.scan() ?? null;
  const input: IdleInput = {
    windows,
    now,
    ...(keys && scan && { keys: scannedKeys(keys, scan) }),
    ...(agents && { agents: agents.input }),
  };
  const risks = keys?.status === "ok" && scan ? await gatherRisks(api, scan, { now, read }) : null;
  const isListed = <T>(each: T | null): each is T => each !== null;
  return {
    windows,
    input,
    risks,
    lists: [keys, agents?.list ?? null].filter(isListed),
    others: [agents?.costs ?? null, subscription].filter(isListed),
  };
}

interface KeyReading {
  readonly keys: Promise<NamedPart<Scan>>;
  readonly subscription: Promise<NamedPart<Answer<Subscription>>>;
  /** What was kept, once both have ended. */
  scan(): KeyScan;
}

/** Keys cannot be judged before it is known since when their spend counts; the pages that come earlier wait, few as they are. */
function startReading(
  api: ManagerApi,
  { windows, now, onKeys }: { windows: Windows; now: Date } & Pick<IdleQuestion, "onKeys">,
): KeyReading {
  const scan = createKeyScan({ window: windows.total, now });
  const waiting: (readonly VirtualKey[])[] = [];
  let spendFrom: Day | null | undefined;
  let tellsExpiry = false;
  const judge = (page: readonly VirtualKey[], from: Day | null): void => {
    tellsExpiry ||= page.some(({ expiresAt, expiryPreset }) => expiresAt !== null || expiryPreset !== null);
    scan.take(
      page.map((key) => ({
        facts: keyFacts(key, from),
        listed: listedKey(key, { spendFrom: from, tellsExpiry }),
      })),
    );
  };
  const flush = (): void => {
    for (const page of waiting.splice(0)) judge(page, spendFrom ?? null);
  };
  const subscription = part("The subscription", api.subscription());
  const noted = subscription.then((answer) => {
    spendFrom = answer.status === "ok" ? answer.data.value.periodStart : null;
    flush();
    return answer;
  });
  const take = (page: readonly VirtualKey[]): void => {
    if (spendFrom === undefined) waiting.push(page);
    else judge(page, spendFrom);
  };
  const onPage = ({ rows, total }: PageProgress): void => onKeys?.(rows, total);
  return {
    keys: plainPart("The list of keys", api.scanKeys(take, { onPage })),
    subscription: noted,
    scan() {
      flush();
      return scan;
    },
  };
}

async function gatherRisks(
  api: ManagerApi,
  scan: KeyScan,
  { now, read }: { now: Date; read: Reads },
): Promise<Noted<KeyRisks>> {
  const first = scan.risks(new Map());
  const keys = scan.riskyKeys();
  const owners = new Map<string, UsageSeries>();
  const failed: FailureReason[] = [];
  const wanted = ownersToRead(first.result, keys, MOST_OWNERS);
  await Promise.all(
    wanted.map(async (id) => {
      const type = keys.find(({ ownerId }) => ownerId === id)?.ownerType;
      if (type !== "agent" && type !== "member") return;
      const series = await read("daily usage of an owner", ownerSeries(api, { type, id }, now));
      if (series.status === "ok") owners.set(id, series.data);
      else failed.push(series.reason);
    }),
  );
  const risks = owners.size === 0 ? first : scan.risks(owners);
  return { ...risks, notes: [...risks.notes, ...noteOnOwners(failed, wanted.length)] };
}

function noteOnOwners([reason, ...more]: readonly FailureReason[], wanted: number): Note[] {
  if (reason === undefined) return [];
  const what = `The daily usage of ${1 + more.length} of ${wanted} owners of keys with a risk could not be read (${reason})`;
  return [{ code: "sub_call_failed", text: `${what}; at_risk_usd of their keys is not known.` }];
}

async function ownerSeries(api: ManagerApi, entity: EntityFilter, now: Date): Promise<Part<UsageSeries>> {
  const today = dayOf(now);
  const span = { from: addDays(today, -OWNER_DAYS), to: today };
  const answer = await part("The daily usage of an owner", api.usage(span, entity));
  if (answer.status === "failed") return { status: "failed", reason: answer.reason };
  const { rows, covered } = answer.data.value;
  const data = normaliseUsage(rows, { span, now, degraded: answer.degraded, covered, scopeStart: "first_use" });
  return { status: "ok", data, degraded: answer.degraded };
}

function scannedKeys(list: NamedPart<Scan>, scan: KeyScan): Part<Scanned<KeyFacts>> {
  if (list.status === "failed") return { status: "failed", reason: list.reason };
  const { total, complete, unbroken } = list.data;
  return {
    status: "ok",
    data: { rows: scan.rows(), total, complete, unbroken, passed: scan.passed() },
    degraded: list.degraded,
  };
}

function keyFacts(key: VirtualKey, spendFrom: Day | null): KeyFacts {
  return {
    id: key.id,
    name: key.label,
    status: key.status,
    createdAt: instant(key.createdAt),
    lastUsedAt: key.lastUsedReported ? instant(key.lastUsedAt) : undefined,
    spendUsd: key.spentUsd,
    spendFrom,
    capUsd: key.budgetUsd,
    entityType: key.entityType,
  };
}

function listedKey(
  key: VirtualKey,
  { spendFrom, tellsExpiry }: { spendFrom: Day | null; tellsExpiry: boolean },
): ListedKey {
  const { id, status, budgetUsd, budgetAction, budgetWindow, spentUsd, entityId, entityType } = key;
  return {
    ...{ id, name: key.label, status, budgetUsd, budgetAction, budgetWindow, spentUsd, spendFrom },
    ...{ ownerId: entityId, ownerType: entityType },
    createdAt: instant(key.createdAt),
    lastUsedAt: instant(key.lastUsedAt),
    expiresAt: tellsExpiry ? instant(key.expiresAt) : undefined,
  };
}
