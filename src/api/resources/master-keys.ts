import type { Listing, Page } from "../answer.ts";
import type { Http } from "../http.ts";
import { readPage } from "../list.ts";
import { readAllPages } from "../pages.ts";
import { path } from "../path.ts";
import type { Row } from "../row.ts";

/** A provider key stored with the service. Its secret is never returned. */
export interface MasterKey {
  id: string;
  label: string | null;
  provider: string | null;
  maskedKey: string | null;
  /** `active`, `inactive`, `error`, `revoked` or `unknown(…)`. */
  status: string | null;
  lastUsedAt: string | null;
  createdAt: string | null;
}

/** The whole list. The route is not known to page, so the first request names no page. */
export async function readMasterKeys(http: Http): Promise<Listing<MasterKey>> {
  const first = await fetchPage(http, {});
  if (first.total === null) {
    return { rows: first.rows, total: null, complete: true, stoppedBy: "end", duplicates: 0 };
  }
  return readAllPages(async (page, pageSize) => (page === 1 ? first : fetchPage(http, { page, pageSize })));
}

async function fetchPage(http: Http, query: { page?: number; pageSize?: number }): Promise<Page<MasterKey>> {
  const payload = await http.get(path`/api/v1/master-keys`, { query });
  const { page = 1, pageSize = 0 } = query;
  return readPage(payload, ["masterKeys", "keys"], { page, pageSize }, readMasterKey);
}

function readMasterKey(row: Row): MasterKey {
  return {
    id: row.needId("id"),
    label: row.text("label", "name"),
    provider: row.text("provider", "providerCode"),
    maskedKey: row.text("maskedKey"),
    status: row.word(["active", "inactive", "error", "revoked"], "status"),
    lastUsedAt: row.instant("lastUsedAt"),
    createdAt: row.instant("createdAt"),
  };
}
