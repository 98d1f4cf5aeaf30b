import type { AllPagesOptions, KeepOptions, Listing, Page, Scan } from "../answer.ts";
import type { Http } from "../http.ts";
import { readPage } from "../list.ts";
import { readAllPages, scanPages } from "../pages.ts";
import { path, uuid } from "../path.ts";
import type { Row } from "../row.ts";
import { pageQuery } from "./query.ts";
import { entityWord, keyActionWord } from "./words.ts";

export interface VirtualKey {
  id: string;
  label: string | null;
  prefix: string | null;
  masterKeyId: string | null;
  masterKeyName: string | null;
  provider: string | null;
  entityType: string | null;
  entityId: string | null;
  entityName: string | null;
  /** `active`, `disabled`, `expired`, `revoked` or `unknown(…)`. */
  status: string | null;
  budgetUsd: number | null;
  /** Spend of the subscription period, not of the key's life. */
  spentUsd: number | null;
  /** `alert_only`, `block`, `disable_key`, or the service's own word. */
  budgetAction: string | null;
  budgetWindow: string | null;
  rateLimitRpm: number | null;
  rateLimitRph: number | null;
  allowedModels: string[] | null;
  blockedModels: string[] | null;
  expiresAt: string | null;
  expiryPreset: string | null;
  /** RFC 3339 in UTC. With `lastUsedReported`, null means never used; without it, unknown. */
  lastUsedAt: string | null;
  lastUsedReported: boolean;
  createdAt: string | null;
  updatedAt: string | null;
}

export interface VirtualKeyQuery {
  /** From 1. @default 1 */
  page?: number;
  /** @default 50, at most 200 */
  pageSize?: number;
  status?: string;
  entityType?: string;
}

/** The outcome of looking a key up by id in the list: there is no route for one key. */
export interface KeySearch {
  key: VirtualKey | null;
  /** Rows read before the search ended. */
  searched: number;
  total: number | null;
  /** True when the whole list was read, so that `key: null` proves the key does not exist. */
  complete: boolean;
}

export async function readKeys(http: Http, query: VirtualKeyQuery): Promise<Page<VirtualKey>> {
  const paging = pageQuery(query);
  const { status, entityType } = query;
  const payload = await http.get(path`/api/v1/virtual-keys`, { query: { ...paging, status, entityType } });
  return readPage(payload, ["keys", "virtualKeys"], paging, readKey);
}

export function readAllKeys(http: Http, options: KeepOptions<VirtualKey> = {}): Promise<Listing<VirtualKey>> {
  return readAllPages(pagesOf(http), options);
}

/** Hands on the keys page by page, however many there are. */
export function scanKeys(
  http: Http,
  take: (keys: readonly VirtualKey[]) => void,
  options: AllPagesOptions = {},
): Promise<Scan> {
  return scanPages(pagesOf(http), take, options);
}

/** Reads the list until the key is found. @throws ArgumentError for an id that is no UUID */
export async function searchKey(http: Http, id: string): Promise<KeySearch> {
  const wanted = uuid(id, "virtual key id");
  let found: VirtualKey | null = null;
  const { read, total, complete } = await scanPages(pagesOf(http), (keys) => {
    found ??= keys.find((key) => key.id === wanted) ?? null;
    return found !== null;
  });
  return { key: found, searched: read, total, complete };
}

/** Pages for a whole list: they end a little before the call does, so that what was read can still be told. */
function pagesOf(http: Http): (page: number, pageSize: number) => Promise<Page<VirtualKey>> {
  const early = http.endingEarly();
  return (page, pageSize) => readKeys(early, { page, pageSize });
}

const STATUSES = ["active", "disabled", "expired", "revoked"];

/** One key as any route sends it. @throws ShapeError without an id */
export function readKey(row: Row): VirtualKey {
  const lastUsed = row.reportedInstant("lastUsedAt", "lastUsed");
  return {
    id: row.needId("id"),
    label: row.text("label", "name"),
    prefix: row.text("prefix", "keyPrefix"),
    masterKeyId: row.id("masterKeyId"),
    masterKeyName: row.text("masterKeyName"),
    provider: row.text("masterKeyProvider", "provider"),
    entityType: entityWord(row.text("entityType")),
    entityId: row.id("entityId"),
    entityName: row.text("entityName", "entityDisplayName"),
    status: row.word(STATUSES, "status"),
    budgetUsd: row.usd("budget") ?? row.cents("budgetCents"),
    spentUsd: row.usd("spent", "spend", "periodSpend", "currentSpend") ?? row.cents("spentCents"),
    budgetAction: keyActionWord(row.text("budgetAction")),
    budgetWindow: row.word(["daily", "weekly", "monthly", "yearly"], "budgetWindow"),
    rateLimitRpm: row.nonNegative("rateLimitRpm"),
    rateLimitRph: row.nonNegative("rateLimitRph"),
    allowedModels: row.texts("allowedModels"),
    blockedModels: row.texts("blockedModels"),
    expiresAt: row.instant("expiresAt"),
    expiryPreset: row.text("expiryPreset"),
    lastUsedAt: lastUsed.value,
    lastUsedReported: lastUsed.reported,
    createdAt: row.instant("createdAt"),
    updatedAt: row.instant("updatedAt"),
  };
}
